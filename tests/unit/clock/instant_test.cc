#include "emulator/clock/instant.h"

#include <gtest/gtest.h>

#include <array>

#include "emulator/base/json.h"
#include "emulator/clock/iso8601.h"

namespace bedlam {
namespace {

using namespace std::chrono_literals;

// Computed with Python's datetime and email.utils.format_datetime.
struct Known {
  std::int64_t epoch_s;
  std::string_view iso8601, http_date;
};
constexpr std::array<Known, 7> kKnown{{
    {0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
    {-1, "1969-12-31T23:59:59.000Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
    {951'782'400, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
    {1'709'210'096, "2024-02-29T12:34:56.000Z", "Thu, 29 Feb 2024 12:34:56 GMT"},
    {1'728'000'000, "2024-10-04T00:00:00.000Z", "Fri, 04 Oct 2024 00:00:00 GMT"},
    {1'728'032'400, "2024-10-04T09:00:00.000Z", "Fri, 04 Oct 2024 09:00:00 GMT"},
    {4'102'444'799, "2099-12-31T23:59:59.000Z", "Thu, 31 Dec 2099 23:59:59 GMT"},
}};

WallTime at(std::int64_t epoch_s) {
  return WallTime(std::chrono::seconds(epoch_s));
}

TEST(WallTimeFormats, AreReadBack) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(parse_iso8601(known.iso8601), at(known.epoch_s)) << known.iso8601;
  }
  EXPECT_EQ(parse_iso8601("2024-10-04T14:00:00+05:00"), at(1'728'032'400));
  EXPECT_EQ(parse_iso8601("2024-10-04T05:30:00.25-03:30"), at(1'728'032'400) + 250ms);
  EXPECT_EQ(parse_iso8601("2024-10-04T09:00:00.0000000019Z"), at(1'728'032'400) + 1ns);
  for (const std::string_view wrong :
       {"", "zz", "2024-10-04", "2024-10-04T09:00:00", "2024-10-04T09:00:00.Z",
        "2024-02-30T09:00:00Z", "2024-10-04T24:00:00Z", "2024-10-04T09:00:60Z",
        "2024-10- 4T09:00:00Z", "2024-10-04T09:00:00+5:00", "2024-10-04T09:00:00+05:60",
        "2024-10-04T09:00:00+a5:00", "2024-10-04T09:00:00ZZ", "9999-01-01T00:00:00Z",
        "1600-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_iso8601(wrong)) << wrong;
  }
}

TEST(WallTimeFormats, AgreeWithKnownDates) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(to_iso8601(at(known.epoch_s)), known.iso8601);
    EXPECT_EQ(to_http_date(at(known.epoch_s)), known.http_date);
    EXPECT_EQ(to_epoch_seconds(at(known.epoch_s)), static_cast<double>(known.epoch_s));
  }
}

// RFC 9110 section 5.6.7's own example.
TEST(WallTimeFormats, AgreeWithTheStandardsExample) {
  EXPECT_EQ(to_http_date(at(784'111'777)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(WallTimeFormats, DatesOfOneAnswerAfterAnother) {
  HttpDates dates;
  for (const Known& known : kKnown) {
    EXPECT_EQ(dates.at(at(known.epoch_s)), known.http_date);
    EXPECT_EQ(dates.at(at(known.epoch_s) + 999ms), known.http_date);
  }
}

TEST(WallTimeFormats, CutToMilliseconds) {
  EXPECT_EQ(to_iso8601(at(1'728'032'400) + 123'999'999ns), "2024-10-04T09:00:00.123Z");
  EXPECT_EQ(to_iso8601(at(1'728'032'400) + 120ms), "2024-10-04T09:00:00.120Z");
  EXPECT_EQ(to_iso8601(at(0) - 1ns), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_http_date(at(0) - 1ns), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(to_epoch_seconds(at(1'728'032'400) + 123'999'999ns), 1728032400.123);
}

// AWS JSON writes timestamps as numbers; every millisecond must read well.
TEST(WallTimeFormats, EpochSecondsPrintWithThreeDecimals) {
  EXPECT_EQ(to_text(Json(to_epoch_seconds(at(1'728'032'400) + 1ms))), "1728032400.001");
  EXPECT_EQ(to_text(Json(to_epoch_seconds(at(1'728'032'400) + 700ms))), "1728032400.7");
  EXPECT_EQ(to_text(Json(to_epoch_seconds(at(1'728'032'400)))), "1728032400.0");
}

}  // namespace
}  // namespace bedlam
