#include "api/ui/ui_routes.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/status.h"

namespace tidings::ui {
namespace {

/// Nothing from elsewhere, nothing inline, in nobody's frame.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'; script-src 'none'";

constexpr std::string_view kIcon =
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">)"
    R"(<path fill="#858E9C" d="M1 4h10v2H1zM1 9h7v2H1zM1 14h12v2H1z"/>)"
    R"(<path fill="#5B82E8" d="M15 5l4.5 5-4.5 5-4.5-5z"/></svg>)";

/// For who may not read, at the one path of the page that is open.
constexpr std::string_view kWithoutData =
    "This is Tidings. It shows its events to those who send a token with the scope query:\n"
    "  curl -H 'Authorization: Bearer TOKEN' URL\n";

constexpr int64_t kQueryDeadlineMs = 2'000;

net::HttpResponse Page(std::string_view content_type, std::string body) {
  net::HttpResponse response;
  response.headers = {
      {"content-type", std::string(content_type)},
      {"content-security-policy", std::string(kContentSecurityPolicy)},
      {"x-content-type-options", "nosniff"},
      {"x-frame-options", "DENY"},
      {"referrer-policy", "no-referrer"},
      {"vary", "accept"},
      {"cache-control", "no-store"}};
  response.body = std::move(body);
  return response;
}

PageContent Collect(const UiDependencies& dependencies, const net::HttpRequest& request) {
  PageContent content;
  content.version = dependencies.version;
  content.now_ms = dependencies.clock.NowMs();
  content.addresses = dependencies.addresses();
  content.base_url = BaseUrlOf(
      request, content.addresses.empty() ? std::string_view() : content.addresses[0].address
  );
  content.stats = dependencies.store.Stats();
  EventQuery query;
  query.limit = kShownEvents;
  query.wants_cursor = false;
  query.deadline = absl::FromUnixMillis(content.now_ms + kQueryDeadlineMs);
  absl::StatusOr<EventPage> page = dependencies.store.Query(query);
  if (!page.ok()) {
    content.trouble = MessageOf(page.status());
  } else {
    content.events = std::move(page->events);
  }
  return content;
}

net::HttpResponse MakePage(const UiDependencies& dependencies, const net::HttpRequest& request) {
  const PageContent content = Collect(dependencies, request);
  return WantsHtml(request) ? Page("text/html; charset=utf-8", WriteHtmlPage(content))
                            : Page("text/plain; charset=utf-8", WriteTextPage(content));
}

class ServePage final : public net::HttpHandler {
 public:
  explicit ServePage(std::shared_ptr<const UiDependencies> dependencies)
      : dependencies_(std::move(dependencies)) {}

  void Handle(std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond)
      override {
    if (!request->scopes.Has(net::Scope::kQuery)) {
      respond(Page("text/plain; charset=utf-8", std::string(kWithoutData)));
      return;
    }
    const bool taken =
        dependencies_->executor.Post([dependencies = dependencies_, request, respond] {
          respond(MakePage(*dependencies, *request));
        });
    if (!taken) {
      net::HttpResponse response =
          Page("text/plain; charset=utf-8", "Too many requests wait for an answer; load again.\n");
      response.status = 503;
      response.headers.push_back({"retry-after", "1"});
      respond(std::move(response));
    }
  }

 private:
  const std::shared_ptr<const UiDependencies> dependencies_;
};

/// The same bytes for everybody.
class ServeFile final : public net::HttpHandler {
 public:
  ServeFile(std::string_view content_type, std::string_view body)
      : content_type_(content_type), body_(body) {}

  void Handle(std::shared_ptr<const net::HttpRequest>, std::string, net::Responder respond)
      override {
    net::HttpResponse response;
    response.headers = {
        {"content-type", std::string(content_type_)},
        {"x-content-type-options", "nosniff"},
        {"cache-control", "max-age=300"}};
    response.body = body_;
    respond(std::move(response));
  }

 private:
  const std::string_view content_type_;
  const std::string_view body_;
};

class Redirect final : public net::HttpHandler {
 public:
  void Handle(std::shared_ptr<const net::HttpRequest>, std::string, net::Responder respond)
      override {
    net::HttpResponse response;
    response.status = 308;
    response.headers = {{"location", "/ui/"}, {"content-type", "text/plain; charset=utf-8"}};
    response.body = "/ui/\n";
    respond(std::move(response));
  }
};

void AddGet(
    net::Router& router,
    std::string_view pattern,
    net::Scope scope,
    std::shared_ptr<net::HttpHandler> handler
) {
  net::Route route;
  route.scope = scope;
  route.method = "GET";
  route.pattern = pattern;
  route.handler = std::move(handler);
  router.Add(std::move(route));
}

bool IsPlainHost(std::string_view host) {
  constexpr size_t kMaxHostBytes = 255 + 6;
  return !host.empty() && host.size() <= kMaxHostBytes &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
         });
}

}  // namespace

std::string BaseUrlOf(const net::HttpRequest& request, std::string_view fallback) {
  const std::string_view host = request.header("host");
  const std::string_view scheme = request.is_encrypted ? "https" : "http";
  return fmt::format("{}://{}", scheme, IsPlainHost(host) ? host : fallback);
}

bool WantsHtml(const net::HttpRequest& request) {
  return request.header("accept").find("text/html") != std::string_view::npos;
}

void AddUiRoutes(net::Router& router, UiDependencies dependencies) {
  const auto page =
      std::make_shared<ServePage>(std::make_shared<const UiDependencies>(std::move(dependencies)));
  AddGet(router, "/", net::Scope::kOpen, page);
  AddGet(router, "/ui/", net::Scope::kQuery, page);
  AddGet(router, "/ui", net::Scope::kQuery, std::make_shared<Redirect>());
  AddGet(
      router,
      "/ui/style.css",
      net::Scope::kQuery,
      std::make_shared<ServeFile>("text/css; charset=utf-8", StyleSheet())
  );
  AddGet(
      router,
      "/ui/icon.svg",
      net::Scope::kQuery,
      std::make_shared<ServeFile>("image/svg+xml", kIcon)
  );
}

}  // namespace tidings::ui
