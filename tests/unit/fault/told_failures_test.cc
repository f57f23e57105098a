// Frames that say what failed, or that are sound and say what no reader knows. Their bytes were
// made with Python's struct and zlib, and botocore 1.43.11's EventStreamBuffer reads from each the
// headers and the payload that are named beside it.
#include <gtest/gtest.h>

#include "emulator/fault/where.h"
#include "tests/unit/aws/recorded_frames.h"
#include "tests/unit/fault/plans.h"

namespace bedlam::fault::test {
namespace {

using bedlam::test::from_hex;
using bedlam::test::kMessageStartFrame;
using bedlam::test::to_hex;

// {':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': ''}, b''
constexpr std::string_view kErrorFrame =
    "00000056000000464dce01a70d3a6d6573736167652d747970650700056572726f720b3a6572726f722d636f6465"
    "07000f496e7465726e616c4661696c7572650e3a6572726f722d6d65737361676507000016ee39b7";
// The same with ':error-message': 'Broken'
constexpr std::string_view kErrorFrameWithMessage =
    "0000005c0000004ce7abf0180d3a6d6573736167652d747970650700056572726f720b3a6572726f722d636f6465"
    "07000f496e7465726e616c4661696c7572650e3a6572726f722d6d65737361676507000642726f6b656e57d00b63";
// {':event-type': 'messageStart', …}, b'{"role":"assistant"'
constexpr std::string_view kCutPayload =
    "0000007500000052d175800e0b3a6576656e742d7479706507000c6d65737361676553746172740d3a636f6e7465"
    "6e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070005657665"
    "6e747b22726f6c65223a22617373697374616e742257dbf986";
// {':event-type': 'unknownEvent', …}, b'{"role":"assistant"}'
constexpr std::string_view kUnknownType =
    "000000760000005296d5fade0b3a6576656e742d7479706507000c756e6b6e6f776e4576656e740d3a636f6e7465"
    "6e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070005657665"
    "6e747b22726f6c65223a22617373697374616e74227dfba30910";

// A stream that begins with this frame, struck there.
rpc::Reply corrupted(std::string_view hex, std::string_view part) {
  rpc::Reply reply{stream_plan(), {}};
  std::get<rpc::Bytes>(reply.steps[1].action).data = from_hex(hex);
  apply(fault_of("corrupt", {AtFrame{0}, {}}, std::string(part)), reply);
  EXPECT_EQ(reply.steps.size(), stream_plan().size());
  return reply;
}

std::string first_frame(const rpc::Reply& reply) {
  return to_hex(std::get<rpc::Bytes>(reply.steps[1].action).data);
}

TEST(CorruptFrame, APayloadThatIsNoJson) {
  const rpc::Reply reply = corrupted(kMessageStartFrame, "payload");
  EXPECT_EQ(first_frame(reply), kCutPayload);
  EXPECT_EQ(reply.note.fault, "corrupt payload at frame 0");
}

TEST(CorruptFrame, ATypeThatNobodyKnows) {
  const rpc::Reply reply = corrupted(kMessageStartFrame, "event_type");
  EXPECT_EQ(first_frame(reply), kUnknownType);
  EXPECT_EQ(label_of(reply.steps[1])->event, "unknownEvent");
}

TEST(CorruptFrame, WithoutSuchAPartIsLeftAlone) {
  const auto untouched = [](std::string_view frame, std::string_view part) {
    const rpc::Reply reply = corrupted(frame, part);
    EXPECT_EQ(first_frame(reply), frame);
    EXPECT_TRUE(reply.note.fault.ends_with("(not reached)")) << reply.note.fault;
  };
  untouched(kErrorFrame, "payload");
  untouched(bedlam::test::kThrottlingFrame, "event_type");
  untouched(std::string_view("00ff"), "payload");
}

std::string error_frame_of(const Json& argument) {
  rpc::Reply reply{stream_plan(), {}};
  const Fault fault = fault_of("error_frame", {AfterTokens{1}, {}}, argument);
  EXPECT_EQ(fault.kind->check(argument), std::nullopt);
  apply(fault, reply);
  EXPECT_EQ(reply.note.fault, "error_frame InternalFailure after 1 token");
  EXPECT_EQ(reply.steps.size(), 5U);
  EXPECT_TRUE(std::holds_alternative<rpc::End>(reply.steps[4].action));
  const rpc::FrameLabel* label = label_of(reply.steps[3]);
  EXPECT_EQ(label->event, "InternalFailure");
  EXPECT_EQ(label->index, 2);
  EXPECT_EQ(label->tokens, 1);
  return to_hex(std::get<rpc::Bytes>(reply.steps[3].action).data);
}

TEST(ErrorFrame, IsAFrameAndTheEnd) {
  EXPECT_EQ(error_frame_of("InternalFailure"), kErrorFrame);
  EXPECT_EQ(error_frame_of({{"code", "InternalFailure"}}), kErrorFrame);
  EXPECT_EQ(error_frame_of({{"code", "InternalFailure"}, {"message", "Broken"}}),
            kErrorFrameWithMessage);
}

TEST(ErrorFrame, HasNoPlaceInAnAnswerInOnePiece) {
  rpc::Reply reply{plain_plan(), {}};
  apply(fault_of("error_frame", {AfterFrames{0}, {}}, "InternalFailure"), reply);
  EXPECT_EQ(show(reply.steps), show(plain_plan()));
  EXPECT_EQ(reply.note.fault, "error_frame InternalFailure after 0 frames (not reached)");
}

TEST(ErrorFrame, TakesACodeAndAMessage) {
  const Kind& kind = *find_kind("error_frame");
  for (const Json& wrong : {Json(true), Json(""), Json{{"message", "m"}},
                            Json{{"code", "A"}, {"message", 1}}, Json{{"code", "A"}, {"x", 1}}}) {
    EXPECT_EQ(kind.check(wrong).value_or(""),
              "error_frame takes a code such as `InternalFailure`, or {code: …, message: …}")
        << wrong;
  }
}

// A longer one would not fit into its header.
TEST(ErrorFrame, AndTheNameOfAnExceptionAreHeaders) {
  const std::string longest(32'767, 'a');
  const auto check = [](std::string_view kind, const Json& argument) {
    return find_kind(kind)->check(argument).value_or("");
  };
  for (const char* kind : {"error_frame", "exception"}) {
    EXPECT_EQ(check(kind, longest), "");
    EXPECT_NE(check(kind, longest + "a"), "");
  }
  EXPECT_EQ(check("error_frame", {{"code", "A"}, {"message", longest + "a"}}),
            "the message of error_frame has 32768 bytes; it is a header of the frame, which holds "
            "32767");
}

}  // namespace
}  // namespace bedlam::fault::test
