#include <fmt/format.h>

#include "api/ui/page.h"
#include "base/text.h"

namespace tidings::ui {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>Tidings</title>
<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/ui/style.css">
</head>
<body>
)";

void WriteHeader(const PageContent& content, std::string& out) {
  out += fmt::format(
      R"(<header><img src="/ui/icon.svg" alt="" width="20" height="20"><b>Tidings</b>)"
      R"( <span class="faint">{}</span><nav><a href="/api/v1/events">Events</a>)"
      R"( <a href="/api/v1/status">Status</a> <a href="/api/v1/openapi.json">OpenAPI</a>)"
      R"( <a href="/metrics">Metrics</a> <a href="/readyz">Ready</a></nav></header>
<main>
)",
      EscapeHtml(content.version)
  );
}

void WriteFirstEvent(const PageContent& content, std::string& out) {
  const bool is_empty = content.events.empty() && content.trouble.empty();
  out += fmt::format(
      "<section>\n<h2>{}</h2>\n<p>{}</p>\n<pre><code>{}</code></pre>\n</section>\n",
      is_empty ? "Send the first event" : "Report an event",
      is_empty ? "Paste this into a shell, then load this page again."
               : "From a shell, from any program that speaks HTTP, or with SkyWalking's clients.",
      EscapeHtml(FirstEventCommand(content.base_url))
  );
}

void WriteRow(const EventView& event, int64_t now_ms, std::string& out) {
  const Row row = RowOf(event, now_ms);
  out += fmt::format(
      R"(<tr{}><td class="time"><a href="/api/v1/event?id={}">{}</a></td><td>{}</td><td>{}</td>)"
      "<td>{}</td><td>{}</td><td class=\"message\">{}</td></tr>\n",
      event.type == EventType::kError ? R"( class="error")" : "",
      EscapeHtml(PercentEncode(row.id)),
      EscapeHtml(row.start),
      EscapeHtml(row.lasted),
      EscapeHtml(row.type),
      EscapeHtml(row.source),
      EscapeHtml(row.name),
      EscapeHtml(row.message)
  );
}

void WriteEvents(const PageContent& content, std::string& out) {
  if (!content.trouble.empty()) {
    out += fmt::format(
        "<section>\n<h2>The events cannot be read</h2>\n<p class=\"error\">{}</p>\n</section>\n",
        EscapeHtml(EscapeForDisplay(content.trouble, 500))
    );
    return;
  }
  if (content.events.empty()) {
    out += "<section>\n<h1>Nothing has been reported yet</h1>\n</section>\n";
    return;
  }
  out += fmt::format(
      "<section>\n<h2>The last {} of {} events <span class=\"faint\">{} open; times are UTC"
      "</span></h2>\n<div class=\"table\"><table>\n<thead><tr><th>Start</th><th>Lasted</th>"
      "<th>Type</th><th>Service/instance</th><th>Name</th><th>Message</th></tr></thead>\n<tbody>\n",
      content.events.size(),
      content.stats.events,
      content.stats.open_events
  );
  for (const Event& event : content.events) {
    WriteRow(event.view(), content.now_ms, out);
  }
  out += "</tbody>\n</table></div>\n</section>\n";
}

void WriteAddresses(const PageContent& content, std::string& out) {
  out += "<section>\n<h2>Listening</h2>\n<dl>\n";
  for (const Address& address : content.addresses) {
    out += fmt::format(
        "<dt>{}</dt><dd><code>{}</code></dd>\n",
        EscapeHtml(address.what),
        EscapeHtml(address.address)
    );
  }
  out += "</dl>\n</section>\n";
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::string WriteHtmlPage(const PageContent& content) {
  std::string out(kHead);
  WriteHeader(content, out);
  WriteEvents(content, out);
  WriteFirstEvent(content, out);
  WriteAddresses(content, out);
  out += "</main>\n</body>\n</html>\n";
  return out;
}

}  // namespace tidings::ui
