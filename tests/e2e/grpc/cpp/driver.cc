// One gRPC call as a test describes it, by Debian's grpc C++. The description and the answer:
// ../README.md.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

std::string ToHex(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  buffer.Dump(&slices);
  std::string hex;
  for (const grpc::Slice& slice : slices) {
    for (const uint8_t byte : slice) {
      constexpr char kDigits[] = "0123456789abcdef";
      hex.push_back(kDigits[byte >> 4]);
      hex.push_back(kDigits[byte & 15]);
    }
  }
  return hex;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the test wants; unset members are 0, false and empty.
class Description {
 public:
  explicit Description(const std::string& json) {
    const auto parsed = google::protobuf::util::JsonStringToMessage(json, &members_);
    if (!parsed.ok()) {
      std::cerr << parsed.ToString() << "\n";
      std::exit(2);
    }
  }
  std::string text(const std::string& name) const { return at(name).string_value(); }
  int number(const std::string& name) const { return static_cast<int>(at(name).number_value()); }
  bool flag(const std::string& name) const { return at(name).bool_value(); }
  std::vector<std::string> list(const std::string& name) const {
    std::vector<std::string> texts;
    for (const Value& value : at(name).list_value().values()) {
      texts.push_back(value.string_value());
    }
    return texts;
  }
  std::map<std::string, std::string> pairs(const std::string& name) const {
    std::map<std::string, std::string> texts;
    for (const auto& [key, value] : at(name).struct_value().fields()) {
      texts[key] = value.string_value();
    }
    return texts;
  }

 private:
  const Value& at(const std::string& name) const {
    const auto found = members_.fields().find(name);
    return found == members_.fields().end() ? Value::default_instance() : found->second;
  }
  Struct members_;
};

/// One call. Writes its messages one after the other and collects the answers.
class Stream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Stream(grpc::GenericStub& stub, const Description& described)
      : cancel_after_answers_(described.number("cancel_after_answers")),
        half_close_(described.flag("half_close")) {
    for (const auto& [name, value] : described.pairs("metadata")) {
      context_.AddMetadata(name, value);
    }
    for (const auto& [name, value] : described.pairs("metadata_bin")) {
      context_.AddMetadata(name, FromHex(value));
    }
    if (const int deadline = described.number("deadline_ms"); deadline > 0) {
      context_.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(deadline));
    }
    if (described.flag("gzip")) {
      context_.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    }
    for (const std::string& file : described.list("messages")) {
      const grpc::Slice slice(ReadFile(file));
      to_write_.emplace_back(&slice, 1);
    }
    stub.PrepareBidiStreamingCall(&context_, described.text("method"), {}, this);
    AddHold();  // HalfClose may come from another thread.
    WriteNext();
    StartRead(&answer_);
    StartCall();
  }

  void OnWriteDone(bool ok) override {
    to_write_.pop_front();
    if (ok) {
      WriteNext();
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      RemoveHold();
      return;
    }
    answers_.push_back(ToHex(answer_));
    if (static_cast<int>(answers_.size()) == cancel_after_answers_) {
      context_.TryCancel();
    }
    StartRead(&answer_);
  }

  void OnDone(const grpc::Status& status) override {
    status_ = status;
    done_ = true;
    done_.notify_all();
  }

  void HalfClose() {
    if (!half_closed_.exchange(true)) {
      StartWritesDone();
    }
  }
  void Cancel() { context_.TryCancel(); }

  Value Outcome() {
    done_.wait(false);
    Value outcome;
    auto& members = *outcome.mutable_struct_value()->mutable_fields();
    members["status"].set_number_value(status_.error_code());
    members["message"].set_string_value(status_.error_message());
    auto* answers = members["answers"].mutable_list_value();
    for (const std::string& answer : answers_) {
      answers->add_values()->set_string_value(answer);
    }
    return outcome;
  }

 private:
  void WriteNext() {
    if (!to_write_.empty()) {
      StartWrite(&to_write_.front());
    } else if (half_close_) {
      HalfClose();
    }
  }

  const int cancel_after_answers_;
  const bool half_close_;
  grpc::ClientContext context_;
  std::deque<grpc::ByteBuffer> to_write_;
  grpc::ByteBuffer answer_;
  std::vector<std::string> answers_;
  grpc::Status status_;
  std::atomic<bool> half_closed_{false};
  std::atomic<bool> done_{false};
};

std::shared_ptr<grpc::Channel> Connect(const Description& described) {
  grpc::ChannelArguments arguments;
  if (const int keepalive = described.number("keepalive_ms"); keepalive > 0) {
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, keepalive);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  }
  return grpc::CreateCustomChannel(
      described.text("address"), grpc::InsecureChannelCredentials(), arguments
  );
}

void Obey(const std::vector<std::unique_ptr<Stream>>& streams) {
  std::string word;
  std::getline(std::cin, word);
  for (const auto& stream : streams) {
    if (word == "cancel") {
      stream->Cancel();
    } else {
      stream->HalfClose();
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Description described(argc > 1 ? argv[1] : "");
  grpc::GenericStub stub(Connect(described));
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < described.number("streams"); ++i) {
    streams.push_back(std::make_unique<Stream>(stub, described));
  }
  if (described.flag("hold")) {
    std::thread([&streams] { Obey(streams); }).detach();
  }
  if (const int cancel = described.number("cancel_after_ms"); cancel > 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(cancel));
    for (const auto& stream : streams) {
      stream->Cancel();
    }
  }
  Value outcomes;
  for (const auto& stream : streams) {
    *outcomes.mutable_list_value()->add_values() = stream->Outcome();
  }
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(outcomes, &json);
  std::cout << (printed.ok() ? json : printed.ToString()) << std::endl;
  std::_Exit(0);  // The detached reader may still wait for a word.
}
