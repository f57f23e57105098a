// What each kind makes of a plan, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "emulator/fault/where.h"
#include "tests/unit/aws/recorded_frames.h"
#include "tests/unit/fault/plans.h"

namespace bedlam::fault::test {
namespace {

const std::string kUpToA = "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n";

TEST(Catalog, HasEveryKindOnce) {
  std::set<std::string_view> names;
  for (const Kind* kind : catalog()) {
    EXPECT_TRUE(names.insert(kind->name()).second);
    EXPECT_EQ(find_kind(kind->name()), kind);
    EXPECT_THAT(std::string(kind->description()), testing::EndsWith("."));
    EXPECT_FALSE(kind->argument().empty());
  }
  EXPECT_EQ(find_kind("explode"), nullptr);
}

TEST(Kinds, EndingsDifferInTheLastStep) {
  for (const std::string_view kind : {"reset", "close", "half_close", "end"}) {
    EXPECT_EQ(struck(stream_plan(), kind, {AfterTokens{1}, {}}),
              kUpToA + "100ms " + std::string(kind) + "\n");
  }
}

TEST(Kinds, EndMakesAPlainBodyTrue) {
  EXPECT_EQ(struck(plain_plan(), "end", {AfterFrames{0}, 5}),
            "80ms head 200 5\n80ms bytes {\"mes\n80ms end\n");
  EXPECT_EQ(struck(plain_plan(), "end", {BeforeHeaders{}, {}}), "80ms head 200 0\n80ms end\n");
}

TEST(Kinds, Stall) {
  EXPECT_EQ(struck(stream_plan(), "stall", {AfterTokens{1}, {}}, "forever"),
            kUpToA + "100ms stall\n");
  EXPECT_EQ(struck(stream_plan(), "stall", {BeforeHeaders{}, {}}), "100ms stall\n");
  EXPECT_EQ(struck(stream_plan(), "stall", {AtFrame{2}, 1}, "2s"),
            kUpToA + "150ms bytes <\n2150ms frame 2/2 b>\n2150ms frame 3/2 <stop>\n2150ms end\n");
}

TEST(Kinds, NoAnswer) {
  EXPECT_EQ(struck(stream_plan(), "no_answer", {BeforeHeaders{}, {}}), "0ms stall\n");
  EXPECT_EQ(struck(plain_plan(), "no_answer", {AfterTokens{3}, {}}), "0ms stall\n");
}

TEST(Kinds, ExceptionIsAFrameAndTheEnd) {
  rpc::Reply reply{stream_plan(), {}};
  apply(fault_of("exception", {AfterTokens{1}, {}}, "ThrottlingException"), reply,
        {[](std::string_view name) {
           EXPECT_EQ(name, "ThrottlingException");
           return "throttlingException";
         },
         [](std::string_view member) {
           EXPECT_EQ(member, "throttlingException");
           return Json{{"message", "Too many tokens, please wait before trying again."}};
         }});
  ASSERT_EQ(reply.steps.size(), 5U);
  const auto& frame = std::get<rpc::Bytes>(reply.steps[3].action);
  EXPECT_EQ(bedlam::test::to_hex(frame.data), bedlam::test::kThrottlingFrame);
  EXPECT_EQ(frame.frame->index, 2);
  EXPECT_EQ(frame.frame->event, "throttlingException");
  EXPECT_EQ(frame.frame->tokens, 1);
  EXPECT_EQ(reply.steps[3].due, 100ms);
  EXPECT_TRUE(std::holds_alternative<rpc::End>(reply.steps[4].action));
}

TEST(Kinds, ExceptionWithItsOwnMembers) {
  rpc::Reply reply{stream_plan(), {}};
  const Json argument{{"name", "modelStreamErrorException"},
                      {"message", "The model stream failed"},
                      {"originalStatusCode", 500},
                      {"originalMessage", "upstream"}};
  apply(fault_of("exception", {BeforeHeaders{}, {}}, argument), reply,
        {{}, [](std::string_view /*member*/) {
           return Json{{"message", "not asked for"}, {"originalStatusCode", 1}};
         }});
  ASSERT_EQ(reply.steps.size(), 3U) << "the first frame of all";
  EXPECT_EQ(bedlam::test::to_hex(std::get<rpc::Bytes>(reply.steps[1].action).data),
            bedlam::test::kModelStreamErrorFrame);
  EXPECT_EQ(struck(plain_plan(), "exception", {AfterFrames{0}, {}}, argument), show(plain_plan()))
      << "a plain body has no frames";
}

// The turn of a session: its headers went out when that was opened.
TEST(Kinds, ExceptionInAPlanThatGoesOnWithAStream) {
  std::vector<rpc::Step> plan = stream_plan();
  plan.erase(plan.begin());
  rpc::Reply reply{plan, {}};
  apply(fault_of("exception", {AfterTokens{1}, {}}, "validationException"), reply);
  ASSERT_EQ(reply.steps.size(), 4U);
  EXPECT_EQ(label_of(reply.steps[2])->event, "validationException");
  EXPECT_EQ(label_of(reply.steps[2])->index, 2);
  EXPECT_EQ(reply.note.fault, "exception validationException after 1 token");
  for (const Where& where : {Where{AfterFrames{0}, {}}, Where{AfterTokens{0}, {}}}) {
    EXPECT_EQ(struck(plan, "stall", where), "100ms stall\n");
  }
}

// {':exception-type': 'ModelStreamError', …}, b'{"Message":"Cut","ErrorCode":"X"}', made with
// Python's struct and zlib.
constexpr std::string_view kSageMakersFrame =
    "0000008f0000005eda4784d90f3a657863657074696f6e2d747970650700104d6f64656c53747265616d4572726f"
    "720d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d7479"
    "7065070009657863657074696f6e7b224d657373616765223a22437574222c224572726f72436f6465223a225822"
    "7d5617277f";

TEST(Kinds, ExceptionWhoseMessageHasAnotherName) {
  rpc::Reply reply{stream_plan(), {}};
  apply(fault_of("exception", {AfterTokens{1}, {}},
                 Json{{"name", "ModelStreamError"}, {"message", "Cut"}, {"ErrorCode", "X"}}),
        reply, {{}, {}, "Message"});
  EXPECT_EQ(std::get<rpc::Bytes>(reply.steps[3].action).data,
            bedlam::test::from_hex(kSageMakersFrame));
}

TEST(Kinds, CutAtABoundary) {
  EXPECT_EQ(struck(stream_plan(), "cut", {BeforeHeaders{}, 0}), "100ms head 200\n100ms end\n");
  EXPECT_EQ(struck(stream_plan(), "cut", {BeforeHeaders{}, 7}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms end\n");
  EXPECT_EQ(struck(stream_plan(), "cut", {AtFrame{0}, 7}, "close"),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms close\n");
  EXPECT_EQ(struck(stream_plan(), "cut", {AtFrame{2}, 0}), kUpToA + "150ms end\n");
  EXPECT_EQ(struck(plain_plan(), "cut", {BeforeHeaders{}, 0}), "80ms head 200 0\n80ms end\n");
}

TEST(Kinds, Cut) {
  EXPECT_EQ(struck(stream_plan(), "cut", {AtFrame{2}, 2}), kUpToA + "150ms bytes <b\n150ms end\n");
  EXPECT_EQ(struck(stream_plan(), "cut", {AtFrame{2}, 2}, "close"),
            kUpToA + "150ms bytes <b\n150ms close\n");
  EXPECT_EQ(struck(stream_plan(), "cut", {AfterTokens{1}, {}}),
            kUpToA + "150ms bytes <\n150ms end\n")
      << "the next frame, in its middle";
  EXPECT_EQ(struck(plain_plan(), "cut", {BeforeHeaders{}, {}}),
            "80ms head 200 8\n80ms bytes {\"messag\n80ms end\n");
  EXPECT_EQ(struck(plain_plan(), "cut", {BeforeHeaders{}, 3}, "close"),
            "80ms head 200 16\n80ms bytes {\"m\n80ms close\n");
}

// The frame of the facts with one bit of a checksum turned: botocore 1.43.11 raises
// ChecksumMismatch for both, "expected 0x97d5fade, calculated 0x96d5fade" for the prelude.
TEST(Kinds, CorruptTurnsABitOfAChecksum) {
  const std::string good = bedlam::test::from_hex(bedlam::test::kMessageStartFrame);
  std::vector<rpc::Step> plan = stream_plan();
  std::get<rpc::Bytes>(plan[1].action).data = good;

  rpc::Reply reply{plan, {}};
  apply(fault_of("corrupt", {AtFrame{0}, {}}, "prelude_crc"), reply);
  std::string hex = bedlam::test::to_hex(std::get<rpc::Bytes>(reply.steps[1].action).data);
  EXPECT_EQ(hex.substr(16, 8), "97d5fade");
  EXPECT_EQ(reply.steps.size(), plan.size());

  reply = {plan, {}};
  apply(fault_of("corrupt", {AtFrame{"messageStart"}, {}}, "message_crc"), reply);
  hex = bedlam::test::to_hex(std::get<rpc::Bytes>(reply.steps[1].action).data);
  EXPECT_EQ(hex.substr(16, 8), "96d5fade");
  EXPECT_EQ(hex.substr(hex.size() - 8), "6ea8c599");
}

TEST(Kinds, DropDuplicateSwapKeepTheCount) {
  EXPECT_EQ(struck(stream_plan(), "drop", {AtFrame{1}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n150ms frame 1/1 <b>\n150ms frame 2/1 <stop>\n"
            "150ms end\n");
  EXPECT_EQ(
      struck(stream_plan(), "duplicate", {AtFrame{1}, {}}),
      kUpToA + "100ms frame 2/2 <a>\n150ms frame 3/3 <b>\n150ms frame 4/3 <stop>\n150ms end\n");
  EXPECT_EQ(struck(stream_plan(), "swap", {AtFrame{1}, {}}),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <b>\n150ms frame 2/2 <a>\n"
            "150ms frame 3/2 <stop>\n150ms end\n");
  EXPECT_EQ(struck(stream_plan(), "swap", {AtFrame{"last"}, {}}), show(stream_plan()));
  EXPECT_EQ(struck(stream_plan(), "drop", {AfterTokens{1}, {}}),
            kUpToA + "150ms frame 2/1 <stop>\n150ms end\n")
      << "the first frame after the place";
  EXPECT_EQ(struck(plain_plan(), "drop", {BeforeHeaders{}, {}}), show(plain_plan()));
}

TEST(Kinds, DripIsAThinPipe) {
  // 10 bytes a second, a byte at a time; <a> of 3 bytes is due at 100 ms and over at 400 ms.
  EXPECT_EQ(struck(stream_plan(), "drip", {AfterFrames{1}, {}}, 10),
            "100ms head 200\n100ms frame 0/0 <start>\n"
            "200ms bytes <\n300ms bytes a\n400ms frame 1/1 >\n"
            "500ms bytes <\n600ms bytes b\n700ms frame 2/2 >\n"
            "800ms bytes <\n900ms bytes s\n1000ms bytes t\n1100ms bytes o\n1200ms bytes p\n"
            "1300ms frame 3/2 >\n1300ms end\n");
  // 80 bytes a second are pieces of 4: <a> is through at 137 ms, before <b> is due.
  EXPECT_EQ(struck(stream_plan(), "drip", {AfterFrames{1}, {}}, 80),
            "100ms head 200\n100ms frame 0/0 <start>\n137ms frame 1/1 <a>\n"
            "187ms frame 2/2 <b>\n237ms bytes <sto\n262ms frame 3/2 p>\n262ms end\n");
}

TEST(Kinds, GarbageAndTheConnectionCloses) {
  EXPECT_EQ(struck(stream_plan(), "garbage", {BeforeHeaders{}, {}}, "%$#@ not HTTP"),
            "100ms garbage %$#@ not HTTP\n100ms close\n");
  EXPECT_THAT(struck(stream_plan(), "garbage", {AfterTokens{1}, {}}),
              testing::StartsWith(kUpToA + "100ms garbage "));
}

// Exactly one sentence for what cannot be, none for what can.
TEST(Kinds, CheckTheirArgument) {
  const auto check = [](std::string_view kind, const Json& argument) {
    return find_kind(kind)->check(argument).value_or("");
  };
  for (const std::string_view kind :
       {"reset", "close", "half_close", "end", "drop", "duplicate", "swap", "no_answer"}) {
    EXPECT_EQ(check(kind, true), "");
    EXPECT_EQ(check(kind, nullptr), "");
    EXPECT_EQ(check(kind, 3),
              std::string(kind) + " takes no value; write `" + std::string(kind) + ": true`");
  }
  for (const Json& good : {Json("forever"), Json("90s"), Json(true), Json(nullptr)}) {
    EXPECT_EQ(check("stall", good), "");
  }
  EXPECT_EQ(check("stall", 90), "stall takes `forever` or a duration such as `90s`");
  EXPECT_EQ(check("stall", "soon"), "stall takes `forever` or a duration such as `90s`");
  EXPECT_EQ(check("exception", "throttlingException"), "");
  EXPECT_EQ(check("exception", {{"name", "throttlingException"}, {"message", "No"}}), "");
  EXPECT_NE(check("exception", true), "");
  EXPECT_NE(check("exception", {{"message", "No"}}), "");
  EXPECT_EQ(check("exception", {{"name", "x"}, {"message", 1}}),
            "the message of an exception is text");
  EXPECT_EQ(check("cut", true) + check("cut", "close"), "");
  EXPECT_NE(check("cut", "open"), "");
  EXPECT_EQ(check("corrupt", "prelude_crc") + check("corrupt", "message_crc"), "");
  EXPECT_EQ(check("corrupt", "payload") + check("corrupt", "event_type"), "");
  EXPECT_EQ(check("corrupt", true),
            "corrupt takes `prelude_crc`, `message_crc`, `payload` or `event_type`");
  EXPECT_EQ(check("drip", 200), "");
  for (const Json& bad : {Json(0), Json(-1), Json(1.5), Json("200"), Json(true)}) {
    EXPECT_EQ(check("drip", bad), "drip takes a number of bytes a second, from 1 to 1000000000");
  }
  EXPECT_EQ(check("garbage", true) + check("garbage", "###"), "");
  EXPECT_NE(check("garbage", ""), "");
}

TEST(Endless, RepeatsTheLastFrameBeforeThePlace) {
  EXPECT_EQ(struck(stream_plan(), "endless", {AfterTokens{1}, std::nullopt}, "50ms"),
            "100ms head 200\n100ms frame 0/0 <start>\n100ms frame 1/1 <a>\n"
            "150ms endless frame 2/2 <a> every 50ms\n");
}

TEST(Endless, OfAPlainBodyTheLengthIsNotAnnounced) {
  const std::string plan = struck(plain_plan(), "endless", {AfterFrames{0}, 4});
  EXPECT_TRUE(plan.starts_with("80ms head 200\n80ms bytes {\"me\n90ms endless bytes    ")) << plan;
}

TEST(Endless, TakesAPause) {
  const Kind& kind = *find_kind("endless");
  EXPECT_EQ(kind.check(true), std::nullopt);
  EXPECT_EQ(kind.check("20ms"), std::nullopt);
  EXPECT_NE(kind.check("0s"), std::nullopt);
  EXPECT_NE(kind.check(20), std::nullopt);
}

}  // namespace
}  // namespace bedlam::fault::test
