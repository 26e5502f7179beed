#include "api/graphql/engine/document_builder.h"

#include <string>
#include <string_view>
#include <utility>

#include "api/graphql/engine/grammar.h"
#include "api/graphql/engine/string_text.h"

namespace tidings::graphql {
namespace {

Location LocationOf(const ParseNode& node) {
  return {
      .line = static_cast<uint32_t>(node.m_begin.line),
      .column = static_cast<uint32_t>(node.m_begin.column)};
}

/// The content between opening and closing marks of `width` bytes each.
std::string_view Unquoted(const ParseNode& node, size_t width) {
  const std::string_view text = node.string_view();
  return text.substr(width, text.size() - 2 * width);
}

/// Turns nodes into the document's parts. Nodes come from the grammar, so their shapes are known;
/// the depth of the recursion is the grammar's, which is bounded.
class Builder {
 public:
  Operation BuildOperation(const ParseNode& node);
  Operation BuildShorthand(const ParseNode& node);
  Fragment BuildFragment(const ParseNode& node);

  const std::optional<Error>& error() const { return error_; }

 private:
  VariableDefinition BuildVariable(const ParseNode& node);
  std::vector<Selection> BuildSelections(const ParseNode& node);
  Selection BuildSelection(const ParseNode& node);
  Directive BuildDirective(const ParseNode& node);
  Argument BuildArgument(const ParseNode& node);
  Literal BuildLiteral(const ParseNode& node);
  Literal BuildWord(const ParseNode& node);
  Literal BuildString(const ParseNode& node);
  static void BuildType(const ParseNode& node, TypeRef& type);

