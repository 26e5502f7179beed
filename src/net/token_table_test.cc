#include "net/token_table.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"

namespace tidings::net {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Line(std::string_view name, std::string_view token) {
  Scopes scopes;
  scopes.Add(Scope::kIngest);
  scopes.Add(Scope::kAdmin);
  return FormatTokenLine(name, scopes, HashToken(token)) + "\n";
}

std::string MistakeIn(const std::string& text) {
  return std::string(MessageOf(TokenTable::Parse(text).status()));
}

TEST(TokenTableTest, FindsATokenByItsHash) {
  const auto table = TokenTable::Parse("# comment\n\n" + Line("a", "one") + Line("b", "two"));
  ASSERT_TRUE(table.ok());
  ASSERT_NE(table->Find("two"), nullptr);
  EXPECT_EQ(table->Find("two")->name, "b");
  EXPECT_TRUE(table->Find("two")->scopes.Has(Scope::kIngest));
  EXPECT_FALSE(table->Find("two")->scopes.Has(Scope::kQuery));
  EXPECT_EQ(table->Find("three"), nullptr);
  EXPECT_EQ(table->Find(""), nullptr);
}

TEST(TokenTableTest, WritesTheHashThatEverybodyElseWrites) {
  EXPECT_EQ(
      Line("a", "abc"),
      "a ingest,admin "
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
  );
}

TEST(TokenTableTest, NamesTheLineOfAMistake) {
  EXPECT_THAT(MistakeIn("#\na! ingest sha256:00"), HasSubstr("line 2: the first word"));
  EXPECT_THAT(MistakeIn("a write sha256:00"), HasSubstr("scope 'write' is not known"));
  EXPECT_THAT(MistakeIn("a ingest, sha256:00"), HasSubstr("scope '' is not known"));
  EXPECT_THAT(MistakeIn("a"), HasSubstr("scope '' is not known"));
  EXPECT_THAT(
      MistakeIn(Line("a", "x") + Line("a", "y")), HasSubstr("line 2: 'a' stands here twice")
  );
  EXPECT_THAT(
      MistakeIn("a query sha256:" + std::string(64, '0') + " more"), HasSubstr("more than")
  );
}

TEST(TokenTableTest, NeverShowsWhatMayBeAToken) {
  EXPECT_THAT(MistakeIn("a ingest tdg_secret"), HasSubstr("no hash"));
  EXPECT_THAT(MistakeIn("a ingest tdg_secret"), Not(HasSubstr("secret")));
}

TEST(TokenTableTest, MakesAnotherTokenEveryTime) {
  EXPECT_EQ(MakeToken().size(), 4 + 43);
  EXPECT_NE(MakeToken(), MakeToken());
}

}  // namespace
}  // namespace tidings::net
