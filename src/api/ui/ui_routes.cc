#include "api/ui/ui_routes.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/ui/assets.h"
#include "base/status.h"
#include "net/content_coding.h"

namespace tidings::ui {
namespace {

/// Nothing from elsewhere, nothing inline, in nobody's frame.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'";

constexpr size_t kMaxAssetBytes = size_t{4} << 20;

/// For who may not read: what the page is for, and how to ask.
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
  query.patience.deadline = absl::FromUnixMillis(content.now_ms + kQueryDeadlineMs);
  absl::StatusOr<EventPage> page = dependencies.store.Query(query);
  if (!page.ok()) {
    content.trouble = MessageOf(page.status());
  } else {
    content.events = std::move(page->events);
  }
  return content;
}

/// Everything that is not the page: for curl, and where the binary carries none.
class ServeText final : public net::HttpHandler {
 public:
  explicit ServeText(std::shared_ptr<const UiDependencies> dependencies)
      : dependencies_(std::move(dependencies)) {}

  void Handle(std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond)
      override {
    if (!request->scopes.Has(net::Scope::kQuery)) {
      respond(Page("text/plain; charset=utf-8", std::string(kWithoutData)));
      return;
    }
    const bool taken =
        dependencies_->executor.Post([dependencies = dependencies_, request, respond] {
          respond(Page("text/plain; charset=utf-8", WriteTextPage(Collect(*dependencies, *request)))
          );
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

/// The page for an address from which `root` leads to `/ui/`.
std::string PageAt(std::string_view root) {
  std::string html;
  std::string_view rest = PageTemplate();
  for (size_t at = rest.find(kRootMark); at != std::string_view::npos; at = rest.find(kRootMark)) {
    html.append(rest.substr(0, at)).append(root);
    rest.remove_prefix(at + kRootMark.size());
  }
  return html.append(rest);
}

/// The page for browsers, which holds no data and is open to all: what it shows it asks for itself.
class ServePage final : public net::HttpHandler {
 public:
  /// `root`: the way from the address of this page to `/ui/`.
  ServePage(std::string_view root, std::shared_ptr<net::HttpHandler> text)
      : html_(PageAt(root)), text_(std::move(text)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override {
    if (html_.empty() || !WantsHtml(*request)) {
      text_->Handle(std::move(request), std::move(body), std::move(respond));
      return;
    }
    respond(Page("text/html; charset=utf-8", html_));
  }

 private:
  const std::string html_;
  const std::shared_ptr<net::HttpHandler> text_;
};

/// The same bytes for everybody, for ever.
class ServeAsset final : public net::HttpHandler {
 public:
  explicit ServeAsset(const Asset& asset) : asset_(asset) {}

  void Handle(std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond)
      override {
    net::HttpResponse response;
    response.headers = {
        {"content-type", std::string(asset_.content_type)},
        {"vary", "accept-encoding"},
        {"cache-control", "public, max-age=31536000, immutable"}};
    if (net::AcceptsCoding(request->header("accept-encoding"), net::ContentCoding::kGzip)) {
      response.headers.push_back({"content-encoding", "gzip"});
      response.body = asset_.gzip;
      respond(std::move(response));
      return;
    }
    absl::StatusOr<std::string> whole =
        net::InflateWhole(net::ContentCoding::kGzip, asset_.gzip, kMaxAssetBytes);
    if (!whole.ok()) {
      respond(net::Problem(500, "internal", "The page is damaged", MessageOf(whole.status())));
      return;
    }
    response.body = *std::move(whole);
    respond(std::move(response));
  }

 private:
  const Asset asset_;
};

/// Leads a browser from `/` and `/ui` to the page; relative, so that a proxy may serve it anywhere.
class LeadToPage final : public net::HttpHandler {
 public:
  explicit LeadToPage(std::shared_ptr<net::HttpHandler> text) : text_(std::move(text)) {}

  void Handle(
      std::shared_ptr<const net::HttpRequest> request, std::string body, net::Responder respond
  ) override {
    const bool has_page = !PageTemplate().empty();
    if (text_ != nullptr && (!has_page || !WantsHtml(*request))) {
      text_->Handle(std::move(request), std::move(body), std::move(respond));
      return;
    }
    net::HttpResponse response;
    response.status = 307;
    response.headers = {
        {"location", "ui/"}, {"vary", "accept"}, {"content-type", "text/plain; charset=utf-8"}};
    response.body = "ui/\n";
    respond(std::move(response));
  }

 private:
  /// For who wants no HTML; null: leads them too.
  const std::shared_ptr<net::HttpHandler> text_;
};

/// Open: nothing here tells data but the text, which looks for itself who asks.
void AddGet(net::Router& router, std::string pattern, std::shared_ptr<net::HttpHandler> handler) {
  net::Route route;
  route.scope = net::Scope::kOpen;
  route.method = "GET";
  route.pattern = std::move(pattern);
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
  const auto text =
      std::make_shared<ServeText>(std::make_shared<const UiDependencies>(std::move(dependencies)));
  AddGet(router, "/", std::make_shared<LeadToPage>(text));
  AddGet(router, "/ui", std::make_shared<LeadToPage>(nullptr));
  const auto page = std::make_shared<ServePage>("./", text);
  for (const char* pattern : {"/ui/", "/ui/changes", "/ui/before", "/ui/status"}) {
    AddGet(router, pattern, page);
  }
  const auto event_page = std::make_shared<ServePage>("../", text);
  for (const char* pattern : {"/ui/event/", "/ui/event/{id}"}) {
    AddGet(router, pattern, event_page);
  }
  for (const Asset& asset : Assets()) {
    AddGet(router, fmt::format("/ui/assets/{}", asset.name), std::make_shared<ServeAsset>(asset));
  }
}

}  // namespace tidings::ui
