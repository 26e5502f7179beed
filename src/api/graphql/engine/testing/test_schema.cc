#include "api/graphql/engine/testing/test_schema.h"

#include <utility>

#include <fmt/format.h>

#include "base/manual_clock.h"

namespace tidings::graphql::testing {
namespace {

/// Objects of `Item` are how deep they are.
Resolved Items(int64_t depth, int64_t count) {
  Resolved::List list;
  for (int64_t i = 0; i < count; ++i) {
    list.push_back(Resolved::Object(depth));
  }
  return {std::move(list)};
}

TypeDefinition ItemType() {
  TypeDefinition type{.name = "Item", .description = "A thing."};
  type.fields = {
      {.name = "depth", .type = Type("Int!"), .resolve = On<int64_t>([](int64_t depth) {
                                                return Resolved{depth};
                                              })},
      {.name = "child", .type = Type("Item"), .resolve = On<int64_t>([](int64_t depth) {
                                                return Resolved::Object(depth + 1);
                                              })},
      {.name = "children",
       .type = Type("[Item!]"),
       .arguments = {{.name = "count", .type = Type("Int!")}},
       .resolve = On<int64_t>([](int64_t depth, const ResolveCall& call) {
         return Items(depth + 1, call.arguments.Int("count", 0));
       })},
      {.name = "missing", .type = Type("String!"), .resolve = On<int64_t>([](int64_t) {
                                                     return Resolved::Null();
                                                   })},
      {.name = "broken",
       .type = Type("String"),
       .resolve = On<int64_t>([](int64_t depth) -> absl::StatusOr<Resolved> {
         return Unavailable("item {} is broken", depth);
       })},
  };
  return type;
}

TypeDefinition ColorType() {
  TypeDefinition type{.kind = TypeKind::kEnum, .name = "Color"};
  type.values = {{.name = "RED", .description = "Like fire."}, {.name = "GREEN"}};
  return type;
}

TypeDefinition WhereType() {
  TypeDefinition type{.kind = TypeKind::kInputObject, .name = "Where"};
  type.inputs = {
      {.name = "name", .type = Type("String!")},
      {.name = "size",
       .type = Type("Int"),
       .default_value = Literal{.kind = Literal::Kind::kInt, .text = "7"}},
      {.name = "color", .type = Type("Color")},
      {.name = "tags", .type = Type("[String!]")},
      {.name = "inner", .type = Type("Where")},
  };
  return type;
}

std::string TextOf(const Json& value);

std::string ObjectText(const Json::Object& members) {
  std::string text;
  for (const JsonMember& member : members) {
    text += (text.empty() ? "" : " ") + member.name + "=" + TextOf(member.value);
  }
  return "{" + text + "}";
}

std::string ListText(const Json::List& items) {
  std::string text;
  for (const Json& item : items) {
    text += (text.empty() ? "" : " ") + TextOf(item);
  }
  return "[" + text + "]";
}

std::string TextOf(const Json& value) {
  if (const auto* const flag = value.As<bool>()) {
    return *flag ? "true" : "false";
  }
  if (const auto* const number = value.As<int64_t>()) {
    return fmt::format("{}", *number);
  }
  if (const auto* const real = value.As<double>()) {
    return fmt::format("{:.2f}", *real);
  }
  if (const auto* const text = value.As<std::string>()) {
    return "'" + *text + "'";
  }
  if (const auto* const list = value.As<Json::List>()) {
    return ListText(*list);
  }
  const auto* const members = value.As<Json::Object>();
  return members == nullptr ? "null" : ObjectText(*members);
}

/// A field that tells its arguments, after coercion.
FieldDefinition Tell(std::string name, std::string_view argument_type) {
  return {
      .name = std::move(name),
      .type = Type("String"),
      .arguments = {{.name = "of", .type = Type(argument_type)}},
      .resolve = [](const ResolveCall& call) { return Resolved{TextOf(call.arguments)}; }};
}

std::vector<FieldDefinition> LeafFields() {
  return {
      {.name = "yes",
       .type = Type("Boolean!"),
       .resolve = [](const ResolveCall&) { return Resolved{true}; }},
      {.name = "half",
       .type = Type("Float"),
       .resolve = [](const ResolveCall&) { return Resolved{0.5}; }},
      {.name = "quote",
       .type = Type("String"),
       .resolve = [](const ResolveCall&) { return Resolved{std::string("\"ü\"\n")}; }},
      Tell("tellInt", "Int"),
      Tell("tellLong", "Long"),
      Tell("tellFloat", "Float"),
      Tell("tellText", "String"),
      Tell("tellRequired", "String!"),
      Tell("tellId", "ID"),
      Tell("tellFlag", "Boolean"),
      Tell("tellColor", "Color"),
      Tell("tellList", "[Int]"),
      Tell("tellLists", "[[Int!]!]"),
      Tell("tellWhere", "Where"),
  };
}

}  // namespace

Schema MakeTestSchema() {
  TypeDefinition query{.name = "Query"};
  query.fields = LeafFields();
  query.fields.push_back({.name = "item", .type = Type("Item"), .resolve = [](const ResolveCall&) {
                            return Resolved::Object(int64_t{0});
                          }});
  query.fields.push_back({.name = "must", .type = Type("Item!"), .resolve = [](const ResolveCall&) {
                            return Resolved::Object(int64_t{0});
                          }});
  query.fields
      .push_back({.name = "warns", .type = Type("String"), .resolve = [](const ResolveCall& call) {
                    call.scope.AddError("only half of it");
                    return Resolved{std::string("half")};
                  }});
  query.fields.push_back(
      {.name = "dear",
       .type = Type("String"),
       .resolve = [](const ResolveCall&) { return Resolved{std::string("!")}; },
       .cost = 1000}
  );
  std::vector<TypeDefinition> types;
  types.push_back(std::move(query));
  types.push_back(ItemType());
  types.push_back(ColorType());
  types.push_back(WhereType());
  types.push_back({.kind = TypeKind::kScalar, .name = "Long"});
  return Schema(std::move(types));
}

namespace {

Answer Run(const Request& request, const Limits& limits) {
  const Schema schema = MakeTestSchema();
  const ManualClock clock;
  RequestScope scope(schema, clock, std::chrono::seconds(1));
  return Execute(request, scope, limits);
}

Request RequestOf(std::string_view query, std::vector<Argument> variables) {
  return {.query = std::string(query), .operation_name = {}, .variables = std::move(variables)};
}

}  // namespace

std::string Ask(const Request& request, const Limits& limits) {
  return Run(request, limits).ToJson();
}

std::string Ask(std::string_view query, std::vector<Argument> variables, const Limits& limits) {
  return Ask(RequestOf(query, std::move(variables)), limits);
}

std::string FirstError(
    std::string_view query, std::vector<Argument> variables, const Limits& limits
) {
  const Answer answer = Run(RequestOf(query, std::move(variables)), limits);
  if (answer.errors.empty()) {
    return {};
  }
  const Error& error = answer.errors.front();
  if (error.locations.empty()) {
    return error.message;
  }
  const Location& at = error.locations.front();
  return fmt::format("{} at {}:{}", error.message, at.line, at.column);
}

Literal JsonText(std::string text) {
  return {.kind = Literal::Kind::kString, .text = std::move(text)};
}

Literal JsonNumber(std::string digits) {
  const bool is_int = digits.find_first_of(".e") == std::string::npos;
  return {.kind = is_int ? Literal::Kind::kInt : Literal::Kind::kFloat, .text = std::move(digits)};
}

Literal JsonNull() {
  return {};
}

Literal JsonList(std::vector<Literal> items) {
  return {.kind = Literal::Kind::kList, .items = std::move(items)};
}

Literal JsonObject(std::vector<Argument> members) {
  return {.kind = Literal::Kind::kObject, .members = std::move(members)};
}

}  // namespace tidings::graphql::testing
