#include "codec/otlp/logs_protobuf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "base/wire.h"
#include "codec/testing/decoded.h"

namespace tidings::otlp {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::OwnedValue;
using ::testing::Pair;
using testing::SpecOf;

std::string Field(uint32_t number, std::string_view bytes) {
  std::string out;
  wire::Writer(out).Bytes(number, bytes);
  return out;
}

std::string KeyValue(std::string_view key, const std::string& any_value) {
  return Field(1, key) + Field(2, any_value);
}

std::string IntValue(uint64_t value) {
  std::string out;
  wire::Writer(out).Varint(3, value);
  return out;
}

const std::string kEvent = Field(12, "E");

/// A request of these records, in one scope.
std::string LogsOf(const std::vector<std::string>& records) {
  std::string scope_logs;
  for (const std::string& record : records) {
    scope_logs += Field(2, record);
  }
  return Field(1, Field(2, scope_logs));
}

absl::Status StatusOf(const std::string& request) {
  ReportBatch batch;
  return DecodeLogsProtobuf(request, {}, batch).status();
}

TEST(LogsProtobufTest, TakesAnEmptyRequest) {
  ReportBatch batch;
  const auto decoded = DecodeLogsProtobuf("", {}, batch);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->records, 0U);
}

TEST(LogsProtobufTest, ReadsSurroundingsThatStandBehindTheirRecords) {
  const std::string scope_logs = Field(2, kEvent) + Field(1, Field(1, "s"));
  const std::string resource = Field(1, KeyValue("r", IntValue(1)));
  const std::string request = Field(1, Field(2, scope_logs) + Field(1, resource));
  ReportBatch batch;

  ASSERT_TRUE(DecodeLogsProtobuf(request, {}, batch).ok());

  const auto parameters = SpecOf(batch.reports.at(0), batch).parameters;
  EXPECT_THAT(parameters, Contains(Pair("scope", OwnedValue(std::string("s")))));
  EXPECT_THAT(parameters, Contains(Pair("resource.r", OwnedValue(int64_t{1}))));
}

TEST(LogsProtobufTest, GivesNoRecordTheSurroundingsOfAnother) {
  const std::string first =
      Field(1, Field(1, KeyValue("r", IntValue(1)))) + Field(2, Field(1, Field(1, "s")));
  const std::string request = Field(1, first) + LogsOf({kEvent});
  ReportBatch batch;

  ASSERT_TRUE(DecodeLogsProtobuf(request, {}, batch).ok());

  EXPECT_TRUE(SpecOf(batch.reports.at(0), batch).parameters.empty());
}

TEST(LogsProtobufTest, CountsRecordsOverAllResourcesAndScopes) {
  ReportBatch batch;
  const auto decoded = DecodeLogsProtobuf(LogsOf({kEvent, kEvent}) + LogsOf({kEvent}), {}, batch);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->records, 3U);
  EXPECT_EQ(batch.reports.at(2).index, 2U);
}

TEST(LogsProtobufTest, RefusesARequestThatIsMalformedAnywhere) {
  const std::string cut = "\x0a\x05";
  EXPECT_THAT(std::string(MessageOf(StatusOf(cut))), HasSubstr("the request is malformed"));
  for (const std::string& request :
       {Field(1, cut),
        Field(1, Field(1, cut)),
        Field(1, Field(1, Field(1, cut))),
        Field(1, Field(1, Field(1, KeyValue("k", cut)))),
        Field(1, Field(2, cut)),
        Field(1, Field(2, Field(1, cut))),
        Field(1, Field(2, Field(1, Field(3, cut)))),
        LogsOf({cut}),
        LogsOf({kEvent, kEvent + Field(5, cut)}),
        LogsOf({kEvent + Field(6, cut)}),
        LogsOf({Field(6, KeyValue("k", Field(5, cut)))}),
        LogsOf({Field(6, KeyValue("k", Field(6, Field(1, cut))))})}) {
    EXPECT_EQ(StatusOf(request).code(), absl::StatusCode::kInvalidArgument);
  }
}

std::string Nested(int depth) {
  std::string value = IntValue(1);
  for (int i = 0; i < depth; ++i) {
    value = Field(5, Field(1, value));
  }
  return value;
}

TEST(LogsProtobufTest, RejectsARecordWhoseValueNestsTooDeepAlone) {
  ReportBatch batch;
  const auto decoded = DecodeLogsProtobuf(
      LogsOf(
          {kEvent + Field(6, KeyValue("k", Nested(kMaxValueDepth - 1))),
           kEvent + Field(6, KeyValue("k", Nested(kMaxValueDepth))),
           kEvent + Field(5, Nested(kMaxValueDepth)),
           kEvent}
      ),
      {},
      batch
  );
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(batch.reports.size(), 2U);
  ASSERT_EQ(batch.rejections.size(), 2U);
  EXPECT_EQ(batch.rejections[0].index, 1U);
  EXPECT_EQ(batch.rejections[0].field, "attributes.k");
  EXPECT_EQ(batch.rejections[0].error, "nests deeper than 64 levels");
  EXPECT_EQ(batch.rejections[1].field, "body");
}

