#include "emulator/base/duration.h"

#include <gtest/gtest.h>

#include <limits>

namespace bedlam {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("7ns"), 7ns);
  EXPECT_EQ(parse_duration("7us"), 7us);
  EXPECT_EQ(parse_duration("800ms"), 800ms);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("36h"), 36h);
  EXPECT_EQ(parse_duration("3d"), 72h);
  EXPECT_EQ(parse_duration("0s"), 0ns);
}

TEST(ParseDuration, AddsPartsUp) {
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("1d2h3m4s5ms6us7ns"), 26h + 3min + 4s + 5ms + 6us + 7ns);
  EXPECT_EQ(parse_duration("1.5s500ms"), 2s);
}

TEST(ParseDuration, ReadsWhatTheProgramPrints) {
  EXPECT_EQ(parse_duration("19.2 s"), 19'200ms);
  EXPECT_EQ(parse_duration("1 h 30 m"), 90min);
  EXPECT_EQ(parse_duration("1h 30m"), 90min);
  EXPECT_EQ(parse_duration("3  d"), 72h);
  for (const Duration duration : {Duration(0s), Duration(90s), Duration(72h), Duration(7ns)}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  }
}

// None of these fractions is a binary one.
TEST(ParseDuration, IsExactInDecimal) {
  EXPECT_EQ(parse_duration("7.2s"), 7'200ms);
  EXPECT_EQ(parse_duration("19.2s"), 19'200ms);
  EXPECT_EQ(parse_duration("0.1s"), 100ms);
  EXPECT_EQ(parse_duration(".1s"), 100ms);
  EXPECT_EQ(parse_duration("0.000000001s"), 1ns);
  EXPECT_EQ(parse_duration("1.1d"), 26h + 24min);
  EXPECT_EQ(parse_duration("0.7m"), 42s);
  EXPECT_EQ(parse_duration("93.875s"), 93'875ms);
  // Beyond 2^53 nanoseconds, where a double has gaps.
  EXPECT_EQ(parse_duration("200d1ns"), 200 * 24h + 1ns);
  EXPECT_EQ(parse_duration("9007199254740993ns"), 9'007'199'254'740'993ns);
}

TEST(ParseDuration, RoundsBelowANanosecond) {
  EXPECT_EQ(parse_duration("0.3333333333333333s"), 333'333'333ns);
  EXPECT_EQ(parse_duration("0.6666666666666666s"), 666'666'667ns);
  EXPECT_EQ(parse_duration("0.5ns"), 1ns);
  EXPECT_EQ(parse_duration("0.4ns"), 0ns);
  EXPECT_EQ(parse_duration("0.000000000009d"), 778ns);  // 777.6
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const std::string_view text :
       {"",     "5",    "s",     ".s",   ".",    "1.2.3s", "-1s",  "+1s",  " 1s",
        "1s ",  "1 ",   "1S",    "1sec", "1s1",  "1e3s",   "0x1s", "1,5s", "1min",
        "infs", "nans", "1s-1s", "1m s", "1 2s", "1 .5s",  "1\ts", " ",    "1s 5"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(ParseDuration, StopsAtAHundredYears) {
  EXPECT_EQ(parse_duration("36500d"), kLongestDuration);
  EXPECT_EQ(parse_duration("36500d1ns"), std::nullopt);
  EXPECT_EQ(parse_duration("36501d"), std::nullopt);
  EXPECT_EQ(parse_duration("36500.1d"), std::nullopt);
  EXPECT_EQ(parse_duration("99999999999999999999999999999999s"), std::nullopt);
  EXPECT_EQ(parse_duration("36500d36500d36500d"), std::nullopt);
  EXPECT_EQ(parse_duration(std::string(100'000, '0') + "1s"), 1s);
}

TEST(FormatDuration, ShowsTheLargestUnitThatReadsWell) {
  EXPECT_EQ(format_duration(0ns), "0 s");
  EXPECT_EQ(format_duration(1ns), "1 ns");
  EXPECT_EQ(format_duration(999ns), "999 ns");
  EXPECT_EQ(format_duration(1'500ns), "1.5 us");
  EXPECT_EQ(format_duration(800ms), "800 ms");
  EXPECT_EQ(format_duration(1s), "1 s");
  EXPECT_EQ(format_duration(19'200ms), "19.2 s");
  EXPECT_EQ(format_duration(93'875ms), "93.875 s");
  EXPECT_EQ(format_duration(90s), "90 s");
  EXPECT_EQ(format_duration(5min), "300 s");
  EXPECT_EQ(format_duration(1h), "1 h");
  EXPECT_EQ(format_duration(90min), "5400 s");
  EXPECT_EQ(format_duration(72h), "3 d");
  EXPECT_EQ(format_duration(1s + 1ns), "1.000000001 s");
  EXPECT_EQ(format_duration(-19'200ms), "-19.2 s");
}

TEST(FormatDuration, TakesTheExtremes) {
  EXPECT_EQ(format_duration(Duration::max()), "9223372036.854775807 s");
  EXPECT_EQ(format_duration(Duration::min()), "-9223372036.854775807 s");
}

TEST(FromSeconds, RoundsAndSaturates) {
  EXPECT_EQ(from_seconds(7.2), 7'200ms);
  EXPECT_EQ(from_seconds(-1.5), -1'500ms);
  EXPECT_EQ(from_seconds(0.4e-9), 0ns);
  EXPECT_EQ(from_seconds(0.6e-9), 1ns);
  EXPECT_EQ(from_seconds(1e300), kLongestDuration);
  EXPECT_EQ(from_seconds(-std::numeric_limits<double>::infinity()), -kLongestDuration);
  EXPECT_EQ(from_seconds(std::numeric_limits<double>::quiet_NaN()), 0ns);
  EXPECT_DOUBLE_EQ(seconds(93'875ms), 93.875);
}

}  // namespace
}  // namespace bedlam
