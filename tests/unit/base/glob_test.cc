#include "emulator/base/glob.h"

#include <gtest/gtest.h>

#include <string>

#include "emulator/base/random.h"

namespace bedlam {
namespace {

TEST(Glob, MatchesTheWholeText) {
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_TRUE(glob_match("abc", "abc"));
  EXPECT_FALSE(glob_match("abc", "abcd"));
  EXPECT_FALSE(glob_match("abc", "xabc"));
  EXPECT_FALSE(glob_match("abc", ""));
}

TEST(Glob, AStarStandsForAnyRun) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("***", "anything"));
  EXPECT_TRUE(glob_match("anthropic.claude-3-*", "anthropic.claude-3-haiku-20240307-v1:0"));
  EXPECT_FALSE(glob_match("anthropic.claude-3-*", "us.anthropic.claude-3-haiku-20240307-v1:0"));
  EXPECT_TRUE(glob_match("*tagline*", "write a tagline"));
  EXPECT_TRUE(glob_match("a*b*c", "abc"));
  EXPECT_TRUE(glob_match("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob_match("a*b*c", "aXbY"));
  EXPECT_TRUE(glob_match("*ab*ab*", "abab"));
  EXPECT_FALSE(glob_match("*ab*ab*", "aba"));
  EXPECT_TRUE(glob_match("*.json", "a.json.json"));
  EXPECT_TRUE(glob_match("one*", "one\ntwo\nthree"));
}

// A prefix and a suffix must not share bytes.
TEST(Glob, PrefixAndSuffixDoNotOverlap) {
  EXPECT_FALSE(glob_match("aba*ba", "aba"));
  EXPECT_FALSE(glob_match("ab*b", "ab"));
  EXPECT_TRUE(glob_match("ab*b", "abb"));
}

TEST(Glob, OnlyTheStarIsSpecial) {
  EXPECT_TRUE(glob_match("a?[b]\\.", "a?[b]\\."));
  EXPECT_FALSE(glob_match("a?", "ab"));
  EXPECT_FALSE(glob_match("\\*x", "*x"));
}

// The definition, letter by letter, as the other opinion.
bool matches_by_definition(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    return matches_by_definition(pattern.substr(1), text) ||
           (!text.empty() && matches_by_definition(pattern, text.substr(1)));
  }
  return !text.empty() && pattern.front() == text.front() &&
         matches_by_definition(pattern.substr(1), text.substr(1));
}

TEST(Glob, AgreesWithItsDefinition) {
  Random random(11);
  int matched = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string pattern = random.text("ab**", random.below(7));
    const std::string text = random.text("ab", random.below(9));
    ASSERT_EQ(glob_match(pattern, text), matches_by_definition(pattern, text))
        << pattern << " " << text;
    matched += glob_match(pattern, text) ? 1 : 0;
  }
  EXPECT_GT(matched, 2'000);
}

// Four million characters, each of which starts a run of almost the whole part between the stars: a
// matcher that goes back would be at it for hours.
TEST(Glob, IsLinearOnHostilePatterns) {
  const std::string text(4'000'000, 'a');
  const std::string part(1'000'000, 'a');
  EXPECT_FALSE(glob_match("*" + part + "b*", text));
  EXPECT_FALSE(glob_match("*" + part + "b", text));
  EXPECT_FALSE(glob_match("*b" + part + "*", text));
  EXPECT_TRUE(glob_match("*" + part + "*", text));
  std::string stars;
  for (int i = 0; i < 10'000; ++i) stars += "a*";
  EXPECT_TRUE(glob_match(stars, text));
  EXPECT_FALSE(glob_match(stars + "b*", text));
}

}  // namespace
}  // namespace bedlam
