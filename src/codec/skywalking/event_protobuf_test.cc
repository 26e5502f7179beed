#include "codec/skywalking/event_protobuf.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "base/wire.h"
#include "codec/testing/decoded.h"

namespace tidings::skywalking {
namespace {

using testing::Describe;
using ::testing::ElementsAre;
using testing::EventOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Lines;
using testing::ReportSpec;

/// Field numbers of the protocol.
enum Field : uint32_t {
  kUuid = 1,
  kSource = 2,
  kName = 3,
  kType = 4,
  kMessage = 5,
  kParameters = 6,
  kStartTime = 7,
  kEndTime = 8,
  kLayer = 9
};

/// A message that is written field by field, in the order and as often as a test wants.
class Message {
 public:
  Message& Text(uint32_t field, std::string_view text) {
    wire::Writer(bytes_).Bytes(field, text);
    return *this;
  }
  Message& Number(uint32_t field, int64_t number) {
    wire::Writer(bytes_).Varint(field, static_cast<uint64_t>(number));
    return *this;
  }
  Message& Nested(uint32_t field, const Message& inner) { return Text(field, inner.bytes_); }
  Message& Raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// The lines of what DecodeEvent made of one message.
std::vector<std::string> Decode(const Message& message) {
  ReportBatch batch;
  const absl::Status status = DecodeEvent(message.bytes(), 0, batch);
  return status.ok() ? Lines(batch) : std::vector{std::string(MessageOf(status))};
}

std::string Line(const ReportSpec& report) {
  return "#0 " + Describe(report);
}

TEST(EventProtobufTest, ReadsEveryField) {
  const Message message =
      Message()
          .Text(kUuid, "u-1")
          .Nested(kSource, Message().Text(1, "checkout").Text(2, "checkout-7").Text(3, "/pay"))
          .Text(kName, "Upgrade")
          .Number(kType, 1)
          .Text(kMessage, "to {to}")
          .Nested(kParameters, Message().Text(1, "to").Text(2, "1.5"))
          .Number(kStartTime, 1'700'000'000'000)
          .Number(kEndTime, 1'700'000'060'000)
          .Text(kLayer, "K8S");

  EXPECT_THAT(
      Decode(message),
      ElementsAre(Line(
          {.id = "u-1",
           .service = "checkout",
           .instance = "checkout-7",
           .endpoint = "/pay",
           .layer = "K8S",
           .name = "Upgrade",
           .message = "to {to}",
           .parameters = {{"to", std::string("1.5")}},
           .type = EventType::kError,
           .start = 1'700'000'000'000,
           .end = 1'700'000'060'000}
      ))
  );
}

TEST(EventProtobufTest, ReadsAnEmptyMessageAsAReportThatSaysNothing) {
  EXPECT_THAT(Decode(Message()), ElementsAre(Line({})));
}

TEST(EventProtobufTest, KeepsViewsIntoTheMessageWithoutCopies) {
  const Message message = Message().Text(kUuid, "u-1").Text(kMessage, std::string(1 << 20, 'm'));
  ReportBatch batch;
  ASSERT_TRUE(DecodeEvent(message.bytes(), 0, batch).ok());

  const std::string_view text = batch.reports[0].text[TextField::kMessage];
  EXPECT_EQ(text.size(), size_t{1} << 20);
  EXPECT_GE(text.data(), message.bytes().data());
  EXPECT_LE(text.data() + text.size(), message.bytes().data() + message.bytes().size());
  EXPECT_EQ(batch.arena.bytes(), 0U);
}

TEST(EventProtobufTest, TakesTheLastOfAFieldThatStandsTwice) {
  const Message message = Message()
                              .Text(kName, "first")
                              .Number(kType, 7)
                              .Number(kStartTime, 1)
                              .Text(kName, "last")
                              .Number(kType, 0)
                              .Number(kStartTime, 2);

  EXPECT_THAT(Decode(message), ElementsAre(Line({.name = "last", .start = 2})));
}

TEST(EventProtobufTest, MergesASourceThatStandsTwice) {
  const Message message = Message()
                              .Nested(kSource, Message().Text(1, "old").Text(3, "/pay"))
                              .Nested(kSource, Message().Text(1, "new").Text(2, "new-1"));

  EXPECT_THAT(
      Decode(message),
      ElementsAre(Line({.service = "new", .instance = "new-1", .endpoint = "/pay"}))
  );
}

TEST(EventProtobufTest, ReadsMapEntriesInAnyOrderAndWithoutKeyOrValue) {
  const Message message = Message()
                              .Nested(kParameters, Message().Text(2, "v").Text(1, "value first"))
                              .Nested(kParameters, Message().Text(1, "no value"))
                              .Nested(kParameters, Message().Text(2, "no key"))
                              .Nested(kParameters, Message().Text(1, "a").Text(1, "key twice"));

  EXPECT_THAT(
      Decode(message),
      ElementsAre(Line(
          {.parameters =
               {{"value first", std::string("v")},
                {"no value", std::string()},
                {"", std::string("no key")},
                {"key twice", std::string()}}}
      ))
  );
}

TEST(EventProtobufTest, SkipsUnknownFieldsOfEveryWireType) {
  constexpr std::string_view kGroup10WithAVarint("\x53\x08\x05\x54", 4);
  constexpr std::string_view kFixed32Field11("\x5d\x01\x02\x03\x04", 5);
  constexpr std::string_view kFixed64Field12("\x61\x01\x02\x03\x04\x05\x06\x07\x08", 9);
  const Message message =
      Message()
          .Raw(kGroup10WithAVarint)
          .Raw(kFixed32Field11)
          .Raw(kFixed64Field12)
          .Text(100'000, "of a newer client")
          .Number(536'870'911, -1)
          .Nested(
              kSource, Message().Text(1, "checkout").Text(4, "unknown").Raw(kGroup10WithAVarint)
          )
          .Nested(kParameters, Message().Text(1, "k").Number(3, 5).Text(2, "v"))
          .Text(kName, "Deploy");

  EXPECT_THAT(
      Decode(message),
      ElementsAre(
          Line({.service = "checkout", .name = "Deploy", .parameters = {{"k", std::string("v")}}})
      )
  );
}

TEST(EventProtobufTest, SkipsAKnownFieldOfAnotherWireType) {
  const Message message = Message().Number(kName, 5).Text(kStartTime, "soon").Text(kUuid, "u");

  EXPECT_THAT(Decode(message), ElementsAre(Line({.id = "u"})));
}

TEST(EventProtobufTest, ReadsTheTimesOfAnEventWithoutTimestampsAsTheyAre) {
  constexpr int64_t kExporterWithoutTime = -6'795'364'578'871;
  const Message message =
      Message().Number(kStartTime, kExporterWithoutTime).Number(kEndTime, kExporterWithoutTime);

  EXPECT_THAT(
      Decode(message),
      ElementsAre(Line({.start = kExporterWithoutTime, .end = kExporterWithoutTime}))
  );
}

TEST(EventProtobufTest, RejectsATypeThatIsNoneByItsValue) {
  EXPECT_THAT(
      Decode(Message().Number(kType, 2)),
      ElementsAre("#0 type: is 2, expected 0 (Normal) or 1 (Error)")
  );
  EXPECT_THAT(
      Decode(Message().Number(kType, -1)),
      ElementsAre("#0 type: is -1, expected 0 (Normal) or 1 (Error)")
  );
}

TEST(EventProtobufTest, LeavesNoParametersOfARejectedEventBehind) {
  const Message bad =
      Message().Nested(kParameters, Message().Text(1, "k")).Number(kType, 2).Text(kName, "n");
  ReportBatch batch;

  ASSERT_TRUE(DecodeEvent(bad.bytes(), 3, batch).ok());

  EXPECT_THAT(batch.parameters, IsEmpty());
  EXPECT_THAT(Lines(batch), ElementsAre(HasSubstr("#3 type: is 2")));
}

TEST(EventProtobufTest, GivesEachReportItsOwnParameters) {
  const Message first = Message().Nested(kParameters, Message().Text(1, "a").Text(2, "1"));
  const Message second = Message().Nested(kParameters, Message().Text(1, "b").Text(2, "2"));
  ReportBatch batch;
  ASSERT_TRUE(DecodeEvent(first.bytes(), 4, batch).ok());
  ASSERT_TRUE(DecodeEvent(second.bytes(), 5, batch).ok());

  EXPECT_THAT(
      Lines(batch),
      ElementsAre(
          "#4 " + Describe(ReportSpec{.parameters = {{"a", std::string("1")}}}),
          "#5 " + Describe(ReportSpec{.parameters = {{"b", std::string("2")}}})
      )
  );
}

TEST(EventProtobufTest, LeavesTheBatchAsItWasWhenTheMessageIsMalformed) {
  const Message good = Message().Nested(kParameters, Message().Text(1, "k")).Text(kName, "good");
  ReportBatch batch;
  ASSERT_TRUE(DecodeEvent(good.bytes(), 0, batch).ok());
  const std::vector<std::string> before = Lines(batch);
  const Message bad = Message().Nested(kParameters, Message().Text(1, "k")).Raw("\x1a\x7f");

  const absl::Status status = DecodeEvent(bad.bytes(), 1, batch);

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Lines(batch), before);
  EXPECT_EQ(batch.parameters.size(), 1U);
}

TEST(EventProtobufTest, SaysWhichPartIsMalformed) {
  EXPECT_THAT(Decode(Message().Text(kSource, "\x0a\x7f")), ElementsAre(HasSubstr("source")));
  EXPECT_THAT(Decode(Message().Text(kParameters, "\xff")), ElementsAre(HasSubstr("a parameter")));
  EXPECT_THAT(Decode(Message().Raw("\x0a")), ElementsAre(HasSubstr("skywalking.v3.Event")));
}

TEST(EventProtobufTest, WritesAnEventAsItsClientsDo) {
  std::string bytes;
  AppendEvent(bytes, EventOf({.id = "u", .layer = "GENERAL", .end = 1'700'000'123'456}).view());

  EXPECT_EQ(
      bytes,
      Message()
          .Text(kUuid, "u")
          .Text(kSource, "")
          .Number(kEndTime, 1'700'000'123'456)
          .Text(kLayer, "GENERAL")
          .bytes()
  );
}

TEST(EventProtobufTest, ShowsTypedParametersAsText) {
  EXPECT_EQ(ParameterText(Value(std::string_view("as it is"))), "as it is");
  EXPECT_EQ(ParameterText(Value(true)), "true");
  EXPECT_EQ(ParameterText(Value(std::numeric_limits<int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(ParameterText(Value(0.1)), "0.1");
  EXPECT_EQ(ParameterText(Value(std::numeric_limits<double>::quiet_NaN())), "NaN");
  EXPECT_EQ(ParameterText(Value(-std::numeric_limits<double>::infinity())), "-Infinity");
}

}  // namespace
}  // namespace tidings::skywalking
