// Faults at the events of a model's own, which InvokeModelWithResponseStream sends inside chunks:
// Anthropic's (docs.anthropic.com, "Streaming messages") and Amazon Nova's (its user guide).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bedrock/families/family_fixture.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

class ChunkEvents : public RuntimeTest {
 protected:
  // The chunks that go out before the reset at that event.
  std::vector<std::string> chunks_before(const std::string& event, script::Outcome outcome,
                                         const std::string& model, bool recorded = false) {
    outcome.fault = fault::Fault{{fault::AtFrame{event}, {}}, fault::find_kind("reset"), true};
    script::Behaviour behaviour{"*", {}, {{"test:1", {}, {std::move(outcome)}}}};
    behaviour.recorded = recorded;
    runtime.use(script::Script({std::move(behaviour)}));
    const Delivered reply = call("InvokeModelWithResponseStream", body_for(model, "Hello"), model);
    EXPECT_EQ(reply.note.fault, "reset at frame " + event);
    return chunks_of(reply.body);
  }
};

TEST_F(ChunkEvents, OfAnthropic) {
  const std::string model(kHaiku);
  EXPECT_EQ(chunks_before("content_block_start", answer("One two three."), model).size(), 1U);
  EXPECT_EQ(chunks_before("content_block_delta", answer("One two three."), model).size(), 2U);
  const auto chunks = chunks_before("message_delta", answer("One two three."), model);
  ASSERT_EQ(chunks.size(), 7U);
  EXPECT_EQ(chunks.back(), R"({"type":"content_block_stop","index":0})");
}

TEST_F(ChunkEvents, OfNova) {
  const std::string model = "amazon.nova-lite-v1:0";
  const auto chunks = chunks_before("messageStop", answer("One two."), model);
  ASSERT_EQ(chunks.size(), 7U);
  EXPECT_EQ(chunks.back(), R"({"contentBlockStop":{"contentBlockIndex":2}})");
  EXPECT_EQ(chunks_before("metadata", answer("One two."), model).size(), 8U);
}

TEST_F(ChunkEvents, OfAScriptedStream) {
  const Json body{{{"type", "message_start"}, {"message", Json::object()}},
                  "no object",
                  {{"type", 3}},
                  {{"type", "message_stop"}}};
  EXPECT_EQ(chunks_before("message_stop", answer(script::Body{body}), std::string(kHaiku)).size(),
            3U);
}

TEST_F(ChunkEvents, OfARecordedStream) {
  script::Verbatim recorded;
  for (const char* json : {R"({"messageStart":{"role":"assistant"}})", "no JSON",
                           R"({"messageStop":{"stopReason":"end_turn"}})"}) {
    recorded.frames.push_back(
        {"chunk", false, R"({"bytes":")" + base64_encode(json) + R"("})", 1, {}});
  }
  EXPECT_THAT(chunks_before("messageStop", answer(recorded), "us.amazon.nova-lite-v1:0", true),
              testing::ElementsAre(R"({"messageStart":{"role":"assistant"}})", "no JSON"));
}

TEST_F(ChunkEvents, AnEventOfAnotherFamilyIsNotReached) {
  script::Outcome outcome = answer("One two three.");
  outcome.fault =
      fault::Fault{{fault::AtFrame{"messageStop"}, {}}, fault::find_kind("reset"), true};
  script({outcome});
  EXPECT_EQ(call("InvokeModelWithResponseStream", messages_body("Hello")).note.fault,
            "reset at frame messageStop (not reached)");
}

}  // namespace
}  // namespace bedlam::bedrock::test
