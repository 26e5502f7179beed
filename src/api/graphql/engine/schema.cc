#include "api/graphql/engine/schema.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "api/graphql/engine/introspection.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

TypeDefinition Scalar(std::string name, std::string description) {
  return {
      .kind = TypeKind::kScalar,
      .name = std::move(name),
      .description = std::move(description),
      .fields = {},
      .inputs = {},
      .values = {}};
}

std::vector<TypeDefinition> BuiltInScalars() {
  return {
      Scalar("Int", "A whole number of 32 bits."),
      Scalar("Float", "A number of double precision."),
      Scalar("String", "Text, UTF-8."),
      Scalar("Boolean", "`true` or `false`."),
      Scalar("ID", "Text that identifies something."),
  };
}

DirectiveDefinition SelectionDirective(std::string name, std::string description) {
  return {
      .name = std::move(name),
      .description = std::move(description),
      .locations = {"FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"},
      .arguments = {
          {.name = "if",
           .type = Type("Boolean!"),
           .description = "The condition.",
           .default_value = std::nullopt}}};
}

template <typename Named>
const Named* FindNamed(const std::vector<Named>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

Schema::Schema(std::vector<TypeDefinition> types)
    : types_(std::move(types)), meta_fields_(MetaFields()) {
  for (auto* more : {&BuiltInScalars, &IntrospectionTypes}) {
    std::vector<TypeDefinition> added = more();
    std::move(added.begin(), added.end(), std::back_inserter(types_));
  }
  directives_ = {
      SelectionDirective("include", "Includes what it stands at only if the condition is true."),
      SelectionDirective("skip", "Leaves out what it stands at if the condition is true.")};
}

const TypeDefinition* Schema::FindType(std::string_view name) const {
  return FindNamed(types_, name);
}

const DirectiveDefinition* Schema::FindDirective(std::string_view name) const {
  return FindNamed(directives_, name);
}

const FieldDefinition* Schema::FindField(const TypeDefinition& type, std::string_view name) const {
  if (const FieldDefinition* const field = FindNamed(type.fields, name)) {
    return field;
  }
  const FieldDefinition* const meta = FindNamed(meta_fields_, name);
  const bool is_everywhere = meta == &meta_fields_.front();
  return is_everywhere || &type == &query_type() ? meta : nullptr;
}

const InputField* FindInput(const std::vector<InputField>& inputs, std::string_view name) {
  return FindNamed(inputs, name);
}

std::string Suggestion(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::optional<std::string_view> nearest = Nearest(name, candidates);
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

}  // namespace tidings::graphql
