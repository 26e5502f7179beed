#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/graphql/engine/error.h"
#include "api/graphql/engine/type_ref.h"

/// A request's text as a tree (GraphQL October 2021, section 2).
namespace tidings::graphql {

struct Argument;

/// A value as it is written: in the query's text, or in the request's variables.
struct Literal {
  enum class Kind : uint8_t {
    kNull,
    kBoolean,
    kInt,
    kFloat,
    kString,
    kEnum,
    kList,
    kObject,
    kVariable
  };

  Kind kind = Kind::kNull;
  /// Digits, the string's content, the enum value's or the variable's name, `true` or `false`.
  std::string text;
  std::vector<Literal> items;
  std::vector<Argument> members;
  Location location;
};

/// An argument, or a member of an object literal.
struct Argument {
  std::string name;
  Literal value;
  Location location;
};

/// The text that means the literal, on one line.
std::string ToString(const Literal& literal);

struct Directive {
  std::string name;
  std::vector<Argument> arguments;
  Location location;
};

struct Selection {
  enum class Kind : uint8_t { kField, kFragmentSpread, kInlineFragment };

  Kind kind = Kind::kField;
  /// Of a field; empty without one.
  std::string alias;
  /// The field's or the fragment's name.
  std::string name;
  /// Of an inline fragment; empty without one.
  std::string type_condition;
  std::vector<Argument> arguments;
  std::vector<Directive> directives;
  std::vector<Selection> selections;
  Location location;

  const std::string& ResponseKey() const { return alias.empty() ? name : alias; }
};

struct VariableDefinition {
  std::string name;
  TypeRef type;
  std::optional<Literal> default_value;
  std::vector<Directive> directives;
  Location location;
};

struct Operation {
  enum class Kind : uint8_t { kQuery, kMutation, kSubscription };

  Kind kind = Kind::kQuery;
  /// Empty for an anonymous one.
  std::string name;
  std::vector<VariableDefinition> variables;
  std::vector<Directive> directives;
  std::vector<Selection> selections;
  Location location;
};

struct Fragment {
  std::string name;
  std::string type_condition;
  std::vector<Directive> directives;
  std::vector<Selection> selections;
  Location location;
};

struct Document {
  std::vector<Operation> operations;
  std::vector<Fragment> fragments;

  /// The first fragment of that name, or null.
  const Fragment* FindFragment(std::string_view name) const;
};

}  // namespace tidings::graphql
