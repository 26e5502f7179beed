#include "event/value.h"

#include <limits>

#include <gtest/gtest.h>

#include "event/testing/batch_builder.h"

namespace tidings {
namespace {

TEST(ValueTest, HasATextForEveryType) {
  EXPECT_EQ(ValueText(true), "true");
  EXPECT_EQ(ValueText(int64_t{-5}), "-5");
  EXPECT_EQ(ValueText(0.5), "0.5");
  EXPECT_EQ(ValueText(7.0), "7.0");
  EXPECT_EQ(ValueText(std::string_view("v\"1")), "v\"1");
  EXPECT_EQ(ValueText(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(ValueText(-std::numeric_limits<double>::infinity()), "-Infinity");
}

TEST(ValueTest, ReadsNumbersExactly) {
  EXPECT_EQ(ReadNumber("9223372036854775807"), Number{9223372036854775807LL});
  EXPECT_NE(ReadNumber("9007199254740993"), ReadNumber("9007199254740992"));
  EXPECT_EQ(ReadNumber("-2.5e1"), Number{-25});
}

TEST(ValueTest, ReadsNothingFromOtherText) {
  for (const char* const text : {"", "1.2.3", " 1", "1 ", "0x10", "nan", "inf", "-", "v1"}) {
    EXPECT_EQ(ReadNumber(text), std::nullopt) << text;
  }
}

TEST(ValueTest, FindsAParameterByItsKey) {
  const Event event = testing::EventOf(
      {.id = "a", .parameters = {{"a", int64_t{1}}, {"b", int64_t{2}}, {"c", int64_t{3}}}}
  );
  ASSERT_NE(FindParameter(event.view(), "b"), nullptr);
  EXPECT_EQ(FindParameter(event.view(), "b")->value, Value(int64_t{2}));
  EXPECT_EQ(FindParameter(event.view(), "bb"), nullptr);
  EXPECT_EQ(FindParameter(event.view(), "d"), nullptr);
}

}  // namespace
}  // namespace tidings
