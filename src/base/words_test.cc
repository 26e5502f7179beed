#include "base/words.h"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidings {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The words; a glued one with a leading '+'.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  for (WordReader reader(text); reader.Next();) {
    words.push_back((reader.is_glued() ? "+" : "") + std::string(reader.word()));
  }
  return words;
}

TEST(WordReaderTest, FindsRunsOfLettersAndDigits) {
  EXPECT_THAT(
      WordsOf("Upgrade from 1.4.0, to {to}!"),
      ElementsAre("upgrade", "from", "1", "4", "0", "to", "to")
  );
  EXPECT_THAT(WordsOf("checkout_v2-7"), ElementsAre("checkout", "v2", "7"));
}

TEST(WordReaderTest, FindsNothingWhereThereAreNoWords) {
  EXPECT_THAT(WordsOf(""), IsEmpty());
  EXPECT_THAT(WordsOf(" - … ½ \n"), IsEmpty());
}

TEST(WordReaderTest, FoldsSimpleCase) {
  EXPECT_THAT(WordsOf("ÄRGER straße STRAẞE"), ElementsAre("ärger", "straße", "straße"));
  EXPECT_THAT(WordsOf("ΟΔΟΣ οδος"), ElementsAre("οδοσ", "οδοσ"));
  EXPECT_THAT(WordsOf("\u212A"), ElementsAre("k"));  // Kelvin sign
  EXPECT_THAT(WordsOf("İI ı"), ElementsAre("İi", "ı"));
}

TEST(WordReaderTest, ReadsHanAndKanaCharacterByCharacter) {
  EXPECT_THAT(WordsOf("東京タワー"), ElementsAre("東", "+京", "+タ", "+ワ", "+ー"));
  EXPECT_THAT(WordsOf("東 京"), ElementsAre("東", "京"));
  EXPECT_THAT(WordsOf("v2版Beta"), ElementsAre("v2", "+版", "+beta"));
}

TEST(WordReaderTest, TellsWhereAWordStands) {
  WordReader reader(" Äb c");
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.begin(), 1);
  EXPECT_EQ(reader.end(), 4);
  ASSERT_TRUE(reader.Next());
  EXPECT_EQ(reader.begin(), 5);
  EXPECT_FALSE(reader.Next());
}

TEST(WordReaderTest, SkipsBytesThatAreNoText) {
  EXPECT_THAT(WordsOf("a\xFFz\xE6"), ElementsAre("a", "z"));
}

TEST(WordReaderTest, FindsWordsOfAnyLengthAtAnyPlace) {
  std::mt19937 random(1);
  const auto some = [&random](size_t most, std::string_view from) {
    std::string text(1 + random() % most, ' ');
    std::generate(text.begin(), text.end(), [&] { return from[random() % from.size()]; });
    return text;
  };
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    std::vector<std::string> expected;
    for (size_t words = random() % 12; words > 0; --words) {
      text += some(random() % 4 == 0 ? 150 : 4, " -_.,:;/@[`{|}~\t");
      const std::string word = some(random() % 4 == 0 ? 150 : 9, "azAZ09mM5") +
                               (random() % 8 == 0 ? "É" : "") +
                               (random() % 8 == 0 ? some(70, "azAZ09") : "");
      text += word;
      expected.push_back(FoldCase(word));
    }
    text += random() % 2 == 0 ? "" : some(70, " -") + "…";
    EXPECT_EQ(WordsOf(text), expected) << text;
  }
}

TEST(FoldCaseTest, KeepsWhatIsNoLetter) {
  EXPECT_EQ(FoldCase("Scaling-ReplicaSet 2 ÄΣ"), "scaling-replicaset 2 äσ");
}

}  // namespace
}  // namespace tidings
