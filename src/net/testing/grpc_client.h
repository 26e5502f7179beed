#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

namespace tidings::net {

/// One call by Debian's grpc++, with bytes for messages; every step waits until it is done.
class GrpcTestCall {
 public:
  struct Options {
    std::optional<std::chrono::milliseconds> timeout;
    bool gzip = false;
    /// Key and value of one more metadatum.
    std::string key;
    std::string value;
  };

  GrpcTestCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method);
  GrpcTestCall(
      const std::shared_ptr<grpc::Channel>& channel,
      const std::string& method,
      const Options& options
  );
  ~GrpcTestCall();
  GrpcTestCall(const GrpcTestCall&) = delete;
  GrpcTestCall& operator=(const GrpcTestCall&) = delete;

  /// False when the call has ended.
  bool Write(const std::string& message);
  bool HalfClose();
  /// Nothing when no more comes.
  std::optional<std::string> Read();
  grpc::Status Finish();
  void Cancel() { context_.TryCancel(); }
  const grpc::ClientContext& context() const { return context_; }

 private:
  bool Await();

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

/// A connection of its own (grpc++ shares them between channels with equal arguments).
std::shared_ptr<grpc::Channel> ConnectGrpc(const std::string& address);

}  // namespace tidings::net
