#include "codec/otlp/export_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings::otlp {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ExportAnswerTest, SaysNothingOfAFullSuccess) {
  const PartialSuccess told = Tell({.records = 3}, {});
  EXPECT_EQ(told.rejected_log_records, 0);
  EXPECT_EQ(told.error_message, "");
  EXPECT_EQ(EncodeResponseProtobuf(told), "");
  EXPECT_EQ(EncodeResponseJson(told), "{}");
}

TEST(ExportAnswerTest, TellsHowManyRecordsWereRejectedAndTheFirstReasons) {
  std::vector<Rejection> rejections;
  for (uint32_t i = 0; i < 7; ++i) {
    rejections.push_back({i, "name", "is bad"});
  }
  const PartialSuccess told = Tell({.records = 10}, rejections);
  EXPECT_EQ(told.rejected_log_records, 7);
  EXPECT_THAT(
      told.error_message, StartsWith("7 of 10 log records rejected: #0 name: is bad; #1 name")
  );
  EXPECT_THAT(told.error_message, HasSubstr("#4 name: is bad; …"));
}

TEST(ExportAnswerTest, WarnsOfLogLinesWithTheSettingThatKeepsThem) {
  const PartialSuccess told = Tell({.records = 10, .unnamed = 4}, {});
  EXPECT_EQ(told.rejected_log_records, 0);
  EXPECT_THAT(told.error_message, StartsWith("4 log records have no event name"));
  EXPECT_THAT(told.error_message, HasSubstr("receivers.otlp.unnamed_records: keep"));
  EXPECT_NE(EncodeResponseProtobuf(told), "");

  EXPECT_THAT(
      Tell({.records = 1, .unnamed = 1}, {}).error_message,
      StartsWith("1 log record has no event name and is no event: it was dropped (receivers.")
  );
}

TEST(ExportAnswerTest, TellsWhatLooksLikeAMistakeAsAWarning) {
  const PartialSuccess told = Tell({.warning = "'resource_logs' was skipped"}, {});
  EXPECT_EQ(told.rejected_log_records, 0);
  EXPECT_EQ(told.error_message, "'resource_logs' was skipped");
  EXPECT_EQ(
      EncodeResponseJson(told),
      R"({"partialSuccess":{"rejectedLogRecords":"0","errorMessage":"'resource_logs' was skipped"}})"
  );
}

TEST(ExportAnswerTest, EncodesAPartialSuccess) {
  const PartialSuccess told{.rejected_log_records = 300, .error_message = "a\"b"};
  EXPECT_EQ(
      EncodeResponseProtobuf(told),
      "\x0a\x08\x08\xac\x02\x12\x03"
      "a\"b"
  );
  EXPECT_EQ(
      EncodeResponseJson(told),
      R"({"partialSuccess":{"rejectedLogRecords":"300","errorMessage":"a\"b"}})"
  );
}

}  // namespace
}  // namespace tidings::otlp
