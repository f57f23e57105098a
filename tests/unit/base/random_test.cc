#include "emulator/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "emulator/base/regex.h"

namespace bedlam {
namespace {

// The reference values that implementations of SplitMix64 publish for seed 1234567 (Rosetta Code,
// "Pseudo-random numbers/Splitmix64"), also computed in Python from Vigna's splitmix64.c.
TEST(Random, IsSplitMix64) {
  Random random(1234567);
  for (const std::uint64_t expected :
       {6457827717110365317U, 3203168211198807973U, 9817491932198370423U, 4593380528125082431U,
        16408922859458223821U}) {
    EXPECT_EQ(random.next(), expected);
  }
}

TEST(Random, UniformFillsTheUnitIntervalEvenly) {
  Random random(7);
  constexpr int kDraws = 100'000;
  std::array<int, 10> bins{};
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    ++bins[static_cast<std::size_t>(value * 10)];
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
  for (const int count : bins) EXPECT_NEAR(count, kDraws / 10, 400);  // 4 standard deviations
}

TEST(Random, BelowStaysBelowAndIsUnbiased) {
  Random random(7);
  std::array<int, 3> counts{};
  for (int i = 0; i < 90'000; ++i) ++counts[random.below(3)];
  for (const int count : counts) EXPECT_NEAR(count, 30'000, 600);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0U);
  // Without rejection two thirds of the draws would fall into the lower half.
  constexpr std::uint64_t kBound = 0xc000000000000000U;
  int low = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::uint64_t value = random.below(kBound);
    ASSERT_LT(value, kBound);
    low += value < kBound / 2 ? 1 : 0;
  }
  EXPECT_NEAR(low, 15'000, 400);
}

TEST(Random, NormalHasMeanZeroAndDeviationOne) {
  Random random(7);
  constexpr int kDraws = 100'000;
  double sum = 0, squares = 0;
  int within_one = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.normal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
    within_one += std::abs(value) < 1 ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.015);
  EXPECT_NEAR(squares / kDraws, 1, 0.02);
  EXPECT_NEAR(static_cast<double>(within_one) / kDraws, 0.6827, 0.007);
}

TEST(Random, DerivesTheSameForTheSameName) {
  const Random root(42);
  EXPECT_EQ(root.derive("execution", 3).next(), root.derive("execution", 3).next());
  EXPECT_NE(Random(42).derive("execution", 3).next(), Random(43).derive("execution", 3).next());
}

TEST(Random, DerivingDrawsNothing) {
  Random derived_from(42), untouched(42);
  (void)derived_from.derive("x").next();
  EXPECT_EQ(derived_from.next(), untouched.next());
}

// Names that are near each other, in every way that callers build them.
TEST(Random, DerivedGeneratorsDiffer) {
  const Random root(1);
  std::set<std::uint64_t> first_draws;
  std::size_t names = 0;
  for (const std::string_view label : {"", "a", "b", "ab", "ba", "aa", "aaa", "call", "call 1"}) {
    for (std::uint64_t number = 0; number < 1'000; ++number, ++names) {
      first_draws.insert(root.derive(label, number).next());
    }
  }
  Random sequence(1);
  for (int i = 0; i < 1'000; ++i, ++names) first_draws.insert(sequence.next());
  EXPECT_EQ(first_draws.size(), names);
}

// The first draws of numbered generators are themselves evenly spread, and two neighbours'
// sequences do not move together.
TEST(Random, DerivedGeneratorsAreIndependent) {
  const Random root(5);
  constexpr int kNumbers = 50'000;
  double sum = 0, product = 0;
  for (std::uint64_t number = 0; number < kNumbers; ++number) {
    const double here = root.derive("call", number).uniform() - 0.5;
    const double next = root.derive("call", number + 1).uniform() - 0.5;
    sum += here;
    product += here * next;
  }
  EXPECT_NEAR(sum / kNumbers, 0, 0.006);
  EXPECT_NEAR(product / kNumbers * 12, 0, 0.02);  // correlation
}

TEST(Random, UuidIsVersionFourInLowerCase) {
  Random random(9);
  const auto form =
      Regex::compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  ASSERT_TRUE(form);
  std::set<std::string> ids;
  for (int i = 0; i < 200; ++i) {
    const std::string id = random.uuid();
    EXPECT_TRUE(form->matches(id)) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 200U);
}

TEST(Random, TextDrawsFromItsAlphabet) {
  Random random(9);
  const std::string text = random.text("xyz", 1'000);
  EXPECT_EQ(text.size(), 1'000U);
  EXPECT_EQ(text.find_first_not_of("xyz"), std::string::npos);
  for (const char c : {'x', 'y', 'z'}) EXPECT_NE(text.find(c), std::string::npos);
  EXPECT_EQ(random.text("xyz", 0), "");
}

TEST(Random, EachLetterOfATextComesAsOften) {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz12345678";
  std::map<char, int> counts;
  for (const char c : Random(9).text(kLetters, kLetters.size() * 1'000)) ++counts[c];
  EXPECT_EQ(counts.size(), kLetters.size());
  // Five standard deviations.
  for (const auto& [letter, count] : counts) EXPECT_NEAR(count, 1'000, 160) << letter;
}

TEST(Fingerprint, TellsTextsApart) {
  std::set<std::uint64_t> seen;
  std::string text;
  for (int length = 0; length < 100; ++length, text += 'a') {
    seen.insert(fingerprint(text));
    std::string other = text;
    for (char& c : other) {
      c = 'b';
      seen.insert(fingerprint(other));
      c = 'a';
    }
  }
  EXPECT_EQ(seen.size(), 100U + 99 * 100 / 2);
  EXPECT_NE(fingerprint(std::string(1, '\0')), fingerprint(""));
  EXPECT_EQ(fingerprint("advert"), fingerprint(std::string("advert")));
}

// What seeds lead to stays what it is. SplitMix64 over little-endian words, worked out in Python.
TEST(Random, IsTheSameInEveryVersion) {
  EXPECT_EQ(Random(9).text("xyz", 20), "zxxyxzyxzxzxzyxzxzyx");
  EXPECT_EQ(Random(9).text("0123456789abcdef", 20), "aeaf52fec02d8a5e43ec");
  EXPECT_EQ(Random(9).derive("latency", 3).next(), 0x529f40f4217234eeU);
}

TEST(Fingerprint, IsTheSameInEveryVersion) {
  EXPECT_EQ(fingerprint(""), 0x48218226ff3cd4bfU);
  EXPECT_EQ(fingerprint("a"), 0x80bdfd4d3e359a26U);
  EXPECT_EQ(fingerprint("advert!!"), 0xb01f385c71b9bf72U);
  EXPECT_EQ(fingerprint("advert of a car"), 0xf42ccd3d9b6f3044U);
  EXPECT_EQ(fingerprint("b", fingerprint("a")), 0x3064a602606a3c10U);
}

}  // namespace
}  // namespace bedlam
