// Whether a stage may be trusted, and how its text is shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/bench/load.h"
#include "harness/bench/stalls.h"
#include "harness/bench/summary.h"
#include "harness/bench/text.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(BenchValidity, SeesStallsOfItsOwn) {
  int naps = 0;
  MachineTime woke;
  const http::Lateness seen = watch_naps([&] { return naps < 300; }, MachineTime{},
                                         [&](MachineTime due) {
                                           woke = due + (++naps == 100 ? 3s : 0s);
                                           return woke;
                                         });
  EXPECT_EQ(seen.count(), 300U);
  EXPECT_EQ(stalls_of(seen).longest, 3s);
  EXPECT_LT(stalls_of(seen).p99, 1ms);
  EXPECT_EQ(woke, MachineTime{} + 300ms + 3s);
  StageResult result;
  result.calls.emplace_back();
  EXPECT_EQ(summarise(result, {}, false, Stalls{}, kLatestTrusted).invalid, "");
  EXPECT_THAT(summarise(result, {}, false, Stalls{20ms, 20ms}, kLatestTrusted).invalid,
              HasSubstr("the emulator's own timers ran 20.0 ms late (p99)"));
  EXPECT_THAT(summarise(result, {}, false, Stalls{0ms, 101ms}, kLatestTrusted).invalid,
              HasSubstr("101 ms late (once), and 100 ms"));
  result.stalls = {11ms, 11ms};
  EXPECT_THAT(summarise(result, {}, false, {}, kLatestTrusted).invalid,
              HasSubstr("bench itself woke 11.0 ms late (p99)"));
  result.stalls = stalls_of(seen);
  EXPECT_THAT(summarise(result, {}, false, {}, kLatestTrusted).invalid,
              HasSubstr("bench itself woke 3.00 s late (once)"));
}

TEST(BenchValidity, AStageWithoutACallIsInvalidHoweverItEnded) {
  StageResult result;
  result.cut_short = CutShort::kMaxCost;
  EXPECT_EQ(summarise(result, {}, false, {}, 1h).invalid, "no call was made");
}

TEST(BenchValidity, FirstCallsAreNotLateAndDoNotCount) {
  StageResult result;
  result.calls.resize(10);
  result.calls[9].late = 5ms;
  EXPECT_EQ(summarise(result, {}, false, {}, 1h).late.sorted, Values{0.005});
}

TEST(BenchText, ControlCharactersAreShownAndNotSent) {
  EXPECT_EQ(printable("A\x1b[31mB\x07\nl\x7f\xc2\x9bx\xc3\xa9"),
            "A\\x1b[31mB\\x07\\x0al\\x7f\\x9bx\xc3\xa9");
}

}  // namespace
}  // namespace bedlam::harness