std::string MessageOfBody(const std::string& fields) {
  const std::string request = LogsOf({kEvent + fields});
  ReportBatch batch;
  EXPECT_TRUE(DecodeLogsProtobuf(request, {}, batch).ok());
  return batch.reports.size() == 1 ? SpecOf(batch.reports[0], batch).message : "none";
}

// protobuf.dev, "Encoding", "Last One Wins": parts of a message are merged.
TEST(LogsProtobufTest, MergesTheBodysParts) {
  const auto text = [](const char* value) { return Field(1, value); };
  const auto array = [&text](const char* value) { return Field(5, Field(1, text(value))); };
  EXPECT_EQ(MessageOfBody(Field(5, text("x")) + Field(5, "")), "x");
  EXPECT_EQ(MessageOfBody(Field(5, text("x")) + Field(5, text("y"))), "y");
  EXPECT_EQ(MessageOfBody(Field(5, array("a")) + Field(5, array("b"))), R"(["a","b"])");
  EXPECT_EQ(MessageOfBody(Field(5, array("a") + array("b"))), R"(["a","b"])");
  EXPECT_EQ(MessageOfBody(Field(5, array("a") + text("x") + array("b"))), R"(["b"])");
  EXPECT_EQ(MessageOfBody(Field(5, array("a")) + Field(5, IntValue(7))), "7");
}

TEST(LogsProtobufTest, MergesThePartsOfAnAttributesValue) {
  const std::string twice = Field(1, "k") + Field(2, Field(1, "x")) + Field(2, "");
  const std::string request = LogsOf({kEvent + Field(6, twice)});
  ReportBatch batch;
  ASSERT_TRUE(DecodeLogsProtobuf(request, {}, batch).ok());
  EXPECT_THAT(
      SpecOf(batch.reports.at(0), batch).parameters,
      Contains(Pair("k", OwnedValue(std::string("x"))))
  );
  EXPECT_EQ(MessageOfBody(Field(5, Field(6, Field(1, twice)))), R"({"k":"x"})");
}

TEST(LogsProtobufTest, RefusesAMalformedPart) {
  const std::string cut = "\x0a\x05";
  EXPECT_FALSE(StatusOf(LogsOf({kEvent + Field(5, cut) + Field(5, "01234")})).ok())
      << "no part reaches into the next one";
}

TEST(LogsProtobufTest, TakesABodyOfBytesAsJson) {
  EXPECT_EQ(MessageOfBody(Field(5, Field(7, std::string("\0\1\2", 3)))), R"("AAEC")");
}

TEST(LogsProtobufTest, WarnsOfARequestWithoutLogs) {
  ReportBatch batch;
  const auto decoded = DecodeLogsProtobuf(Field(2, "x"), {}, batch);
  ASSERT_TRUE(decoded.ok());
  EXPECT_THAT(decoded->warning, HasSubstr("no resource_logs"));
  EXPECT_EQ(DecodeLogsProtobuf(LogsOf({}), {}, batch)->warning, "");
}

TEST(LogsProtobufTest, RejectsARecordWhoseValueIsTooLongAsJsonAlone) {
  const auto array_of = [](size_t size) {
    return Field(5, Field(1, Field(1, std::string(size, '\1'))));
  };
  ReportBatch batch;
  const auto decoded = DecodeLogsProtobuf(
      LogsOf(
          {kEvent + Field(6, KeyValue("k", array_of(170'000))),
           kEvent + Field(6, KeyValue("k", array_of(180'000))),
           kEvent + Field(6, KeyValue("k", array_of(kMaxValueJsonBytes + 1)))}
      ),
      {},
      batch
  );
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(batch.reports.size(), 1U);
  ASSERT_EQ(batch.rejections.size(), 2U);
  EXPECT_EQ(batch.rejections[1].error, "is longer than 1048576 bytes as JSON");
  EXPECT_LT(batch.arena.bytes(), size_t{2} << 20) << "six bytes for each, once at most";
}

TEST(LogsProtobufTest, RefusesASharedValueThatNestsTooDeep) {
  const absl::Status status =
      StatusOf(Field(1, Field(1, Field(1, KeyValue("k", Nested(kMaxValueDepth))))));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("attributes.k of a resource nests deeper"));
}

TEST(LogsProtobufTest, SurvivesAValueThatNestsAsDeepAsARequestCan) {
  constexpr int kDeep = 100'000;
  std::string value = IntValue(1);
  // Lengths from the inside out, so that building is linear.
  std::vector<std::string> heads;
  size_t size = value.size();
  for (int i = 0; i < kDeep; ++i) {
    for (const char tag : {'\x0a', '\x2a'}) {
      std::string head(1, tag);
      wire::AppendVarint(head, size);
      size += head.size();
      heads.push_back(head);
    }
  }
  std::string nested;
  for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
    nested += *head;
  }
  nested += value;
  ReportBatch batch;
  ASSERT_TRUE(DecodeLogsProtobuf(LogsOf({kEvent + Field(5, nested)}), {}, batch).ok());
  EXPECT_EQ(batch.rejections.size(), 1U);
}

}  // namespace
}  // namespace tidings::otlp
