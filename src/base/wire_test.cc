#include "base/wire.h"

#include <gtest/gtest.h>

namespace tidings::wire {
namespace {

std::string Sample() {
  std::string out;
  Writer writer(out);
  writer.Varint(1, 150);
  writer.Bytes(2, "testing");
  writer.Fixed64(3, 0x0102030405060708);
  writer.Varint(100, UINT64_MAX);
  return out;
}

TEST(WireTest, ReadsWhatItWrites) {
  const std::string message = Sample();
  Reader reader(message);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.tag(), Tag(1, Type::kVarint));
  EXPECT_EQ(reader.integer(), 150u);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.bytes(), "testing");
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.integer(), 0x0102030405060708u);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.field(), 100u);
  EXPECT_EQ(reader.integer(), UINT64_MAX);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(WireTest, NoticesEveryCutInsideAField) {
  const std::string message = Sample();
  const std::string_view whole = message;
  for (size_t size = 0; size < whole.size(); ++size) {
    Reader reader(whole.substr(0, size));
    size_t end = 0;
    while (reader.Next()) {
      ++end;
    }
    // Cuts between fields leave a shorter message that is whole.
    const bool between_fields = size == 0 || size == 3 || size == 12 || size == 21;
    EXPECT_EQ(reader.ok(), between_fields) << size;
  }
}

TEST(WireTest, RefusesMalformedTags) {
  for (const std::string_view bytes :
       {std::string_view("\x00\x01", 2),
        std::string_view("\x0e", 1),
        std::string_view("\x0f", 1),
        std::string_view("\x0c", 1),
        std::string_view("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11),
        std::string_view("\x8a\x80\x80\x80\x80\x00\x00", 7),  // a tag of six bytes
        std::string_view("\x0a\x80\x80\x80\x80\x80\x00", 7),  // a size of six bytes
        std::string_view("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)}) {
    Reader reader(bytes);
    while (reader.Next()) {
    }
    EXPECT_FALSE(reader.ok()) << bytes.size();
  }
}

TEST(WireTest, SkipsGroupsWithoutRecursion) {
  std::string nested;
  for (int i = 0; i < 50; ++i) {
    AppendVarint(nested, Tag(5, Type::kGroupStart));
  }
  for (int i = 0; i < 50; ++i) {
    AppendVarint(nested, Tag(5, Type::kGroupEnd));
  }
  Writer(nested).Varint(1, 7);
  Reader reader(nested);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.type(), Type::kGroupStart);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.integer(), 7u);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(WireTest, RefusesGroupsThatAreTooDeepOrDoNotMatch) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) {
    AppendVarint(deep, Tag(5, Type::kGroupStart));
  }
  Reader deep_reader(deep);
  EXPECT_FALSE(deep_reader.Next());
  EXPECT_FALSE(deep_reader.ok());

  std::string mixed;
  AppendVarint(mixed, Tag(5, Type::kGroupStart));
  AppendVarint(mixed, Tag(6, Type::kGroupEnd));
  Reader mixed_reader(mixed);
  EXPECT_FALSE(mixed_reader.Next());
  EXPECT_FALSE(mixed_reader.ok());
}

}  // namespace
}  // namespace tidings::wire
