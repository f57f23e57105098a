// InvokeModelWithBidirectionalStream: what faults make of a turn, and what a session counts.
// Events: Nova user guide, "Handling input events with the bidirectional API"; members of the
// output's union: service model bedrock-runtime 2023-09-30.
#include <gmock/gmock.h>

#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

class Speech : public RuntimeTest {
 protected:
  void open() {
    rpc::Call request;
    request.service = "bedrock-runtime";
    request.operation = "InvokeModelWithBidirectionalStream";
    request.resource = "amazon.nova-sonic-v1:0";
    sent.clear();
    session = runtime.open(request, [this](rpc::Reply more) {
      notes.push_back(more.note);
      for (rpc::Step& step : more.steps) sent.push_back(std::move(step));
    });
    const Json audio{{"mediaType", "audio/lpcm"}, {"sampleRateHertz", 24'000}};
    say("sessionStart", Json::object());
    say("promptStart", {{"promptName", "p"}, {"audioOutputConfiguration", audio}});
  }
  void ask(const std::string& name) {
    const Json place{{"promptName", "p"}, {"contentName", name}};
    Json start = place;
    start.update({{"type", "TEXT"}, {"role", "USER"}, {"interactive", true}});
    Json text = place;
    text["content"] = "Count";
    say("contentStart", start);
    say("textInput", text);
    say("contentEnd", place);
  }
  void say(const std::string& name, const Json& members) {
    const Json event{{"event", {{name, members}}}};
    session->on_input(
        aws::encode_event("chunk", to_text(Json{{"bytes", base64_encode(to_text(event))}})));
  }
  void end() {
    say("promptEnd", {{"promptName", "p"}});
    say("sessionEnd", Json::object());
  }

  const rpc::FrameLabel& last_label() const {
    const rpc::FrameLabel* last = nullptr;
    for (const rpc::Step& step : sent) {
      const auto* bytes = std::get_if<rpc::Bytes>(&step.action);
      if (bytes != nullptr && bytes->frame) last = &*bytes->frame;
    }
    return *last;
  }
  // The names of the frames' events, where a chunk is what it holds.
  std::vector<std::string> names() const {
    aws::EventStreamDecoder decoder;
    for (const rpc::Step& step : sent) {
      if (const auto* bytes = std::get_if<rpc::Bytes>(&step.action)) decoder.feed(bytes->data);
    }
    std::vector<std::string> all;
    for (auto message = decoder.next(); message.ok() && message->has_value();
         message = decoder.next()) {
      if (!(*message)->is_failure()) {
        const Json part = Json::parse((*message)->payload);
        const Json inside = Json::parse(*base64_decode(part["bytes"].get<std::string>()));
        all.push_back(inside["event"].begin().key());
      } else {
        all.push_back(std::string((*message)->type()) + " " + (*message)->payload);
      }
    }
    return all;
  }

  std::shared_ptr<rpc::InputStream> session;
  std::vector<rpc::Step> sent;
  std::vector<rpc::Note> notes;
};

script::Outcome with_exception(Json argument, fault::Where where) {
  script::Outcome outcome = answer("One two three four");
  outcome.fault =
      fault::Fault{std::move(where), fault::find_kind("exception"), std::move(argument)};
  return outcome;
}

TEST_F(Speech, AnExceptionEndsTheSessionInATurn) {
  for (const std::string member :
       {"internalServerException", "modelStreamErrorException", "validationException",
        "throttlingException", "modelTimeoutException", "serviceUnavailableException"}) {
    const Json argument{{"name", member}, {"message", "m"}};
    script({with_exception(argument, {fault::AfterTokens{2}, {}})});
    open();
    ask("one");
    const std::vector<std::string> said = names();
    EXPECT_THAT(said.back(), testing::StartsWith(member + R"( {"message":"m")"));
    EXPECT_EQ(std::count(said.begin(), said.end(), "audioOutput"), 2);
    EXPECT_TRUE(std::holds_alternative<rpc::End>(sent.back().action));
    EXPECT_EQ(notes.back().fault, "exception " + member + " after 2 tokens");
    EXPECT_EQ(last_label().tokens, 4) << "two as text, two as speech";
    const std::size_t before = sent.size();
    ask("two");
    EXPECT_EQ(sent.size(), before) << "the session is over";
  }
}

TEST_F(Speech, AnExceptionByItsShapesNameAndInTheFirstPlace) {
  script({with_exception("ThrottlingException", {fault::BeforeHeaders{}, {}})});
  open();
  ask("one");
  EXPECT_THAT(names(), testing::ElementsAre(testing::StartsWith("throttlingException {")));
  script({with_exception("modelTimeoutException", {fault::AfterFrames{0}, {}})});
  open();
  ask("one");
  EXPECT_THAT(names(), testing::ElementsAre(testing::StartsWith("modelTimeoutException {")));
}

TEST_F(Speech, TokensSentAreThoseOfTheUsage) {
  script({answer("One two three four")});
  open();
  ask("one");
  const int first = notes.back().output_tokens;
  EXPECT_EQ(first, 8) << "four words, each as text and as speech";
  EXPECT_EQ(last_label().tokens, first);
  EXPECT_EQ(last_label().generated, first);
  const int frames = last_label().index + 1;
  ask("two");
  EXPECT_EQ(last_label().tokens, 2 * first);
  EXPECT_EQ(last_label().index, 2 * frames - 2) << "one completionStart for both";
  end();
  EXPECT_EQ(names().back(), "completionEnd");
  EXPECT_EQ(last_label().tokens, 2 * first);
}

}  // namespace
}  // namespace bedlam::bedrock::test
