#include "emulator/rpc/sent_steps.h"

#include <gtest/gtest.h>

namespace bedlam::rpc {
namespace {

using namespace std::chrono_literals;

struct Expected {
  Duration at;
  std::string_view what;
  std::size_t bytes = 0;
  std::optional<FrameLabel> frame{};
};

Action bytes_of(const Expected& step) {
  return Bytes{std::string(step.bytes, 'x'), step.frame};
}

void expect_steps(const SentSteps& steps, const std::vector<Expected>& expected) {
  ASSERT_EQ(steps.size(), expected.size());
  auto wanted = expected.begin();
  for (const SentStep& step : steps) {
    SCOPED_TRACE(wanted - expected.begin());
    EXPECT_EQ(step.at.time_since_epoch(), wanted->at);
    EXPECT_EQ(step.what, wanted->what);
    EXPECT_EQ(step.bytes, wanted->bytes);
    ASSERT_EQ(step.frame.has_value(), wanted->frame.has_value());
    if (step.frame) {
      EXPECT_EQ(step.frame->index, wanted->frame->index);
      EXPECT_EQ(step.frame->event, wanted->frame->event);
      EXPECT_EQ(step.frame->tokens, wanted->frame->tokens);
    }
    ++wanted;
  }
}

TEST(SentSteps, GivesBackEveryAction) {
  SentSteps steps;
  const std::pair<Action, std::string_view> kActions[] = {
      {Head{}, "head"},       {Garbage{"zz"}, "garbage"},
      {End{}, "end"},         {Reset{}, "reset"},
      {Close{}, "close"},     {HalfClose{}, "half_close"},
      {Stall{}, "stall"},     {ResetStream{7}, "reset_stream"},
      {GoAway{2}, "go_away"}, {Endless{{"x", std::nullopt}, 1ms}, "endless"}};
  std::vector<Expected> expected;
  for (const auto& [action, name] : kActions) {
    expected.push_back({expected.size() * 1ms, name});
    steps.add(action, Instant(expected.back().at));
  }
  expect_steps(steps, expected);
  EXPECT_FALSE(steps.has_frames());
}

// Faults leave frames out, double and swap them; times and sizes are anything.
TEST(SentSteps, GivesBackFramesOfAnyOrder) {
  const std::vector<Expected> expected{
      {1h, "frame", 0, FrameLabel{0, "messageStart", 0}},
      {1h, "frame", 127, FrameLabel{1, "contentBlockDelta", 1}},
      {1h + 100ms, "frame", 128, FrameLabel{2, "contentBlockDelta", 2}},
      {1h + 200ms, "bytes", 16'384},
      {1h + 300ms, "frame", 200, FrameLabel{3, "contentBlockDelta", 3}},
      {1h + 300ms, "frame", 200, FrameLabel{3, "contentBlockDelta", 3}},
      {1h + 300ms + 1ns, "frame", 1, FrameLabel{1'000'000, "messageStop", 2'000'000'000}},
      {24'000h, "frame", 1, FrameLabel{2, "messageStart", 0}}};
  SentSteps steps;
  for (const Expected& step : expected) steps.add(bytes_of(step), Instant(step.at));
  expect_steps(steps, expected);
  EXPECT_TRUE(steps.has_frames());
}

TEST(SentSteps, HaveNoneAtFirst) {
  const SentSteps steps;
  EXPECT_EQ(steps.size(), 0U);
  EXPECT_TRUE(steps.begin() == steps.end());
}

TEST(SentSteps, TakeFourBytesForAFrameLikeTheOneBefore) {
  SentSteps steps;
  for (int i = 0; i < 10'000; ++i) {
    steps.add(Bytes{std::string(200 + i % 61, 'x'), FrameLabel{i, "chunk", i + 1}},
              Instant(i * 100ms));
  }
  EXPECT_LT(steps.memory(), 10'000U * 4);
}

}  // namespace
}  // namespace bedlam::rpc
