#include "emulator/states/language/timestamp.h"

#include <gtest/gtest.h>

namespace bedlam::states {
namespace {

// Expected seconds: `date -u -d ... +%s`.
TEST(Timestamp, IsReadAsRfc3339) {
  struct Case {
    const char* text;
    Timestamp expected;
  };
  const Case cases[] = {
      {"1970-01-01T00:00:00Z", {0, 0}},
      {"2012-10-09T19:00:55Z", {1349809255, 0}},
      {"2012-10-09T19:00:55+01:00", {1349805655, 0}},
      {"2012-10-09T19:00:55-00:30", {1349811055, 0}},
      {"2016-03-05T21:29:29.243167252Z", {1457213369, 243167252}},
      {"2016-03-05T21:29:29.5Z", {1457213369, 500000000}},
      {"2016-03-05T21:29:29.1234567899Z", {1457213369, 123456789}},
      {"2016-02-29T00:00:00Z", {1456704000, 0}},
      {"9999-12-31T23:59:59Z", {253402300799, 0}},
      {"0001-01-01T00:00:00Z", {-62135596800, 0}},
  };
  for (const Case& c : cases) {
    const auto timestamp = parse_timestamp(c.text);
    ASSERT_TRUE(timestamp.has_value()) << c.text;
    EXPECT_EQ(timestamp->seconds, c.expected.seconds) << c.text;
    EXPECT_EQ(timestamp->nanoseconds, c.expected.nanoseconds) << c.text;
  }
}

// The first seven are recorded as invalid by AWS (Wait and Choice).
TEST(Timestamp, AnythingElseIsNone) {
  for (const char* text : {"2012-10-09T19:00:55",
                           "2023-02-24 12:15:56.832957",
                           "2023-02-24",
                           "05-12-2016T21:29:29Z",
                           "2016-12-05 21:29:29Z",
                           "2016-13-05T21:29:29Z",
                           "2016-12-05T25:29:29Z",
                           "",
                           " ",
                           "T",
                           "Z",
                           "2016-12-05t21:29:29Z",
                           "2016-12-05T21:29:29z",
                           "2016-02-30T21:29:29Z",
                           "2015-02-29T00:00:00Z",
                           "2016-12-05T21:60:29Z",
                           "2016-12-05T21:29:60Z",
                           "2016-12-05T21:29:29.Z",
                           "2016-12-05T21:29:29+0100",
                           "2016-12-05T21:29:29+01",
                           "2016-12-05T21:29:29+24:00",
                           "2016-12-05T21:29:29ZZ",
                           "2016-12-05T21:29Z",
                           " 2016-12-05T21:29:29Z",
                           "+016-12-05T21:29:29Z",
                           "2016-00-05T21:29:29Z"}) {
    EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
  }
}

TEST(Timestamp, IsOrderedByTheInstantThatItNames) {
  EXPECT_EQ(*parse_timestamp("2012-10-09T19:00:55Z"),
            *parse_timestamp("2012-10-09T20:00:55.000+01:00"));
  EXPECT_LT(*parse_timestamp("2012-10-09T19:00:55Z"), *parse_timestamp("2012-10-09T19:00:55.001Z"));
  EXPECT_GT(*parse_timestamp("2013-10-09T19:00:55Z"), *parse_timestamp("2012-10-09T19:00:55.9Z"));
}

TEST(Timestamp, BecomesAWallTimeWithinItsRange) {
  EXPECT_EQ(to_wall_time(*parse_timestamp("2016-03-05T21:29:29.243Z")),
            WallTime(std::chrono::seconds(1457213369) + std::chrono::milliseconds(243)));
  EXPECT_GT(to_wall_time(*parse_timestamp("9999-12-31T23:59:59Z")),
            to_wall_time(*parse_timestamp("2250-01-01T00:00:00Z")));
  EXPECT_LT(to_wall_time(*parse_timestamp("0001-01-01T00:00:00Z")),
            to_wall_time(*parse_timestamp("1700-01-01T00:00:00Z")));
}

}  // namespace
}  // namespace bedlam::states
