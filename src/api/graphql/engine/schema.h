#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <absl/status/statusor.h>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/json.h"
#include "api/graphql/engine/type_ref.h"
#include "base/status.h"

/// What can be asked: tables that execution, introspection and the printed schema all read. There
/// are no interfaces and no unions, so the type of every selection is known before anything runs.
namespace tidings::graphql {

class RequestScope;
struct TypeDefinition;

/// What a resolver gives for a field.
struct Resolved {
  using List = std::vector<Resolved>;
  /// null, a leaf, an object (a pointer or a small view that the resolvers of its type know) or a
  /// list. What an object points to must live as long as the field is
  /// written (RequestScope::Keep).
  std::variant<std::monostate, bool, int64_t, double, std::string, std::any, List> value;

  static Resolved Null() { return {}; }
  static Resolved Object(std::any object) { return {std::move(object)}; }
};

/// One call of a resolver.
struct ResolveCall {
  /// The object that the field is of; empty for the root.
  const std::any& object;
  /// Its type.
  const TypeDefinition& type;
  /// Coerced: every required argument is there.
  const Json& arguments;
  RequestScope& scope;
};

/// A field's function. An error becomes an error of the field: its value is null.
using Resolver = std::function<absl::StatusOr<Resolved>(const ResolveCall&)>;

/// The resolver that calls `read(object)` or `read(object, call)` with the object as a T.
template <typename T, typename Read>
Resolver On(Read read) {
  return [read = std::move(read)](const ResolveCall& call) -> absl::StatusOr<Resolved> {
    const T* const object = std::any_cast<T>(&call.object);
    if (object == nullptr) {
      return Internal("the object of a field has another type than the field's resolver reads");
    }
    if constexpr (std::is_invocable_v<Read, const T&, const ResolveCall&>) {
      return read(*object, call);
    } else {
      return read(*object);
    }
  };
}

/// An argument, or a field of an input object.
struct InputField {
  std::string name;
  TypeRef type;
  std::string description;
  std::optional<Literal> default_value;

  bool IsRequired() const { return type.View().IsNonNull() && !default_value; }
};

struct FieldDefinition {
  std::string name;
  TypeRef type;
  std::string description;
  std::vector<InputField> arguments;
  Resolver resolve;
  /// What asking for it counts towards Limits::max_cost.
  size_t cost = 1;
};

struct EnumValue {
  std::string name;
  std::string description;
};

enum class TypeKind : uint8_t { kScalar, kObject, kEnum, kInputObject };

struct TypeDefinition {
  TypeKind kind = TypeKind::kObject;
  std::string name;
  std::string description;
  std::vector<FieldDefinition> fields;  ///< of an object
  std::vector<InputField> inputs;       ///< of an input object
  std::vector<EnumValue> values;        ///< of an enum

  /// Whether it has fields to select.
  bool IsComposite() const { return kind == TypeKind::kObject; }
  bool IsInput() const { return kind != TypeKind::kObject; }
};

struct DirectiveDefinition {
  std::string name;
  std::string description;
  std::vector<std::string> locations;
  std::vector<InputField> arguments;
};

/// All types, by name. Immutable.
class Schema {
 public:
  /// `types` must hold an object type `Query` and every type that is named in them, but for the
  /// built-in ones: these, and those of introspection, are added.
  explicit Schema(std::vector<TypeDefinition> types);

  const std::vector<TypeDefinition>& types() const { return types_; }
  const std::vector<DirectiveDefinition>& directives() const { return directives_; }
  const TypeDefinition& query_type() const { return *FindType("Query"); }

  /// Null if there is none.
  const TypeDefinition* FindType(std::string_view name) const;
  const DirectiveDefinition* FindDirective(std::string_view name) const;
  /// Also `__typename`, and on the root `__schema` and `__type`.
  const FieldDefinition* FindField(const TypeDefinition& type, std::string_view name) const;

 private:
  std::vector<TypeDefinition> types_;
  std::vector<DirectiveDefinition> directives_;
  /// `__typename`, then those of the root only.
  std::vector<FieldDefinition> meta_fields_;
};

/// The input of that name, or null.
const InputField* FindInput(const std::vector<InputField>& inputs, std::string_view name);

/// `; did you mean 'x'?` with the name that is nearest to `name`, or nothing.
std::string Suggestion(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace tidings::graphql
