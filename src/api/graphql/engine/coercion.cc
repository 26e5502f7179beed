#include "api/graphql/engine/coercion.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/graphql/engine/limits.h"
#include "api/graphql/engine/scalar.h"
#include "base/text.h"

namespace tidings::graphql {
namespace {

std::string PathOf(const std::string& path, std::string_view member) {
  return path.empty() ? std::string(member) : fmt::format("{}.{}", path, member);
}

template <typename Named>
std::vector<std::string_view> NamesOf(const std::vector<Named>& all) {
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const Named& one : all) {
    names.push_back(one.name);
  }
  return names;
}

}  // namespace

std::nullopt_t Coercer::Fail(std::string message, const Location& location) {
  errors_.push_back(
      {.message = std::move(message),
       .locations = {options_.json_location.value_or(location)},
       .path = {}}
  );
  return std::nullopt;
}

std::nullopt_t Coercer::FailType(
    const Literal& literal, std::string_view type, const std::string& path
) {
  constexpr size_t kShown = 60;
  const std::string found = EscapeForDisplay(ToString(literal), kShown);
  return Fail(fmt::format("{}: expected {}, found {}", path, type, found), literal.location);
}

std::optional<Json> Coercer::Coerce(
    const Literal& literal, TypeView type, const std::string& path
) {
  if (literal.kind == Literal::Kind::kVariable) {
    return CoerceVariable(literal, type, path);
  }
  if (literal.kind == Literal::Kind::kNull) {
    return type.IsNonNull() ? FailType(literal, ToString(type), path) : std::optional(Json{});
  }
  const TypeView nullable = type.Nullable();
  if (nullable.IsList()) {
    return CoerceList(literal, nullable.Inner(), path);
  }
  const TypeDefinition* const named = schema_.FindType(nullable.name);
  if (named == nullptr) {
    return FailType(literal, ToString(type), path);
  }
  return CoerceNamed(literal, *named, path);
}

std::optional<Json> Coercer::CoerceVariable(
    const Literal& literal, TypeView type, const std::string& path
) {
  if (options_.variables == nullptr) {
    return Json{};
  }
  const auto found = options_.variables->find(literal.text);
  const bool is_null = found == options_.variables->end() || found->second.IsNull();
  if (is_null && type.IsNonNull()) {
    return Fail(
        fmt::format("{}: expected {}, but ${} is null", path, ToString(type), literal.text),
        literal.location
    );
  }
  return is_null ? Json{} : found->second;
}

/// What is no list stands for the list of it alone (3.11).
std::optional<Json> Coercer::CoerceList(
    const Literal& literal, TypeView item, const std::string& path
) {
  Json::List list;
  if (literal.kind != Literal::Kind::kList) {
    std::optional<Json> only = Coerce(literal, item, path);
    if (!only) {
      return std::nullopt;
    }
    list.push_back(*std::move(only));
    return Json{std::move(list)};
  }
  for (size_t i = 0; i < literal.items.size(); ++i) {
    std::optional<Json> one = Coerce(literal.items[i], item, fmt::format("{}[{}]", path, i));
    if (!one) {
      return std::nullopt;
    }
    list.push_back(*std::move(one));
  }
  return Json{std::move(list)};
}

std::optional<Json> Coercer::CoerceNamed(
    const Literal& literal, const TypeDefinition& type, const std::string& path
) {
  if (type.kind == TypeKind::kEnum) {
    return CoerceEnum(literal, type, path);
  }
  if (type.kind == TypeKind::kInputObject && literal.kind == Literal::Kind::kObject) {
    const Taker taker{
        .inputs = type.inputs,
        .name = fmt::format("type '{}'", type.name),
        .noun = "field",
        .location = literal.location};
    return CoerceMembers(literal.members, taker, path);
  }
  std::optional<Json> value = CoerceScalar(literal, type.name, IsFromJson());
  return value ? value : FailType(literal, type.name, path);
}

std::optional<Json> Coercer::CoerceEnum(
    const Literal& literal, const TypeDefinition& type, const std::string& path
) {
  // JSON has no enum values: there they are strings (3.9).
  const bool is_name = literal.kind == Literal::Kind::kEnum ||
                       (IsFromJson() && literal.kind == Literal::Kind::kString);
  const std::vector<std::string_view> names = NamesOf(type.values);
  if (is_name && std::find(names.begin(), names.end(), literal.text) != names.end()) {
    return Json{literal.text};
  }
  const std::string expected = fmt::format("one of {} ({})", fmt::join(names, ", "), type.name);
  return FailType(literal, expected, path);
}

const Argument* Coercer::FindGiven(const std::vector<Argument>& given, const InputField& input)
    const {
  const auto found = std::find_if(given.begin(), given.end(), [&input](const Argument& one) {
    return one.name == input.name;
  });
  if (found == given.end()) {
    return nullptr;
  }
  const bool is_known_variable =
      found->value.kind == Literal::Kind::kVariable && options_.variables != nullptr;
  const bool is_absent = is_known_variable && !options_.variables->contains(found->value.text);
  return is_absent ? nullptr : &*found;
}

void Coercer::CheckNames(
    const std::vector<Argument>& given, const Taker& taker, const std::string& path
) {
  for (const InputField& input : taker.inputs) {
    const auto times = std::count_if(given.begin(), given.end(), [&input](const Argument& one) {
      return one.name == input.name;
    });
    if (times > 1) {
      Fail(fmt::format("{}: given {} times", PathOf(path, input.name), times), taker.location);
    }
  }
  for (const Argument& one : given) {
    if (errors_.size() >= kMaxErrors) {
      return;
    }
    if (FindInput(taker.inputs, one.name) == nullptr) {
      Fail(
          fmt::format(
              "{}: {} has no {} '{}'{}",
              EscapeForDisplay(PathOf(path, one.name)),
              taker.name,
              taker.noun,
              EscapeForDisplay(one.name),
              Suggestion(one.name, NamesOf(taker.inputs))
          ),
          one.location
      );
    }
  }
}

const Literal* Coercer::FindLiteral(const std::vector<Argument>& given, const InputField& input)
    const {
  if (const Argument* const one = FindGiven(given, input)) {
    return &one->value;
  }
  return input.default_value ? &*input.default_value : nullptr;
}

std::optional<Json> Coercer::CoerceMembers(
    const std::vector<Argument>& given, const Taker& taker, const std::string& path
) {
  const size_t errors_before = errors_.size();
  CheckNames(given, taker, path);
  Json::Object members;
  for (const InputField& input : taker.inputs) {
    const std::string member_path = PathOf(path, input.name);
    const Literal* const literal = FindLiteral(given, input);
    std::optional<Json> value;
    if (literal != nullptr) {
      value = Coerce(*literal, input.type.View(), member_path);
    } else if (input.IsRequired()) {
      Fail(
          fmt::format("{}: missing, expected {}", member_path, ToString(input.type.View())),
          taker.location
      );
    }
    if (value) {
      members.push_back({.name = input.name, .value = *std::move(value)});
    }
  }
  if (errors_.size() > errors_before) {
    return std::nullopt;
  }
  return Json{std::move(members)};
}

}  // namespace tidings::graphql
