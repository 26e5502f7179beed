#include "net/http.h"

#include <algorithm>
#include <optional>

#include "base/json_writer.h"
#include "base/text.h"

namespace tidings::net {
namespace {

constexpr std::string_view kProblemType = "application/problem+json";

/// Takes the next segment off `rest` (which starts with '/'); the segment is without its slash.
std::string_view TakeSegment(std::string_view& rest) {
  rest.remove_prefix(1);
  const size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(end);
  return segment;
}

bool IsParameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool LiteralMatches(std::string_view literal, std::string_view segment) {
  if (literal == segment) {
    return true;
  }
  return segment.find('%') != std::string_view::npos && PercentDecode(segment) == literal;
}

bool PatternMatches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty() && path.front() == '/') {
    if (pattern == "/*") {
      return true;
    }
    const std::string_view wanted = TakeSegment(pattern);
    const std::string_view segment = TakeSegment(path);
    const bool matches = IsParameter(wanted) ? !segment.empty() : LiteralMatches(wanted, segment);
    if (!matches) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

/// One character per segment, so that the more specific of two patterns that match the same path
/// sorts first: a literal before a parameter before a wildcard.
std::string SpecificityOf(std::string_view pattern) {
  std::string ranks;
  while (!pattern.empty()) {
    const std::string_view segment = TakeSegment(pattern);
    if (IsParameter(segment)) {
      ranks.push_back('1');
    } else {
      ranks.push_back(segment == "*" ? '2' : '0');
    }
  }
  return ranks;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  for (const Header& candidate : headers) {
    if (candidate.name == name) {
      return candidate.value;
    }
  }
  return {};
}

std::string HttpRequest::media_type() const {
  std::string_view value = header("content-type");
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) {
    value.remove_suffix(1);
  }
  return ToLowerAscii(value);
}

void Router::Add(Route route) {
  const auto more_specific = [](const Route& a, const Route& b) {
    return std::pair(SpecificityOf(a.pattern), a.media_type.empty()) <
           std::pair(SpecificityOf(b.pattern), b.media_type.empty());
  };
  const auto place = std::upper_bound(routes_.begin(), routes_.end(), route, more_specific);
  routes_.insert(place, std::move(route));
}

namespace {

void AddOnce(std::string_view method, std::vector<std::string>& methods) {
  if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
    methods.emplace_back(method);
  }
}

}  // namespace

void Router::AddAll(const Router& other) {
  for (const Route& route : other.routes_) {
    Add(route);
  }
  if (!hint_) {
    hint_ = other.hint_;
  }
}

Router::Match Router::Find(
    std::string_view method, std::string_view path, std::string_view media_type
) const {
  Match match;
  const Route* get = nullptr;
  for (const Route& route : routes_) {
    if (!PatternMatches(route.pattern, path)) {
      continue;
    }
    const bool takes_body = route.media_type.empty() || route.media_type == media_type;
    if (match.route == nullptr && route.method == method && takes_body) {
      match.route = &route;
    }
    if (get == nullptr && route.method == "GET") {
      get = &route;
    }
    AddOnce(route.method, match.allowed);
  }
  if (get != nullptr) {
    AddOnce("HEAD", match.allowed);
  }
  if (match.route == nullptr && method == "HEAD") {
    match.route = get;
  }
  return match;
}

std::string PathParameter(std::string_view pattern, std::string_view path, std::string_view name) {
  while (!pattern.empty() && !path.empty() && path.front() == '/') {
    const std::string_view wanted = TakeSegment(pattern);
    const std::string_view segment = TakeSegment(path);
    if (IsParameter(wanted) && wanted.substr(1, wanted.size() - 2) == name) {
      return PercentDecode(segment).value_or("");
    }
  }
  return {};
}

HttpResponse Problem(
    int status,
    std::string_view type,
    std::string_view title,
    std::string_view detail,
    std::string_view extra_json_members
) {
  constexpr size_t kMaxEscapedDetail = 4096;
  HttpResponse response{.status = status, .headers = {}, .body = {}};
  response.headers.push_back({"content-type", std::string(kProblemType)});
  JsonWriter json(response.body);
  json.BeginObject().Key("type").String(type).Key("title").String(title);
  json.Key("status").Int(status).Key("detail");
  if (IsValidUtf8(detail)) {
    json.String(detail);
  } else {
    json.String(EscapeForDisplay(detail, kMaxEscapedDetail));
  }
  if (!extra_json_members.empty()) {
    response.body.push_back(',');
    response.body += extra_json_members.substr(extra_json_members.front() == ',' ? 1 : 0);
  }
  json.EndObject();
  return response;
}

void NameRequest(HttpResponse& response, std::string_view request_id) {
  const bool is_problem =
      std::any_of(response.headers.begin(), response.headers.end(), [](const Header& header) {
        return header.value == kProblemType;
      });
  if (!is_problem || !response.body.ends_with('}')) {
    return;
  }
  response.body.back() = ',';
  response.body += R"("request_id":)";
  AppendJsonString(response.body, request_id);
  response.body.push_back('}');
}

}  // namespace tidings::net
