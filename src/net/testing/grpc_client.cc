#include "net/testing/grpc_client.h"

#include <vector>

namespace tidings::net {
namespace {

void* Tag() {
  return reinterpret_cast<void*>(1);
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (buffer.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  return bytes;
}

}  // namespace

GrpcTestCall::GrpcTestCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method)
    : GrpcTestCall(channel, method, Options{}) {}

GrpcTestCall::GrpcTestCall(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& method, const Options& options
) {
  const auto timeout = options.timeout.value_or(std::chrono::seconds(60));
  context_.set_deadline(std::chrono::system_clock::now() + timeout);
  if (options.gzip) {
    context_.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  }
  if (!options.key.empty()) {
    context_.AddMetadata(options.key, options.value);
  }
  grpc::GenericStub stub(channel);
  stream_ = stub.PrepareCall(&context_, method, &queue_);
  stream_->StartCall(Tag());
  Await();
}

GrpcTestCall::~GrpcTestCall() {
  context_.TryCancel();
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

bool GrpcTestCall::Await() {
  void* tag = nullptr;
  bool ok = false;
  return queue_.Next(&tag, &ok) && ok;
}

bool GrpcTestCall::Write(const std::string& message) {
  const grpc::Slice slice(message);
  stream_->Write(grpc::ByteBuffer(&slice, 1), Tag());
  return Await();
}

bool GrpcTestCall::HalfClose() {
  stream_->WritesDone(Tag());
  return Await();
}

std::optional<std::string> GrpcTestCall::Read() {
  grpc::ByteBuffer buffer;
  stream_->Read(&buffer, Tag());
  if (!Await()) {
    return std::nullopt;
  }
  return ToString(buffer);
}

grpc::Status GrpcTestCall::Finish() {
  grpc::Status status;
  stream_->Finish(&status, Tag());
  Await();
  return status;
}

std::shared_ptr<grpc::Channel> ConnectGrpc(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace tidings::net
