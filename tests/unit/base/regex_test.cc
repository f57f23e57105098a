#include "emulator/base/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bedlam {
namespace {

std::vector<std::string> found_in(const std::string& text, std::string_view pattern) {
  std::vector<std::string> found;
  for (const Regex::Hit& hit : Regex::compile(pattern).value().find_all(text)) {
    found.push_back(text.substr(hit.position, hit.length));
  }
  return found;
}

TEST(Regex, MatchesAllOfATextAndOccursInPart) {
  const Regex regex = Regex::compile("[a-z]+-[0-9]").value();
  EXPECT_TRUE(regex.matches("east-1"));
  EXPECT_FALSE(regex.matches("us-east-1"));
  EXPECT_TRUE(regex.occurs_in("us-east-1"));
  EXPECT_FALSE(regex.matches("EAST-1"));
  EXPECT_TRUE(Regex::compile("[a-z]+-[0-9]", {.ignore_case = true})->matches("EAST-1"));
}

TEST(Regex, FindsWhatDoesNotOverlap) {
  EXPECT_THAT(found_in("a1 b22 c", "[a-z][0-9]+"), testing::ElementsAre("a1", "b22"));
  EXPECT_THAT(found_in("aaaa", "aa"), testing::ElementsAre("aa", "aa"));
  EXPECT_THAT(found_in("b", "a*"), testing::ElementsAre("", ""));
  EXPECT_THAT(found_in("none", "x"), testing::IsEmpty());
}

TEST(Regex, KnowsBackReferencesOnlyWhereAskedTo) {
  EXPECT_FALSE(Regex::compile("(a|b)\\1"));
  EXPECT_TRUE(Regex::compile("(a|b)\\1", {.back_references = true})->matches("bb"));
}

TEST(Regex, AMistakeIsTold) {
  const auto broken = Regex::compile("(a");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error(), testing::Not(testing::IsEmpty()));
}

// The library's usual matcher would need a call for each character, or two to the power of 40
// steps.
TEST(Regex, LongTextsEndNeitherTheStackNorTheDay) {
  EXPECT_TRUE(Regex::compile("(a|b)*")->matches(std::string(300'000, 'a')));
  EXPECT_FALSE(Regex::compile("(a+)+")->matches(std::string(40, 'a') + "b"));
}

}  // namespace
}  // namespace bedlam
