#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "store/event_store.h"

/// The answer in plain text, for curl and for a binary without the page: enough to see that the
/// server works, and to report a first event.
namespace tidings::ui {

struct Address {
  std::string what;     ///< `REST, SkyWalking over HTTP`
  std::string address;  ///< `127.0.0.1:12800`
};

struct PageContent {
  std::string version;
  /// As the reader reached this server: `http://127.0.0.1:12800`. Safe in a shell.
  std::string base_url;
  std::vector<Address> addresses;
  StoreStats stats;
  /// The latest, newest first.
  std::vector<Event> events;
  /// Why there are no events to show, if they could not be read.
  std::string trouble;
  int64_t now_ms = 0;
};

/// Events on the page.
inline constexpr size_t kShownEvents = 20;

/// One event as a row of the table; every cell on one line, nothing in it that could move a cursor.
struct Row {
  std::string id;
  std::string start;
  std::string lasted;
  std::string type;
  std::string source;
  std::string name;
  std::string message;
};
Row RowOf(const EventView& event, int64_t now_ms);

/// A line for a shell that reports an event which is seen at once.
std::string FirstEventCommand(std::string_view base_url);

/// For curl and whoever else wants no HTML.
std::string WriteTextPage(const PageContent& content);

}  // namespace tidings::ui
