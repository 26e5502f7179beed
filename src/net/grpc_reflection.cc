#include "net/grpc_reflection.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "base/status.h"
#include "base/text.h"
#include "base/wire.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "net/grpc_unary.h"

namespace tidings::net {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

/// Fields of ServerReflectionRequest.
constexpr uint32_t kFileByFilename = 3;
constexpr uint32_t kFileContainingSymbol = 4;
constexpr uint32_t kFileContainingExtension = 5;
constexpr uint32_t kAllExtensionNumbers = 6;
constexpr uint32_t kListServices = 7;
/// Fields of ServerReflectionResponse.
constexpr uint32_t kOriginalRequest = 2;
constexpr uint32_t kFileDescriptorResponse = 4;
constexpr uint32_t kListServicesResponse = 6;
constexpr uint32_t kErrorResponse = 7;

/// `file` and all that it imports, imports first, each once.
void AppendWithImports(
    const FileDescriptor& file, std::set<const FileDescriptor*>& done, std::string& out
) {
  if (!done.insert(&file).second) {
    return;
  }
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  wire::Writer(out).Bytes(1, proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) {
    AppendWithImports(*file.dependency(i), done, out);
  }
}

std::string ErrorResponse(absl::StatusCode code, std::string_view message) {
  std::string error;
  wire::Writer writer(error);
  writer.Varint(1, static_cast<uint64_t>(code));
  writer.Bytes(2, message);
  return error;
}

/// Answers for one server.
class Reflection {
 public:
  explicit Reflection(std::vector<std::string> services) : services_(std::move(services)) {}

  absl::StatusOr<std::string> Answer(std::string_view request) const {
    std::string response;
    wire::Writer(response).Bytes(kOriginalRequest, request);
    wire::Reader reader(request);
    bool answered = false;
    while (reader.Next()) {
      if (reader.type() == wire::Type::kBytes && reader.field() >= kFileByFilename) {
        AppendAnswer(reader.field(), reader.bytes(), response);
        answered = true;
      }
    }
    if (!reader.ok() || !answered) {
      return InvalidArgument("the request is no ServerReflectionRequest");
    }
    return response;
  }

 private:
  void AppendAnswer(uint32_t kind, std::string_view argument, std::string& response) const {
    const DescriptorPool& pool = *DescriptorPool::generated_pool();
    const std::string name(argument);
    switch (kind) {
      case kFileByFilename:
        AppendFile(pool.FindFileByName(name), name, response);
        return;
      case kFileContainingSymbol:
        AppendFile(pool.FindFileContainingSymbol(name), name, response);
        return;
      case kListServices:
        wire::Writer(response).Bytes(kListServicesResponse, ListServices());
        return;
      case kFileContainingExtension:
      case kAllExtensionNumbers:
        wire::Writer(response).Bytes(
            kErrorResponse,
            ErrorResponse(absl::StatusCode::kNotFound, "no schema here has extensions")
        );
        return;
      default:
        wire::Writer(response).Bytes(
            kErrorResponse, ErrorResponse(absl::StatusCode::kUnimplemented, "unknown question")
        );
    }
  }

  static void AppendFile(
      const FileDescriptor* file, std::string_view asked_for, std::string& response
  ) {
    if (file == nullptr) {
      const std::string why = fmt::format("{} is not known", EscapeForDisplay(asked_for));
      wire::Writer(response).Bytes(kErrorResponse, ErrorResponse(absl::StatusCode::kNotFound, why));
      return;
    }
    std::string files;
    std::set<const FileDescriptor*> done;
    AppendWithImports(*file, done, files);
    wire::Writer(response).Bytes(kFileDescriptorResponse, files);
  }

  std::string ListServices() const {
    std::string list;
    for (const std::string& name : services_) {
      std::string service;
      wire::Writer(service).Bytes(1, name);
      wire::Writer(list).Bytes(1, service);
    }
    return list;
  }

  std::vector<std::string> services_;
};

}  // namespace

void AddGrpcReflection(GrpcServices& services) {
  // Naming them links their schemas in.
  const std::vector<const google::protobuf::Descriptor*> linked = {
      grpc::health::v1::HealthCheckRequest::descriptor(),
      grpc::reflection::v1::ServerReflectionRequest::descriptor(),
      grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()};
  std::vector<std::string> names = services.ServiceNames();
  for (size_t i = 1; i < linked.size(); ++i) {
    names.push_back(fmt::format("{}.ServerReflection", linked[i]->file()->package()));
  }
  const auto reflection = std::make_shared<const Reflection>(names);
  const auto method = std::make_shared<EachMessageMethod>([reflection](std::string_view request) {
    return reflection->Answer(request);
  });
  for (size_t i = 1; i < linked.size(); ++i) {
    services.Add(
        fmt::format("/{}.ServerReflection/ServerReflectionInfo", linked[i]->file()->package()),
        {.method = method, .scope = Scope::kQuery}
    );
  }
}

}  // namespace tidings::net
