#include "emulator/script/pattern.h"

#include <gtest/gtest.h>

namespace bedlam::script {
namespace {

TEST(Pattern, IsAGlobOverTheWholeText) {
  EXPECT_TRUE(pattern_matches("*tagline*", "write a tagline\nnow"));
  EXPECT_FALSE(pattern_matches("tagline", "write a tagline"));
  EXPECT_TRUE(pattern_matches("a.c", "a.c"));
  EXPECT_FALSE(pattern_matches("a.c", "abc"));
}

TEST(Pattern, BetweenSlashesIsARegularExpressionOverSomePart) {
  EXPECT_TRUE(pattern_matches("/tag(line|s)/", "write a tagline\nnow"));
  EXPECT_FALSE(pattern_matches("/^tagline/", "write a tagline"));
  EXPECT_TRUE(pattern_matches("/now$/", "write a tagline\nnow"));
  EXPECT_TRUE(pattern_matches("/^write|never/", "write"));
  EXPECT_TRUE(pattern_matches("/[0-9]{3}\\s+words?/", "an advert of 500 words"));
  EXPECT_TRUE(pattern_matches("//", "anything"));
  EXPECT_TRUE(pattern_matches("/a\\/b/", "a/b"));
  EXPECT_FALSE(pattern_matches("/Tagline/", "tagline"));
}

TEST(Pattern, OneSlashIsText) {
  EXPECT_FALSE(is_regex("/"));
  EXPECT_FALSE(is_regex("/tmp"));
  EXPECT_FALSE(is_regex(""));
  EXPECT_TRUE(is_regex("//"));
  EXPECT_TRUE(pattern_matches("/tmp/*", "/tmp/a"));
}

TEST(Pattern, SaysWhatIsWrong) {
  EXPECT_EQ(pattern_mistake("*a[*"), std::nullopt);
  EXPECT_EQ(pattern_mistake("/a[bc]+(d|e)?/"), std::nullopt);
  for (const std::string_view pattern :
       {"/a[/", "/(a/", "/a)/", "/*/", "/a)(b/", "/a\\/", "/(a)\\1/"}) {
    const auto mistake = pattern_mistake(pattern);
    ASSERT_TRUE(mistake) << pattern;
    EXPECT_TRUE(mistake->starts_with("not a regular expression: ")) << *mistake;
    EXPECT_NO_THROW((void)pattern_matches(pattern, "ab")) << pattern;
  }
}

// The standard library's default matcher ends on the stack's guard page here, or does not end.
TEST(Pattern, HostileTextsNeitherCrashNorHang) {
  const std::string text(kMaxRegexText, 'a');
  EXPECT_FALSE(pattern_matches("/(.|\\n)*x/", text));
  EXPECT_FALSE(pattern_matches("/(a+)+$x/", text));
  EXPECT_FALSE(pattern_matches("/((a|aa)*)*b/", text));
  EXPECT_TRUE(pattern_matches("/^(a|b)*$/", text));
}

TEST(Pattern, RegularExpressionsSeeTheBeginningOfLongTexts) {
  const std::string filler(kMaxRegexText - 1, ' ');
  EXPECT_TRUE(pattern_matches("/x/", filler + "x"));
  EXPECT_FALSE(pattern_matches("/x/", filler + " x"));
  EXPECT_TRUE(pattern_matches("*x", filler + " x"));
}

TEST(Patterns, AnswersAsAPatternAlone) {
  Patterns patterns;
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(patterns.match("/tag(line|s)/", "write a tagline"));
    EXPECT_FALSE(patterns.match("/tag(line|s)/", "write an advert"));
    EXPECT_TRUE(patterns.match("*advert", "write an advert"));
    EXPECT_FALSE(patterns.match("/(/", "("));
  }
}

}  // namespace
}  // namespace bedlam::script
