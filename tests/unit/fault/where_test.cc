// Where a fault strikes, shown with the simplest kind: everything after the place is gone.
#include "emulator/fault/where.h"

#include <gtest/gtest.h>

#include "tests/unit/fault/plans.h"

namespace bedlam::fault::test {
namespace {

const std::string kWhole = show(stream_plan());

std::string reset_at(Where where) {
  return struck(stream_plan(), "reset", std::move(where));
}

TEST(Where, BeforeHeaders) {
  EXPECT_EQ(reset_at({BeforeHeaders{}, {}}), "100ms reset\n");
}

TEST(Where, AfterTime) {
  EXPECT_EQ(reset_at({AfterTime{30ms}, {}}), "30ms reset\n");
  EXPECT_EQ(reset_at({AfterTime{100ms}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n100ms reset\n");
  EXPECT_EQ(reset_at({AfterTime{120ms}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n120ms reset\n");
  EXPECT_EQ(reset_at({AfterTime{150ms}, {}}), kWhole) << "all has gone out by then";
}

TEST(Where, TheEndOfAReplyThatEndsByItsFault) {
  const auto reset_of_cut = [](Where where) {
    std::vector<rpc::Step> steps = stream_plan();
    end_later_than(where, steps);
    return struck(steps, "reset", std::move(where));
  };
  const std::string frames =
      "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n150ms frame 2/2 <b>\n"
      "150ms frame 3/2 <stop>\n";
  EXPECT_EQ(reset_of_cut({AfterTime{150ms}, {}}), frames + "150ms reset\n");
  EXPECT_EQ(reset_of_cut({AfterTime{2s}, {}}), frames + "2000ms reset\n");
  EXPECT_EQ(reset_of_cut({AfterTime{120ms}, {}}), reset_at({AfterTime{120ms}, {}}));
  EXPECT_EQ(reset_of_cut({AfterTokens{3}, {}}), kWhole) << "no time is named";
}

// As InvokeModelWithResponseStream sends them: in chunks.
TEST(Where, AtAnEventOfTheModelsOwn) {
  std::vector<rpc::Step> steps{{0ms, rpc::Head{200, {}}}};
  for (const std::string_view inner : {"start", "delta", "delta", "", "stop"}) {
    const int index = static_cast<int>(steps.size()) - 1;
    steps.push_back({0ms, rpc::Bytes{"x", rpc::FrameLabel{index, "chunk", 0, 0, inner}}});
  }
  const auto frame = [&](const std::string& event) {
    return frame_at({AtFrame{event}, {}}, steps);
  };
  EXPECT_EQ(frame("delta"), 2U) << "the first of them";
  EXPECT_EQ(frame("stop"), 5U);
  EXPECT_EQ(frame("messageStop"), std::nullopt);
  EXPECT_EQ(frame("chunk"), 1U);
  EXPECT_EQ(frame("last"), 5U);
}

TEST(Where, AfterTokens) {
  EXPECT_EQ(reset_at({AfterTokens{0}, {}}), "100ms head 200\n100ms reset\n");
  EXPECT_EQ(reset_at({AfterTokens{1}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n100ms reset\n");
  EXPECT_EQ(reset_at({AfterTokens{2}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n"
            "150ms frame 2/2 <b>\n150ms reset\n");
  EXPECT_EQ(reset_at({AfterTokens{3}, {}}), kWhole);
}

TEST(Where, AfterFrames) {
  EXPECT_EQ(reset_at({AfterFrames{0}, {}}), "100ms head 200\n100ms reset\n");
  EXPECT_EQ(reset_at({AfterFrames{1}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms reset\n");
  EXPECT_EQ(reset_at({AfterFrames{5}, {}}), kWhole);
}

TEST(Where, AtFrame) {
  const std::string before_b =
      "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n150ms reset\n";
  EXPECT_EQ(reset_at({AtFrame{2}, {}}), before_b);
  EXPECT_EQ(reset_at({AtFrame{"contentBlockDelta"}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms reset\n")
      << "the first of that event";
  EXPECT_EQ(reset_at({AtFrame{"last"}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n"
            "150ms frame 2/2 <b>\n150ms reset\n");
  EXPECT_EQ(reset_at({AtFrame{"metadata"}, {}}), kWhole);
  EXPECT_EQ(reset_at({AtFrame{4}, {}}), kWhole);
}

TEST(Where, ByteInsideAFrame) {
  EXPECT_EQ(reset_at({AtFrame{2}, 1}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n"
            "150ms bytes <\n150ms reset\n");
  EXPECT_EQ(reset_at({AtFrame{1}, 3}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n100ms reset\n")
      << "all of its bytes: the frame is whole";
  EXPECT_EQ(reset_at({AtFrame{1}, 4}), kWhole) << "it has only three";
}

TEST(Where, ByteOfTheBodyThatFollows) {
  EXPECT_EQ(reset_at({BeforeHeaders{}, 9}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms bytes <a\n100ms reset\n");
  EXPECT_EQ(reset_at({AfterTokens{1}, 2}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n"
            "150ms bytes <b\n150ms reset\n");
  EXPECT_EQ(reset_at({AfterFrames{0}, 1000}), kWhole);
}

TEST(Where, PlainReplies) {
  EXPECT_EQ(struck(plain_plan(), "reset", {BeforeHeaders{}, {}}), "80ms reset\n");
  EXPECT_EQ(struck(plain_plan(), "reset", {AfterFrames{0}, {}}), "80ms head 200 16\n80ms reset\n");
  EXPECT_EQ(struck(plain_plan(), "reset", {AfterFrames{0}, 5}),
            "80ms head 200 16\n80ms bytes {\"mes\n80ms reset\n");
  EXPECT_EQ(struck(plain_plan(), "reset", {AfterTokens{1}, {}}), show(plain_plan()));
}

TEST(Where, Described) {
  EXPECT_EQ(describe(fault_of("stall", {AfterTokens{120}, {}})), "stall after 120 tokens");
  EXPECT_EQ(describe(fault_of("stall", {AfterTokens{1}, {}}, "90s")), "stall 90s after 1 token");
  EXPECT_EQ(describe(fault_of("reset", {BeforeHeaders{}, {}})), "reset before the headers");
  EXPECT_EQ(describe(fault_of("close", {AfterTime{3s}, {}})), "close after 3 s");
  EXPECT_EQ(describe(fault_of("cut", {AtFrame{"last"}, 10})), "cut at the last frame, byte 10");
  EXPECT_EQ(describe(fault_of("drop", {AtFrame{"messageStop"}, {}})), "drop at frame messageStop");
  EXPECT_EQ(describe(fault_of("exception", {AfterFrames{2}, {}},
                              {{"name", "throttlingException"}, {"message", "No"}})),
            "exception throttlingException after 2 frames");
}

TEST(Where, TheNoteSaysWhetherItWasReached) {
  rpc::Reply reply{stream_plan(), {}};
  apply(fault_of("stall", {AfterTokens{2}, {}}, "forever"), reply);
  EXPECT_EQ(reply.note.fault, "stall forever after 2 tokens");
  reply = {stream_plan(), {}};
  apply(fault_of("stall", {AfterTokens{3}, {}}), reply);
  EXPECT_EQ(reply.note.fault, "stall after 3 tokens (not reached)");
}

}  // namespace
}  // namespace bedlam::fault::test
