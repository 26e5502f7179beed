// Our reader and writers held against protobuf's generated class, its JSON, and its dynamic parser.

#include <map>
#include <rapidcheck.h>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "base/text.h"
#include "codec/skywalking/event_json.h"
#include "codec/skywalking/event_protobuf.h"
#include "codec/testing/decoded.h"
#include "skywalking/event.pb.h"

namespace tidings::skywalking {
namespace {

namespace pb = ::skywalking::v3;
using google::protobuf::util::JsonParseOptions;
using google::protobuf::util::JsonPrintOptions;
using testing::Describe;
using testing::OwnedValue;
using testing::ReportSpec;
using testing::SpecOf;

std::map<std::string, OwnedValue> ByKey(const ReportSpec& spec) {
  std::map<std::string, OwnedValue> parameters;
  for (const auto& [key, value] : spec.parameters) {
    parameters.insert_or_assign(key, value);  // Of a key given twice the last counts.
  }
  return parameters;
}

/// One form for what says the same: parameters ascending, of each key the last.
ReportSpec Sorted(ReportSpec spec) {
  const std::map<std::string, OwnedValue> parameters = ByKey(spec);
  spec.parameters.assign(parameters.begin(), parameters.end());
  return spec;
}

ReportSpec SpecOfProtobuf(const pb::Event& event) {
  ReportSpec spec{
      .id = event.uuid(),
      .service = event.source().service(),
      .instance = event.source().serviceinstance(),
      .endpoint = event.source().endpoint(),
      .layer = event.layer(),
      .name = event.name(),
      .message = event.message(),
      .type = event.type() == pb::Error ? EventType::kError : EventType::kNormal,
      .start = event.starttime(),
      .end = event.endtime()};
  for (const auto& [key, value] : event.parameters()) {
    spec.parameters.emplace_back(key, value);
  }
  return Sorted(std::move(spec));
}

rc::Gen<std::string> Text() {
  return rc::gen::weightedOneOf<std::string>(
      {{3,
        rc::gen::elementOf(std::vector<std::string>{
            "",
            "checkout",
            "订单服务",
            "é\n\t\"\\</script>",
            std::string("a\0b", 3),
            "\x7f\u0085\u2028😀",
            std::string(300, 'x')})},
       {1, rc::gen::string<std::string>()}}
  );
}

rc::Gen<std::string> Utf8Text() {
  return rc::gen::suchThat(Text(), [](const std::string& text) { return IsValidUtf8(text); });
}

rc::Gen<int64_t> Time() {
  return rc::gen::oneOf(
      rc::gen::element<int64_t>(
          0, -6'795'364'578'871, 1'700'000'000'000, 253'402'300'799'999, INT64_MIN, INT64_MAX
      ),
      rc::gen::arbitrary<int64_t>()
  );
}

rc::Gen<pb::Event> AnyEvent() {
  const auto parameters = rc::gen::resize(
      5, rc::gen::container<std::map<std::string, std::string>>(Utf8Text(), Utf8Text())
  );
  const auto texts = rc::gen::container<std::vector<std::string>>(7, Utf8Text());
  const auto rest = rc::gen::tuple(texts, parameters, Time(), Time(), rc::gen::inRange(0, 8));
  return rc::gen::map(rest, [](const auto& drawn) {
    const auto& [text, entries, start, end, flags] = drawn;
    pb::Event event;
    event.set_uuid(text[0]);
    event.set_name(text[1]);
    event.set_message(text[2]);
    event.set_layer(text[3]);
    event.set_starttime(start);
    event.set_endtime(end);
    event.set_type(flags % 2 == 0 ? pb::Normal : pb::Error);
    if (flags >= 2) {
      event.mutable_source()->set_service(text[4]);
      event.mutable_source()->set_serviceinstance(text[5]);
      event.mutable_source()->set_endpoint(text[6]);
    }
    event.mutable_parameters()->insert(entries.begin(), entries.end());
    return event;
  });
}

/// What we read from `bytes`; fails the property when we do not take them.
ReportSpec ReadProtobuf(const std::string& bytes) {
  ReportBatch batch;
  const absl::Status status = DecodeEvent(bytes, 0, batch);
  RC_ASSERT(status.ok());
  RC_ASSERT(batch.reports.size() == 1U);
  return Sorted(SpecOf(batch.reports[0], batch));
}

ReportSpec ReadJson(const std::string& json) {
  ReportBatch batch;
  const absl::Status status = DecodeEventsJson(json, {}, batch);
  RC_ASSERT(status.ok());
  RC_ASSERT(batch.reports.size() == 1U);
  return Sorted(SpecOf(batch.reports[0], batch));
}

/// The event as a store would give it back; times of any value, text as it was.
Event EventLike(const ReportSpec& spec) {
  const ReportBatch batch = testing::BatchBuilder().Add(spec).BuildRaw();
  return Event(ViewOf(batch.reports.front(), batch));
}

/// `skywalking.v3.Event` with bytes for strings and entries for the map: what protobuf makes of the
/// wire alone. Generated code also refuses invalid UTF-8, which the model rejects later, by field.
class BytesOnlyEvent {
 public:
  BytesOnlyEvent() {
    google::protobuf::FileDescriptorProto file;
    pb::Event::descriptor()->file()->CopyTo(&file);
    file.clear_dependency();
    file.clear_service();
    file.set_name("bytes_only.proto");
    for (auto& message : *file.mutable_message_type()) {
      UseBytes(message);
      for (auto& nested : *message.mutable_nested_type()) {
        UseBytes(nested);
        nested.clear_options();
      }
    }
    event_ = pool_.BuildFile(file)->FindMessageTypeByName("Event");
  }

