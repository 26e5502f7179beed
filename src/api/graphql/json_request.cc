#include "api/graphql/json_request.h"

#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json_document.h"
#include "base/json_value.h"
#include "base/status.h"

namespace tidings::graphql {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxJsonDepth = 64;

std::vector<Argument> MembersOf(dom::object object);

Literal LiteralOf(dom::element value) {
  Literal literal;
  switch (value.type()) {
    case dom::element_type::ARRAY:
      literal.kind = Literal::Kind::kList;
      for (const dom::element item : dom::array(value)) {
        literal.items.push_back(LiteralOf(item));
      }
      break;
    case dom::element_type::OBJECT:
      literal.kind = Literal::Kind::kObject;
      literal.members = MembersOf(dom::object(value));
      break;
    case dom::element_type::STRING:
      literal.kind = Literal::Kind::kString;
      literal.text = std::string_view(value);
      break;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
      literal.kind = Literal::Kind::kInt;
      literal.text = simdjson::minify(value);
      break;
    case dom::element_type::DOUBLE:
      literal.kind = Literal::Kind::kFloat;
      literal.text = fmt::format("{}", double(value));
      break;
    case dom::element_type::BOOL:
      literal.kind = Literal::Kind::kBoolean;
      literal.text = bool(value) ? "true" : "false";
      break;
    case dom::element_type::NULL_VALUE:
      break;
  }
  return literal;
}

std::vector<Argument> MembersOf(dom::object object) {
  std::vector<Argument> members;
  for (const dom::key_value_pair member : object) {
    members.push_back(
        {.name = std::string(member.key), .value = LiteralOf(member.value), .location = {}}
    );
  }
  return members;
}

/// A member that may be absent or null.
absl::Status ReadOptionalText(dom::object object, std::string_view name, std::string& text) {
  dom::element value;
  std::string_view found;
  if (object.at_key(name).get(value) || value.is_null()) {
    return absl::OkStatus();
  }
  if (value.get(found)) {
    return InvalidArgument("{}: expected a string, found {}", name, json_value::KindOf(value));
  }
  text = found;
  return absl::OkStatus();
}

absl::Status ReadVariables(dom::object object, std::vector<Argument>& variables) {
  dom::element value;
  dom::object found;
  if (object.at_key("variables").get(value) || value.is_null()) {
    return absl::OkStatus();
  }
  if (value.get(found)) {
    return InvalidArgument("variables: expected an object, found {}", json_value::KindOf(value));
  }
  variables = MembersOf(found);
  return absl::OkStatus();
}

absl::Status ReadRequest(dom::object object, Request& request) {
  if (absl::Status status = ReadOptionalText(object, "query", request.query); !status.ok()) {
    return status;
  }
  if (request.query.empty()) {
    return InvalidArgument("query: missing, expected the text of a GraphQL query");
  }
  if (absl::Status status = ReadOptionalText(object, "operationName", request.operation_name);
      !status.ok()) {
    return status;
  }
  return ReadVariables(object, request.variables);
}

}  // namespace

absl::StatusOr<Request> ParseJsonRequest(std::string body) {
  const auto document = JsonDocument::Parse(std::move(body), kMaxJsonDepth);
  if (!document.ok()) {
    return document.status();
  }
  const dom::element root = (*document)->root();
  dom::object object;
  if (root.get(object)) {
    return InvalidArgument(
        "the body is {}, expected one object such as {{\"query\": \"{{ version }}\"}}",
        json_value::KindOf(root)
    );
  }
  Request request;
  if (absl::Status status = ReadRequest(object, request); !status.ok()) {
    return status;
  }
  return request;
}

}  // namespace tidings::graphql
