#include "net/grpc_reflection.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "grpc/reflection/v1/reflection.pb.h"
#include "net/grpc_health.h"
#include "net/testing/grpc_client.h"
#include "net/testing/test_front.h"

namespace tidings::net {
namespace {

using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

class GrpcReflectionTest : public testing::TestWithParam<const char*> {
 protected:
  GrpcReflectionTest() {
    auto services = std::make_shared<GrpcServices>();
    GrpcHealth::Create()->AddTo(*services);
    AddGrpcReflection(*services);
    front_ = std::make_unique<TestFront>(nullptr, services);
  }
  ServerReflectionResponse Ask(const ServerReflectionRequest& request) const {
    GrpcTestCall call(ConnectGrpc(front_->address()), GetParam());
    call.Write(request.SerializeAsString());
    ServerReflectionResponse response;
    response.ParseFromString(call.Read().value_or(""));
    return response;
  }

  std::unique_ptr<TestFront> front_;
};

TEST_P(GrpcReflectionTest, ListsTheServices) {
  ServerReflectionRequest request;
  request.set_list_services("");
  const ServerReflectionResponse response = Ask(request);
  ASSERT_EQ(response.list_services_response().service_size(), 3);
  EXPECT_EQ(response.list_services_response().service(0).name(), "grpc.health.v1.Health");
}

TEST_P(GrpcReflectionTest, GivesTheFileOfASymbolAndByName) {
  ServerReflectionRequest request;
  request.set_file_containing_symbol("grpc.health.v1.Health.Check");
  const ServerReflectionResponse by_symbol = Ask(request);
  ASSERT_EQ(by_symbol.file_descriptor_response().file_descriptor_proto_size(), 1);
  request.set_file_by_filename("grpc/health/v1/health.proto");
  EXPECT_EQ(
      Ask(request).file_descriptor_response().SerializeAsString(),
      by_symbol.file_descriptor_response().SerializeAsString()
  );
}

TEST_P(GrpcReflectionTest, SaysNotFoundForAnUnknownSymbol) {
  ServerReflectionRequest request;
  request.set_file_containing_symbol("no.Such");
  EXPECT_EQ(Ask(request).error_response().error_code(), 5);
}

INSTANTIATE_TEST_SUITE_P(
    Versions,
    GrpcReflectionTest,
    testing::Values(
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
    )
);

}  // namespace
}  // namespace tidings::net