  bool Parses(const std::string& bytes) {
    const std::unique_ptr<google::protobuf::Message> message(factory_.GetPrototype(event_)->New());
    return message->ParseFromString(bytes);
  }

 private:
  static void UseBytes(google::protobuf::DescriptorProto& message) {
    for (auto& field : *message.mutable_field()) {
      if (field.type() == google::protobuf::FieldDescriptorProto::TYPE_STRING) {
        field.set_type(google::protobuf::FieldDescriptorProto::TYPE_BYTES);
      }
    }
  }

  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_{&pool_};
  const google::protobuf::Descriptor* event_ = nullptr;
};

constexpr int kMutationsPerCase = 20;

/// A message with one byte changed, one taken out, one put in, or its end cut off.
rc::Gen<std::string> Mutated() {
  const auto change = rc::gen::tuple(
      AnyEvent(), rc::gen::arbitrary<uint32_t>(), rc::gen::arbitrary<char>(), rc::gen::inRange(0, 4)
  );
  return rc::gen::map(change, [](const auto& drawn) {
    const auto& [event, where, byte, kind] = drawn;
    std::string bytes = event.SerializeAsString();
    const size_t at = bytes.empty() ? 0 : where % bytes.size();
    switch (bytes.empty() ? 2 : kind) {
      case 0:
        bytes[at] = byte;
        break;
      case 1:
        bytes.erase(at, 1);
        break;
      case 2:
        bytes.insert(at, 1, byte);
        break;
      default:
        bytes.resize(at);
        break;
    }
    return bytes;
  });
}

TEST(EventDifferentialTest, ReadsWhatProtobufWrites) {
  EXPECT_TRUE(rc::check("decode(protobuf) == protobuf", [] {
    const pb::Event event = *AnyEvent();
    RC_ASSERT(Describe(ReadProtobuf(event.SerializeAsString())) == Describe(SpecOfProtobuf(event)));
  }));
}

TEST(EventDifferentialTest, WritesWhatProtobufReads) {
  EXPECT_TRUE(rc::check("protobuf(encode) == event", [] {
    const ReportSpec spec = SpecOfProtobuf(*AnyEvent());
    std::string bytes;
    AppendEvent(bytes, EventLike(spec).view());
    pb::Event event;
    RC_ASSERT(event.ParseFromString(bytes));
    RC_ASSERT(Describe(SpecOfProtobuf(event)) == Describe(spec));
    RC_ASSERT(Describe(ReadProtobuf(bytes)) == Describe(spec));
  }));
}

TEST(EventDifferentialTest, TakesAndRefusesBrokenBytesAsProtobufDoes) {
  BytesOnlyEvent protobuf;
  int refused = 0;
  EXPECT_TRUE(rc::check("accepts == protobuf accepts", [&] {
    for (int i = 0; i < kMutationsPerCase; ++i) {
      const std::string bytes = *Mutated();
      ReportBatch batch;
      const bool accepted = DecodeEvent(bytes, 0, batch).ok();
      refused += accepted ? 0 : 1;
      RC_ASSERT(accepted == protobuf.Parses(bytes));
      RC_ASSERT(batch.reports.size() + batch.rejections.size() == (accepted ? 1U : 0U));
    }
  }));
  EXPECT_GT(refused, 100) << "the mutations hardly break anything";
}

TEST(EventDifferentialTest, ReadsBrokenBytesThatAreStillAMessageAsProtobufDoes) {
  int compared = 0;
  EXPECT_TRUE(rc::check("decode(mutated) == protobuf(mutated)", [&] {
    const std::string bytes = *Mutated();
    pb::Event event;
    if (!event.ParseFromString(bytes)) {
      return;
    }
    ReportBatch batch;
    RC_ASSERT(DecodeEvent(bytes, 0, batch).ok());
    if (event.type() != pb::Normal && event.type() != pb::Error) {
      RC_ASSERT(batch.rejections.size() == 1U);
      return;
    }
    ++compared;
    RC_ASSERT(
        Describe(Sorted(SpecOf(batch.reports.at(0), batch))) == Describe(SpecOfProtobuf(event))
    );
  }));
  EXPECT_GT(compared, 5) << "the mutations leave hardly any message";
}

TEST(EventDifferentialTest, ReadsTheJsonThatProtobufWrites) {
  EXPECT_TRUE(rc::check("decode(protobuf's JSON) == protobuf", [] {
    const pb::Event event = *AnyEvent();
    JsonPrintOptions options;
    options.add_whitespace = *rc::gen::arbitrary<bool>();
    options.always_print_primitive_fields = *rc::gen::arbitrary<bool>();
    options.always_print_enums_as_ints = *rc::gen::arbitrary<bool>();
    options.preserve_proto_field_names = *rc::gen::arbitrary<bool>();
    std::string json;
    RC_ASSERT(google::protobuf::util::MessageToJsonString(event, &json, options).ok());
    RC_ASSERT(Describe(ReadJson(json)) == Describe(SpecOfProtobuf(event)));
  }));
}

TEST(EventDifferentialTest, WritesJsonThatProtobufReads) {
  EXPECT_TRUE(rc::check("protobuf(our JSON) == event", [] {
    const ReportSpec spec = SpecOfProtobuf(*AnyEvent());
    std::string json;
    AppendEventJson(json, EventLike(spec).view());
    pb::Event event;
    const auto status =
        google::protobuf::util::JsonStringToMessage(json, &event, JsonParseOptions());
    RC_LOG() << json << "\n" << status.ToString() << "\n";
    RC_ASSERT(status.ok());
    RC_ASSERT(Describe(SpecOfProtobuf(event)) == Describe(spec));
    RC_ASSERT(Describe(ReadJson(json)) == Describe(spec));
  }));
}

}  // namespace
}  // namespace tidings::skywalking
