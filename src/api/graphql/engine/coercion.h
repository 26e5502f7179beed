#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/graphql/engine/document.h"
#include "api/graphql/engine/json.h"
#include "api/graphql/engine/schema.h"

namespace tidings::graphql {

/// By name. A variable that was not given and has no default is absent.
using VariableValues = std::map<std::string, Json, std::less<>>;

/// Turns written values into what resolvers read, by the rules of the input types (GraphQL October
/// 2021, 3.5 to 3.12, 6.1.2, 6.4.1), and tells every mistake with the path of the value.
///
/// Thread safety: one thread.
class Coercer {
 public:
  struct Options {
    /// Null: any variable is taken to fit where it stands, and for null.
    const VariableValues* variables = nullptr;
    /// Set for values that come from JSON: where their variable is defined. Enum values are then
    /// strings, and 3.0 is an integer.
    std::optional<Location> json_location;
  };

  Coercer(const Schema& schema, Options options, std::vector<Error>& errors)
      : schema_(schema), options_(options), errors_(errors) {}

  /// `path` names the value in messages: `condition`, `$condition`.
  std::optional<Json> Coerce(const Literal& literal, TypeView type, const std::string& path);

  /// What a field, a directive or an input object takes, and how a message calls it.
  struct Taker {
    const std::vector<InputField>& inputs;
    /// `field 'version'`, `type 'Duration'`.
    std::string name;
    /// `argument`, `field`.
    std::string_view noun;
    Location location;
  };

  /// The members in the order of `taker.inputs`, defaults filled in. `path` is empty for arguments.
  std::optional<Json> CoerceMembers(
      const std::vector<Argument>& given, const Taker& taker, const std::string& path
  );

 private:
  std::optional<Json> CoerceVariable(
      const Literal& literal, TypeView type, const std::string& path
  );
  std::optional<Json> CoerceList(const Literal& literal, TypeView item, const std::string& path);
  std::optional<Json> CoerceNamed(
      const Literal& literal, const TypeDefinition& type, const std::string& path
  );
  std::optional<Json> CoerceEnum(
      const Literal& literal, const TypeDefinition& type, const std::string& path
  );
  /// The member that stands for `input`, null when none is given (or only a variable that is not).
  const Argument* FindGiven(const std::vector<Argument>& given, const InputField& input) const;
  /// What is given for `input`, or its default, or null.
  const Literal* FindLiteral(const std::vector<Argument>& given, const InputField& input) const;
  void CheckNames(const std::vector<Argument>& given, const Taker& taker, const std::string& path);

  std::nullopt_t Fail(std::string message, const Location& location);
  std::nullopt_t FailType(const Literal& literal, std::string_view type, const std::string& path);
  bool IsFromJson() const { return options_.json_location.has_value(); }

  const Schema& schema_;
  const Options options_;
  std::vector<Error>& errors_;
};

}  // namespace tidings::graphql