  std::optional<Error> error_;
};

Operation::Kind OperationKind(std::string_view word) {
  if (word == "mutation") {
    return Operation::Kind::kMutation;
  }
  return word == "query" ? Operation::Kind::kQuery : Operation::Kind::kSubscription;
}

Operation Builder::BuildOperation(const ParseNode& node) {
  Operation operation;
  operation.location = LocationOf(node);
  for (const auto& child : node.children) {
    if (child->is_type<grammar::OperationType>()) {
      operation.kind = OperationKind(child->string_view());
    } else if (child->is_type<grammar::OperationName>()) {
      operation.name = child->string();
    } else if (child->is_type<grammar::VariableDefinitionRule>()) {
      operation.variables.push_back(BuildVariable(*child));
    } else if (child->is_type<grammar::DirectiveRule>()) {
      operation.directives.push_back(BuildDirective(*child));
    } else {
      operation.selections = BuildSelections(*child);
    }
  }
  return operation;
}

Operation Builder::BuildShorthand(const ParseNode& node) {
  Operation operation;
  operation.location = LocationOf(node);
  operation.selections = BuildSelections(*node.children.front());
  return operation;
}

Fragment Builder::BuildFragment(const ParseNode& node) {
  Fragment fragment;
  fragment.location = LocationOf(node);
  for (const auto& child : node.children) {
    if (child->is_type<grammar::FragmentName>()) {
      fragment.name = child->string();
    } else if (child->is_type<grammar::TypeCondition>()) {
      fragment.type_condition = child->string();
    } else if (child->is_type<grammar::DirectiveRule>()) {
      fragment.directives.push_back(BuildDirective(*child));
    } else {
      fragment.selections = BuildSelections(*child);
    }
  }
  return fragment;
}

/// The wrappers of a type stand in the text inside out, their marks behind what they wrap.
void Builder::BuildType(const ParseNode& node, TypeRef& type) {
  if (node.is_type<grammar::NamedType>()) {
    type.name = node.string();
  } else if (node.is_type<grammar::NonNullMark>()) {
    type.wrappers.insert(type.wrappers.begin(), Wrapper::kNonNull);
  } else if (node.is_type<grammar::ListType>()) {
    for (const auto& child : node.children) {
      BuildType(*child, type);
    }
    type.wrappers.insert(type.wrappers.begin(), Wrapper::kList);
  }
}

VariableDefinition Builder::BuildVariable(const ParseNode& node) {
  VariableDefinition variable;
  variable.location = LocationOf(node);
  for (const auto& child : node.children) {
    if (child->is_type<grammar::Variable>()) {
      variable.name = child->children.front()->string();
    } else if (child->is_type<grammar::DefaultValue>()) {
      variable.default_value = BuildLiteral(*child->children.front());
    } else if (child->is_type<grammar::DirectiveRule>()) {
      variable.directives.push_back(BuildDirective(*child));
    } else {
      BuildType(*child, variable.type);
    }
  }
  return variable;
}

std::vector<Selection> Builder::BuildSelections(const ParseNode& node) {
  std::vector<Selection> selections;
  selections.reserve(node.children.size());
  for (const auto& child : node.children) {
    selections.push_back(BuildSelection(*child));
  }
  return selections;
}

Selection Builder::BuildSelection(const ParseNode& node) {
  Selection selection;
  selection.location = LocationOf(node);
  if (node.is_type<grammar::FragmentSpread>()) {
    selection.kind = Selection::Kind::kFragmentSpread;
  } else if (node.is_type<grammar::InlineFragment>()) {
    selection.kind = Selection::Kind::kInlineFragment;
  }
  for (const auto& child : node.children) {
    if (child->is_type<grammar::AliasName>()) {
      selection.alias = child->string();
    } else if (child->is_type<grammar::ArgumentRule>()) {
      selection.arguments.push_back(BuildArgument(*child));
    } else if (child->is_type<grammar::DirectiveRule>()) {
      selection.directives.push_back(BuildDirective(*child));
    } else if (child->is_type<grammar::SelectionSet>()) {
      selection.selections = BuildSelections(*child);
    } else if (child->is_type<grammar::TypeCondition>()) {
      selection.type_condition = child->string();
    } else {
      selection.name = child->string();
    }
  }
  return selection;
}

Directive Builder::BuildDirective(const ParseNode& node) {
  Directive directive;
  directive.location = LocationOf(node);
  directive.name = node.children.front()->string();
  for (size_t i = 1; i < node.children.size(); ++i) {
    directive.arguments.push_back(BuildArgument(*node.children[i]));
  }
  return directive;
}

Argument Builder::BuildArgument(const ParseNode& node) {
  return {
      .name = node.children[0]->string(),
      .value = BuildLiteral(*node.children[1]),
      .location = LocationOf(node)};
}

Literal Builder::BuildWord(const ParseNode& node) {
  Literal word;
  word.text = node.string();
  word.location = LocationOf(node);
  word.kind = Literal::Kind::kEnum;
  if (word.text == "null") {
    word.kind = Literal::Kind::kNull;
  } else if (word.text == "true" || word.text == "false") {
    word.kind = Literal::Kind::kBoolean;
  }
  return word;
}

Literal Builder::BuildString(const ParseNode& node) {
  Literal literal;
  literal.kind = Literal::Kind::kString;
  literal.location = LocationOf(node);
  std::optional<std::string> text = UnescapeString(Unquoted(node, 1));
  if (!text) {
    error_ = {
        .message = "Syntax error: the string has a \\u escape that is half of a surrogate pair",
        .locations = {literal.location},
        .path = {}};
    return literal;
  }
  literal.text = *std::move(text);
  return literal;
}

Literal Builder::BuildLiteral(const ParseNode& node) {
  if (node.is_type<grammar::WordValue>()) {
    return BuildWord(node);
  }
  if (node.is_type<grammar::StringValue>()) {
    return BuildString(node);
  }
  Literal literal;
  literal.location = LocationOf(node);
  if (node.is_type<grammar::ListValue>()) {
    literal.kind = Literal::Kind::kList;
    for (const auto& child : node.children) {
      literal.items.push_back(BuildLiteral(*child));
    }
  } else if (node.is_type<grammar::ObjectValue>()) {
    literal.kind = Literal::Kind::kObject;
    for (const auto& child : node.children) {
      literal.members.push_back(
          {child->children[0]->string(), BuildLiteral(*child->children[1]), LocationOf(*child)}
      );
    }
  } else if (node.is_type<grammar::BlockStringValue>()) {
    literal.kind = Literal::Kind::kString;
    literal.text = UnindentBlockString(Unquoted(node, 3));
  } else if (node.is_type<grammar::VariableValue>()) {
    literal.kind = Literal::Kind::kVariable;
    literal.text = node.children.front()->string();
  } else {
    literal.kind = node.is_type<grammar::IntValue>() ? Literal::Kind::kInt : Literal::Kind::kFloat;
    literal.text = node.string();
  }
  return literal;
}

}  // namespace

std::optional<Error> BuildDocument(const ParseNode& root, Document& document) {
  Builder builder;
  for (const auto& node : root.children) {
    if (node->is_type<grammar::FragmentRule>()) {
      document.fragments.push_back(builder.BuildFragment(*node));
    } else if (node->is_type<grammar::Shorthand>()) {
      document.operations.push_back(builder.BuildShorthand(*node));
    } else {
      document.operations.push_back(builder.BuildOperation(*node));
    }
  }
  return builder.error();
}

}  // namespace tidings::graphql
