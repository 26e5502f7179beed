#include "api/graphql/engine/schema_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace tidings::graphql {
namespace {

constexpr std::array<std::string_view, 5> kBuiltIn = {"Int", "Float", "String", "Boolean", "ID"};

bool IsBuiltIn(std::string_view name) {
  return name.starts_with("__") ||
         std::find(kBuiltIn.begin(), kBuiltIn.end(), name) != kBuiltIn.end();
}

std::string DescriptionText(std::string_view description, std::string_view indent) {
  return description.empty() ? std::string()
                             : fmt::format("{}\"\"\"{}\"\"\"\n", indent, description);
}

std::string InputText(const InputField& input) {
  std::string text = fmt::format("{}: {}", input.name, ToString(input.type.View()));
  if (input.default_value) {
    text += " = " + ToString(*input.default_value);
  }
  return text;
}

std::string ArgumentsText(const FieldDefinition& field) {
  std::string text;
  for (const InputField& argument : field.arguments) {
    text += (text.empty() ? "(" : ", ") + InputText(argument);
  }
  return text.empty() ? text : text + ")";
}

std::string TypeText(const TypeDefinition& type) {
  constexpr std::string_view kIndent = "  ";
  std::string text = DescriptionText(type.description, "");
  if (type.kind == TypeKind::kScalar) {
    return text + fmt::format("scalar {}\n", type.name);
  }
  const bool is_object = type.kind == TypeKind::kObject;
  text += is_object ? "type " : type.kind == TypeKind::kEnum ? "enum " : "input ";
  text += type.name + " {\n";
  for (const FieldDefinition& field : type.fields) {
    text += DescriptionText(field.description, kIndent);
    text +=
        fmt::format("  {}{}: {}\n", field.name, ArgumentsText(field), ToString(field.type.View()));
  }
  for (const InputField& input : type.inputs) {
    text += DescriptionText(input.description, kIndent);
    text += fmt::format("  {}\n", InputText(input));
  }
  for (const EnumValue& value : type.values) {
    text += DescriptionText(value.description, kIndent);
    text += fmt::format("  {}\n", value.name);
  }
  return text + "}\n";
}

}  // namespace

std::string PrintSchema(const Schema& schema) {
  std::string text;
  for (const TypeDefinition& type : schema.types()) {
    if (!IsBuiltIn(type.name)) {
      text += (text.empty() ? "" : "\n") + TypeText(type);
    }
  }
  return text;
}

}  // namespace tidings::graphql
