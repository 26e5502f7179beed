#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/rest/answer.h"

namespace tidings::rest {

/// The decoded parameters of a URL's query, in its order. A parameter with an empty value counts as
/// not given; `+` and `%20` are a space.
class QueryParameters {
 public:
  struct Entry {
    std::string name;
    std::string value;
  };

  /// Fills `out` from `query`, in which only `known` names may stand.
  static std::optional<FieldProblem> Parse(
      std::string_view query, std::span<const std::string_view> known, QueryParameters& out
  );

  const std::vector<Entry>& entries() const { return entries_; }
  /// Takes all of that name out; they are what is returned.
  QueryParameters Take(std::string_view name);

  /// The only value of `name`, empty when it is not given; a problem when it is given twice.
  std::optional<FieldProblem> Single(std::string_view name, std::string& value) const;
  /// `true` or `false`; left as it is when it is not given.
  std::optional<FieldProblem> Bool(std::string_view name, bool& value) const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace tidings::rest
