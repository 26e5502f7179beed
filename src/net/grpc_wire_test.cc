#include "net/grpc_wire.h"

#include <string>

#include <gtest/gtest.h>

namespace tidings::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(GrpcContentTypeTest, TakesGrpcAloneWithProtoAndWithParameters) {
  EXPECT_TRUE(IsGrpcContentType("application/grpc"));
  EXPECT_TRUE(IsGrpcContentType("Application/gRPC+proto"));
  EXPECT_TRUE(IsGrpcContentType("application/grpc;charset=utf-8"));
}

TEST(GrpcContentTypeTest, RefusesOtherFlavours) {
  EXPECT_FALSE(IsGrpcContentType("application/grpc-web"));
  EXPECT_FALSE(IsGrpcContentType("application/grpc+json"));
  EXPECT_FALSE(IsGrpcContentType("application/json"));
}

TEST(GrpcTimeoutTest, KnowsAllUnits) {
  EXPECT_EQ(ParseGrpcTimeout("1H").value(), hours(1));
  EXPECT_EQ(ParseGrpcTimeout("2M").value(), std::chrono::minutes(2));
  EXPECT_EQ(ParseGrpcTimeout("3S").value(), std::chrono::seconds(3));
  EXPECT_EQ(ParseGrpcTimeout("1000m").value(), milliseconds(1000));
  EXPECT_EQ(ParseGrpcTimeout("5u").value(), std::chrono::microseconds(5));
  EXPECT_EQ(ParseGrpcTimeout("99999999n").value(), std::chrono::nanoseconds(99'999'999));
}

TEST(GrpcTimeoutTest, BoundsWhatWouldOverflow) {
  EXPECT_EQ(ParseGrpcTimeout("99999999H").value(), hours(24 * 365));
}

TEST(GrpcTimeoutTest, RefusesWhatIsNone) {
  for (const char* bad : {"", "1", "S", "123456789S", "-1S", "1s", "1.5S", "1S "}) {
    EXPECT_FALSE(ParseGrpcTimeout(bad).ok()) << bad;
  }
}

TEST(GrpcMessageTest, PercentEncodesWhatAHeaderCannotHold) {
  EXPECT_EQ(EncodeGrpcMessage("50% \xc3\xa9\n"), "50%25 %C3%A9%0A");
}

TEST(GrpcMessageTest, IsCut) {
  EXPECT_LT(EncodeGrpcMessage(std::string(99'999, 'x')).size(), 5000U);
}

TEST(GrpcMessageTest, GetsAPrefixWithItsLength) {
  EXPECT_EQ(FrameGrpcMessage("ab"), std::string("\0\0\0\0\2ab", 7));
}

TEST(GrpcStatusDetailsTest, AreThereOnlyForAStatusWithPayloads) {
  EXPECT_EQ(EncodeGrpcStatusDetails(absl::UnavailableError("busy")), "");
}

TEST(GrpcStatusDetailsTest, TellWhenToTryAgain) {
  const absl::Status status =
      WithRetryDelay(absl::UnavailableError("busy"), std::chrono::seconds(3));

  EXPECT_EQ(
      EncodeRpcStatus(status),
      std::string("\x08\x0e\x12\x04"
                  "busy\x1a\x30\x0a\x28type.googleapis.com/google.rpc.RetryInfo"
                  "\x12\x04\x0a\x02\x08\x03")
  );
  EXPECT_EQ(
      EncodeGrpcStatusDetails(status),
      "CA4SBGJ1c3kaMAoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIECgIIAw"
  );
}

}  // namespace
}  // namespace tidings::net
