#include "api/graphql/engine/introspection.h"

#include <string>
#include <utility>

#include "api/graphql/engine/request_scope.h"

namespace tidings::graphql {
namespace {

using SchemaPointer = const Schema*;
using FieldPointer = const FieldDefinition*;
using InputPointer = const InputField*;
using ValuePointer = const EnumValue*;
using DirectivePointer = const DirectiveDefinition*;

/// The objects of `__Type` are TypeViews: wrappers are types of their own.
Resolved TypeObject(TypeView type) {
  return Resolved::Object(type);
}

Resolved NamedTypeObject(const TypeDefinition& type) {
  return TypeObject({.name = type.name, .wrappers = {}});
}

/// A list of pointers to the elements.
template <typename Element>
Resolved Pointers(const std::vector<Element>& elements) {
  Resolved::List list;
  list.reserve(elements.size());
  for (const Element& element : elements) {
    list.push_back(Resolved::Object(&element));
  }
  return {std::move(list)};
}

/// The definition of a named type; null for a wrapper.
const TypeDefinition* DefinitionOf(const TypeView& type, const ResolveCall& call) {
  return type.wrappers.empty() ? call.scope.schema().FindType(type.name) : nullptr;
}

std::string KindName(const TypeView& type, const ResolveCall& call) {
  if (type.IsNonNull()) {
    return "NON_NULL";
  }
  if (type.IsList()) {
    return "LIST";
  }
  switch (DefinitionOf(type, call)->kind) {
    case TypeKind::kScalar:
      return "SCALAR";
    case TypeKind::kObject:
      return "OBJECT";
    case TypeKind::kEnum:
      return "ENUM";
    case TypeKind::kInputObject:
      return "INPUT_OBJECT";
  }
  return "SCALAR";
}

Resolver Nothing() {
  return [](const ResolveCall&) { return Resolved::Null(); };
}

Resolver No() {
  return [](const ResolveCall&) { return Resolved{false}; };
}

/// Nothing is deprecated; clients may ask all the same.
std::vector<InputField> IncludeDeprecated() {
  return {
      {.name = "includeDeprecated",
       .type = Type("Boolean"),
       .description = "Whether to list what is deprecated; nothing is.",
       .default_value = Literal{.kind = Literal::Kind::kBoolean, .text = "false"}}};
}

template <typename T>
FieldDefinition NameField() {
  return {.name = "name", .type = Type("String!"), .resolve = On<T>([](const T& one) {
                                                     return Resolved{one->name};
                                                   })};
}

Resolved Description(const std::string& text) {
  return text.empty() ? Resolved::Null() : Resolved{text};
}

template <typename T>
FieldDefinition DescriptionField() {
  return {.name = "description", .type = Type("String"), .resolve = On<T>([](const T& one) {
                                                           return Description(one->description);
                                                         })};
}

FieldDefinition IsDeprecatedField() {
  return {.name = "isDeprecated", .type = Type("Boolean!"), .resolve = No()};
}

FieldDefinition DeprecationReasonField() {
  return {.name = "deprecationReason", .type = Type("String"), .resolve = Nothing()};
}

TypeDefinition SchemaType() {
  TypeDefinition type{.name = "__Schema", .description = "All that can be asked."};
  type.fields = {
      {.name = "description", .type = Type("String"), .resolve = Nothing()},
      {.name = "types",
       .type = Type("[__Type!]!"),
       .resolve = On<SchemaPointer>([](const SchemaPointer& schema) {
         Resolved::List list;
         list.reserve(schema->types().size());
         for (const TypeDefinition& one : schema->types()) {
           list.push_back(NamedTypeObject(one));
         }
         return Resolved{std::move(list)};
       })},
      {.name = "queryType",
       .type = Type("__Type!"),
       .resolve = On<SchemaPointer>([](const SchemaPointer& schema) {
         return NamedTypeObject(schema->query_type());
       })},
      {.name = "mutationType", .type = Type("__Type"), .resolve = Nothing()},
      {.name = "subscriptionType", .type = Type("__Type"), .resolve = Nothing()},
      {.name = "directives",
       .type = Type("[__Directive!]!"),
       .resolve = On<SchemaPointer>([](const SchemaPointer& schema) {
         return Pointers(schema->directives());
       })},
  };
  return type;
}

/// A field of `__Type` that only some kinds have: the list that `read` gives, or null.
FieldDefinition KindField(
    std::string name, std::string_view type, TypeKind kind, Resolved (*read)(const TypeDefinition&)
) {
  return {
      .name = std::move(name),
      .type = Type(type),
      .arguments = IncludeDeprecated(),
      .resolve = On<TypeView>([kind, read](const TypeView& view, const ResolveCall& call) {
        const TypeDefinition* const definition = DefinitionOf(view, call);
        const bool applies = definition != nullptr && definition->kind == kind;
        return applies ? read(*definition) : Resolved::Null();
      })};
}

std::vector<FieldDefinition> TypeNameFields() {
  return {
      {.name = "kind",
       .type = Type("__TypeKind!"),
       .resolve = On<TypeView>([](const TypeView& view, const ResolveCall& call) {
         return Resolved{KindName(view, call)};
       })},
      {.name = "name", .type = Type("String"), .resolve = On<TypeView>([](const TypeView& view) {
                                                 return view.wrappers.empty()
                                                            ? Resolved{std::string(view.name)}
                                                            : Resolved::Null();
                                               })},
      {.name = "description",
       .type = Type("String"),
       .resolve = On<TypeView>([](const TypeView& view, const ResolveCall& call) {
         const TypeDefinition* const definition = DefinitionOf(view, call);
         return definition == nullptr ? Resolved::Null() : Description(definition->description);
       })},
      {.name = "specifiedByURL", .type = Type("String"), .resolve = Nothing()},
  };
}

TypeDefinition TypeType() {
  TypeDefinition type{.name = "__Type", .description = "A type, or a list or non-null of one."};
  type.fields = TypeNameFields();
  type.fields.push_back(KindField(
      "fields",
      "[__Field!]",
      TypeKind::kObject,
      [](const TypeDefinition& one) { return Pointers(one.fields); }
  ));
  type.fields.push_back(
      {.name = "interfaces",
       .type = Type("[__Type!]"),
       .resolve = On<TypeView>([](const TypeView& view, const ResolveCall& call) {
         const TypeDefinition* const one = DefinitionOf(view, call);
         const bool is_object = one != nullptr && one->IsComposite();
         return is_object ? Resolved{Resolved::List()} : Resolved::Null();
       })}
  );
  type.fields.push_back({.name = "possibleTypes", .type = Type("[__Type!]"), .resolve = Nothing()});
  type.fields.push_back(KindField(
      "enumValues",
      "[__EnumValue!]",
      TypeKind::kEnum,
      [](const TypeDefinition& one) { return Pointers(one.values); }
  ));
  type.fields.push_back(KindField(
      "inputFields",
      "[__InputValue!]",
      TypeKind::kInputObject,
      [](const TypeDefinition& one) { return Pointers(one.inputs); }
  ));
  type.fields.push_back(
      {.name = "ofType", .type = Type("__Type"), .resolve = On<TypeView>([](const TypeView& view) {
                                                   return view.wrappers.empty()
                                                              ? Resolved::Null()
                                                              : TypeObject(view.Inner());
                                                 })}
  );
  return type;
}

TypeDefinition FieldType() {
  TypeDefinition type{.name = "__Field", .description = "A field of an object."};
  type.fields = {
      NameField<FieldPointer>(),
      DescriptionField<FieldPointer>(),
      {.name = "args",
       .type = Type("[__InputValue!]!"),
       .arguments = IncludeDeprecated(),
       .resolve =
           On<FieldPointer>([](const FieldPointer& one) { return Pointers(one->arguments); })},
      {.name = "type",
       .type = Type("__Type!"),
       .resolve =
           On<FieldPointer>([](const FieldPointer& one) { return TypeObject(one->type.View()); })},
      IsDeprecatedField(),
      DeprecationReasonField(),
  };
  return type;
}

TypeDefinition InputValueType() {
  TypeDefinition type{
      .name = "__InputValue", .description = "An argument, or a field of an input object."};
  type.fields = {
      NameField<InputPointer>(),
      DescriptionField<InputPointer>(),
      {.name = "type",
       .type = Type("__Type!"),
       .resolve =
           On<InputPointer>([](const InputPointer& one) { return TypeObject(one->type.View()); })},
      {.name = "defaultValue",
       .type = Type("String"),
       .resolve = On<InputPointer>([](const InputPointer& one) {
         return one->default_value ? Resolved{ToString(*one->default_value)} : Resolved::Null();
       })},
      IsDeprecatedField(),
      DeprecationReasonField(),
  };
  return type;
}

TypeDefinition EnumValueType() {
  TypeDefinition type{.name = "__EnumValue", .description = "A value of an enum."};
  type.fields = {
      NameField<ValuePointer>(),
      DescriptionField<ValuePointer>(),
      IsDeprecatedField(),
      DeprecationReasonField(),
  };
  return type;
}

TypeDefinition DirectiveType() {
  TypeDefinition type{.name = "__Directive", .description = "A directive of queries."};
  type.fields = {
      NameField<DirectivePointer>(),
      DescriptionField<DirectivePointer>(),
      {.name = "locations",
       .type = Type("[__DirectiveLocation!]!"),
       .resolve = On<DirectivePointer>([](const DirectivePointer& one) {
         Resolved::List list;
         list.reserve(one->locations.size());
         for (const std::string& location : one->locations) {
           list.push_back({location});
         }
         return Resolved{std::move(list)};
       })},
      {.name = "args",
       .type = Type("[__InputValue!]!"),
       .arguments = IncludeDeprecated(),
       .resolve = On<DirectivePointer>([](const DirectivePointer& one) {
         return Pointers(one->arguments);
       })},
      {.name = "isRepeatable", .type = Type("Boolean!"), .resolve = No()},
  };
  return type;
}

TypeDefinition EnumOf(
    std::string name, std::string description, const std::vector<std::string>& values
) {
  TypeDefinition type{
      .kind = TypeKind::kEnum, .name = std::move(name), .description = std::move(description)};
  type.values.reserve(values.size());
  for (const std::string& value : values) {
    type.values.push_back({.name = value, .description = ""});
  }
  return type;
}

}  // namespace

std::vector<TypeDefinition> IntrospectionTypes() {
  return {
      SchemaType(),
      TypeType(),
      FieldType(),
      InputValueType(),
      EnumValueType(),
      DirectiveType(),
      EnumOf(
          "__TypeKind",
          "What a `__Type` is.",
          {"SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL"}
      ),
      EnumOf(
          "__DirectiveLocation",
          "Where a directive may stand.",
          {"QUERY",
           "MUTATION",
           "SUBSCRIPTION",
           "FIELD",
           "FRAGMENT_DEFINITION",
           "FRAGMENT_SPREAD",
           "INLINE_FRAGMENT",
           "VARIABLE_DEFINITION",
           "SCHEMA",
           "SCALAR",
           "OBJECT",
           "FIELD_DEFINITION",
           "ARGUMENT_DEFINITION",
           "INTERFACE",
           "UNION",
           "ENUM",
           "ENUM_VALUE",
           "INPUT_OBJECT",
           "INPUT_FIELD_DEFINITION"}
      ),
  };
}

std::vector<FieldDefinition> MetaFields() {
  return {
      {.name = "__typename",
       .type = Type("String!"),
       .description = "The name of the object's type.",
       .resolve = [](const ResolveCall& call) { return Resolved{call.type.name}; }},
      {.name = "__schema",
       .type = Type("__Schema!"),
       .description = "All that can be asked.",
       .resolve = [](const ResolveCall& call) { return Resolved::Object(&call.scope.schema()); }},
      {.name = "__type",
       .type = Type("__Type"),
       .description = "The type of that name.",
       .arguments = {{.name = "name", .type = Type("String!"), .description = "The type's name."}},
       .resolve =
           [](const ResolveCall& call) {
             const TypeDefinition* const type =
                 call.scope.schema().FindType(call.arguments.Text("name"));
             return type == nullptr ? Resolved::Null() : NamedTypeObject(*type);
           }},
  };
}

}  // namespace tidings::graphql
