#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "api/rest/testing/rest_harness.h"
#include "base/status.h"
#include "base/text.h"
#include "base/time_text.h"

/// Runs the conversations in tests/query (its README.md says how they are written).
namespace tidings::rest {
namespace {

using rest_testing::RestHarness;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFolder = "../../../tests/query";

std::vector<std::string> ConversationFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".test") {
      files.push_back(entry.path().filename().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// `text` behind `prefix` and a space, if it begins so.
std::optional<std::string> After(std::string_view prefix, std::string_view text) {
  if (text != prefix && text.substr(0, prefix.size() + 1) != std::string(prefix) + " ") {
    return std::nullopt;
  }
  return std::string(text.substr(std::min(text.size(), prefix.size() + 1)));
}

/// What an answer with events holds.
struct Listed {
  std::string ids;
  std::string cursor;
};

/// Nothing for an answer without events.
std::optional<Listed> Read(const std::string& body) {
  Listed listed;
  simdjson::dom::parser parser;
  simdjson::dom::element json;
  simdjson::dom::array items;
  if (parser.parse(body).get(json) ||
      (json["events"].get(items) && json["ranked"].get(items) && json["changes"].get(items))) {
    return std::nullopt;
  }
  for (const simdjson::dom::element item : items) {
    simdjson::dom::element event;
    if (item["event"].get(event)) {
      event = item;
    }
    listed.ids += (listed.ids.empty() ? "" : " ") + std::string(std::string_view(event["id"]));
  }
  std::string_view cursor;
  if (!json["next_cursor"].get(cursor)) {
    listed.cursor = cursor;
  }
  return listed;
}

class Conversation {
 public:
  void Take(const std::string& line) {
    if (const auto time = After("@", line)) {
      rest_.clock.Advance(ParseDuration(*time).value());
    } else if (const auto request = After(">", line)) {
      BeginRequest(*request);
    } else if (const auto status = After("<", line)) {
      Send();
      EXPECT_EQ(std::to_string(answer_.status), *status) << answer_.body;
    } else if (is_writing_) {
      AddToRequest(line);
    } else {
      Expect(line);
    }
  }

 private:
  void BeginRequest(const std::string& line) {
    const size_t space = line.find(' ');
    request_ = {.method = line.substr(0, space), .target = line.substr(space + 1)};
    const size_t cursor = request_.target.find("$cursor");
    if (cursor != std::string::npos) {
      request_.target.replace(cursor, std::string_view("$cursor").size(), listed_.cursor);
    }
    is_writing_ = true;
  }

  void AddToRequest(const std::string& line) {
    if (const auto text = After("q", line)) {
      const char* const mark = request_.target.find('?') == std::string::npos ? "?q=" : "&q=";
      request_.target += mark + PercentEncode(*text);
    } else {
      request_.body += line + "\n";
    }
  }

  void Send() {
    if (!request_.body.empty()) {
      request_.content_type = "application/json";
    }
    answer_ = rest_.Send(request_);
    if (auto listed = Read(answer_.body)) {
      listed_ = *std::move(listed);
    }
    is_writing_ = false;
  }

  void Expect(const std::string& line) const {
    if (const auto ids = After("ids", line)) {
      EXPECT_EQ(listed_.ids, *ids) << answer_.body;
    } else if (const auto text = After("has", line)) {
      EXPECT_THAT(answer_.body, HasSubstr(*text));
    } else if (const auto absent = After("not", line)) {
      EXPECT_THAT(answer_.body, Not(HasSubstr(*absent)));
    } else {
      ADD_FAILURE() << "no such line: " << line;
    }
  }

  RestHarness rest_;
  rest_testing::TestRequest request_;
  bool is_writing_ = false;
  net::HttpResponse answer_;
  Listed listed_;
};

class QueryFilesTest : public testing::TestWithParam<std::string> {};

TEST_P(QueryFilesTest, AnswersAsWritten) {
  std::ifstream file(std::filesystem::path(kFolder) / GetParam());
  Conversation conversation;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    const testing::ScopedTrace trace(GetParam().c_str(), ++number, line);
    if (!line.empty() && line[0] != '#') {
      conversation.Take(line);
    }
  }
  EXPECT_GT(number, 0);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    QueryFilesTest,
    testing::ValuesIn(ConversationFiles()),
    [](const testing::TestParamInfo<std::string>& file) {
      return file.param.substr(0, file.param.find('.'));
    }
);

}  // namespace
}  // namespace tidings::rest
