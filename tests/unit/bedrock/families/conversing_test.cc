// What every family that converses does with a script, a limit, a tool and a bad request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/bedrock/conversation/tokens.h"
#include "tests/unit/bedrock/families/family_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::HasSubstr;

struct Spoken {
  std::string model, ended, cut, stopped;  // its words for the end
  std::string invoke_id;                   // as called, where a profile is needed
};

const std::vector<Spoken>& all_spoken() {
  static const std::vector<Spoken> kAll{
      {"anthropic.claude-3-haiku-20240307-v1:0", "end_turn", "max_tokens", "stop_sequence", ""},
      {"amazon.nova-lite-v1:0", "end_turn", "max_tokens", "stop_sequence", ""},
      {"amazon.titan-text-express-v1", "FINISH", "LENGTH", "STOP_CRITERIA_MET", ""},
      {"meta.llama3-1-70b-instruct-v1:0", "stop", "length", "", ""},
      {"mistral.mistral-7b-instruct-v0:2", "stop", "length", "stop", ""},
      {"mistral.mistral-large-2407-v1:0", "stop", "length", "stop", ""},
      {"cohere.command-r-plus-v1:0", "COMPLETE", "MAX_TOKENS", "STOP_SEQUENCE", ""},
      {"cohere.command-text-v14", "COMPLETE", "MAX_TOKENS", "STOP_SEQUENCE", ""},
      {"ai21.jamba-1-5-large-v1:0", "stop", "length", "stop", ""},
      {"deepseek.r1-v1:0", "stop", "length", "stop", "us.deepseek.r1-v1:0"},
      {"openai.gpt-oss-120b-1:0", "stop", "length", "stop", ""}};
  return kAll;
}

std::string called(const Spoken& family) {
  return family.invoke_id.empty() ? family.model : family.invoke_id;
}

using Conversing = RuntimeTest;

// Members: facts (model-families.md sections 8 and 9). A stream of Jamba has one choice: the user
// guide, model-parameters-jamba.
TEST_F(Conversing, AsManyChoicesAsWereAskedFor) {
  script({answer("Room for everyone"), answer(script::Tokens{12})});
  const std::string chat = R"({"messages":[{"role":"user","content":"Hi"}],"n":3})";
  const std::string jamba = "ai21.jamba-1-5-large-v1:0";
  const Delivered said = call("InvokeModel", chat, jamba);
  const Json body = said.json();
  ASSERT_EQ(body["choices"].size(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(body["choices"][i]["index"], i);
    EXPECT_EQ(body["choices"][i]["message"]["content"], "Room for everyone");
    EXPECT_EQ(body["choices"][i]["finish_reason"], "stop");
  }
  const int asked = body["usage"]["prompt_tokens"];
  const int written = 3 * count_tokens("Room for everyone");
  EXPECT_EQ(body["usage"]["completion_tokens"], written);
  EXPECT_EQ(body["usage"]["total_tokens"], asked + written);
  EXPECT_EQ(said.header("X-Amzn-Bedrock-Output-Token-Count"), std::to_string(written));
  const Json filler = call("InvokeModel", chat, jamba).json();
  EXPECT_NE(filler["choices"][0]["message"]["content"], filler["choices"][1]["message"]["content"]);
  EXPECT_NE(filler["choices"][1]["message"]["content"], filler["choices"][2]["message"]["content"]);
  EXPECT_THAT(refusal("InvokeModelWithResponseStream", chat, jamba), HasSubstr("#/n: 3"));

  script({answer("Room for everyone")});
  const std::string prompt = R"({"prompt":"Hi","num_generations":2})";
  const Json command = call("InvokeModel", prompt, "cohere.command-text-v14").json();
  ASSERT_EQ(command["generations"].size(), 2U);
  EXPECT_EQ(command["generations"][1]["text"], "Room for everyone");
  EXPECT_NE(command["generations"][0]["id"], command["generations"][1]["id"]);
  EXPECT_EQ(call("InvokeModelWithResponseStream", prompt, "cohere.command-text-v14").status, 200);
}

TEST_F(Conversing, EndsAreSaidInTheFamilysWords) {
  script({answer("Room for| everyone")});
  for (const Spoken& family : all_spoken()) {
    const auto body = [&](int limit) {
      return call("InvokeModel", body_for(family.model, "Hi", limit), called(family));
    };
    const auto reason = [](const std::string& word) { return "\"" + word + "\""; };
    EXPECT_THAT(body(1).body, HasSubstr(reason(family.cut))) << family.model;
    EXPECT_EQ(body(1).header("X-Amzn-Bedrock-Output-Token-Count"), "1") << family.model;
    if (!family.stopped.empty()) {
      EXPECT_THAT(body(50).body, HasSubstr(reason(family.stopped))) << family.model;
      EXPECT_THAT(body(50).body, testing::Not(HasSubstr("everyone"))) << family.model;
    }
  }
  script({answer("Room")});
  for (const Spoken& family : all_spoken()) {
    EXPECT_THAT(call("InvokeModel", body_for(family.model, "Hi"), called(family)).body,
                HasSubstr("\"" + family.ended + "\""))
        << family.model;
  }
}

TEST_F(Conversing, StreamsEndWithTheMetrics) {
  script::Outcome outcome = answer("Room for everyone");
  outcome.latency = parts(300ms, 20ms);
  script({outcome});
  for (const Spoken& family : all_spoken()) {
    const Delivered stream =
        call("InvokeModelWithResponseStream", body_for(family.model, "Hi"), called(family));
    ASSERT_EQ(stream.status, 200) << family.model << stream.body;
    const std::vector<std::string> chunks = chunks_of(stream.body);
    const Json metrics = Json::parse(chunks.back())["amazon-bedrock-invocationMetrics"];
    EXPECT_EQ(metrics["outputTokenCount"], 4) << family.model;
    EXPECT_EQ(metrics["invocationLatency"], 360) << family.model;
    EXPECT_EQ(stream.note.output_tokens, 4) << family.model;
    EXPECT_EQ(std::get<rpc::Bytes>(stream.frames.back().action).frame->tokens, 4) << family.model;
    EXPECT_EQ(metrics.contains("cacheReadInputTokenCount"),
              family.model.find("nova") != std::string::npos);
  }
}

TEST_F(Conversing, ConverseIsTheSameForAll) {
  script({answer("Room for everyone")});
  for (const Spoken& family : all_spoken()) {
    const Json plain = call("Converse", converse_body("Hi"), called(family)).json();
    EXPECT_EQ(plain["output"]["message"]["content"][0]["text"], "Room for everyone")
        << family.model;
    EXPECT_EQ(plain["stopReason"], "end_turn") << family.model;
    EXPECT_EQ(events_of(call("ConverseStream", converse_body("Hi"), called(family)).body).size(),
              8U);
  }
}

TEST_F(Conversing, ToolsAreCalledInTheFamilysWords) {
  script({answer(script::ToolUse{"get_weather", {{"city", "Oslo"}}})});
  const auto body = [&](const std::string& model) {
    return call("InvokeModel", body_for(model, "Hi"), model).body;
  };
  EXPECT_THAT(
      body("amazon.nova-lite-v1:0"),
      HasSubstr(
          R"("name":"get_weather","input":{"city":"Oslo"}}}],"role":"assistant"}},"stopReason":"tool_use")"));
  EXPECT_THAT(
      body("mistral.mistral-large-2407-v1:0"),
      HasSubstr(
          R"("type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}}]},"stop_reason":"tool_calls")"));
  // Text completion has "stop" and "length" (user guide, model-parameters-mistral-text-completion).
  EXPECT_EQ(Json::parse(body("mistral.mistral-7b-instruct-v0:2"))["outputs"][0]["stop_reason"],
            "stop");
  EXPECT_THAT(body("ai21.jamba-1-5-large-v1:0"), HasSubstr(R"("finish_reason":"tool_calls")"));
  EXPECT_THAT(body("openai.gpt-oss-20b-1:0"), HasSubstr(R"("finish_reason":"tool_calls")"));
  EXPECT_THAT(body("cohere.command-r-v1:0"),
              HasSubstr(R"("tool_calls":[{"name":"get_weather","parameters":{"city":"Oslo"}}])"));
  EXPECT_EQ(Json::parse(body("meta.llama3-1-70b-instruct-v1:0"))["generation"],
            R"({"name":"get_weather","parameters":{"city":"Oslo"}})");
  const Delivered stream = call("InvokeModelWithResponseStream",
                                body_for("openai.gpt-oss-20b-1:0", "Hi"), "openai.gpt-oss-20b-1:0");
  EXPECT_THAT(chunks_of(stream.body).front(), HasSubstr(R"("tool_calls":[{"index":0,"id":)"));
}

TEST_F(Conversing, ReasoningIsToldApartWhereTheModelReasons) {
  script({answer("<reasoning>Hm, well.</reasoning>Yes.")});
  const auto content = [&](const std::string& model, const std::string& more = "") {
    const Json body = call("Converse", converse_body("Hi", more), model).json();
    return replace_matches(to_text(body["output"]["message"]["content"]),
                           "\"signature\":\"[^\"]{64}\"", "\"signature\":\"~\"");
  };
  constexpr const char* kThinkingClaude = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
  constexpr const char* kOpen =
      R"([{"reasoningContent":{"reasoningText":{"text":"Hm, well."}}},{"text":"Yes."}])";
  EXPECT_EQ(content("us.deepseek.r1-v1:0"), kOpen);
  EXPECT_EQ(content("openai.gpt-oss-20b-1:0"), kOpen);
  EXPECT_EQ(content("amazon.nova-lite-v1:0"),
            R"([{"text":"<reasoning>Hm, well.</reasoning>Yes."}])");
  EXPECT_EQ(
      content(
          kThinkingClaude,
          R"(,"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}})"),
      R"([{"reasoningContent":{"reasoningText":{"signature":"~","text":"Hm, well."}}},{"text":"Yes."}])");
  const auto events =
      events_of(call("ConverseStream", converse_body("Hi"), "us.deepseek.r1-v1:0").body);
  EXPECT_EQ(
      events[1],
      R"(contentBlockDelta {"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Hm"}},"p":"…"})");
  const Delivered claude =
      call("InvokeModel",
           messages_body("Hi", 2000, R"(,"thinking":{"type":"enabled","budget_tokens":1024})"),
           kThinkingClaude);
  EXPECT_EQ(claude.json()["content"][0]["type"], "thinking");
  EXPECT_EQ(claude.json()["content"][0]["thinking"], "Hm, well.");
  EXPECT_EQ(claude.json()["usage"]["output_tokens"], 6);
  const Delivered cut =
      call("InvokeModel",
           messages_body("Hi", 2,
                         R"(,"anthropic_beta":["interleaved-thinking-2025-05-14"],)"
                         R"("thinking":{"type":"enabled","budget_tokens":1024})"),
           kThinkingClaude);
  EXPECT_EQ(cut.json()["content"].size(), 1U);
  EXPECT_EQ(cut.json()["stop_reason"], "max_tokens");
}

// Sentences quoted in public logs (docs/fidelity.md).
TEST_F(Conversing, RefusesWhatAModelDoesNotTake) {
  const std::string tools =
      R"(,"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":{"json":{"type":"object"}}}}]})";
  const auto refused = [&](const std::string& operation, const std::string& model,
                           const std::string& more) {
    return refusal(operation, converse_body("Hi", more), model);
  };
  EXPECT_EQ(refused("Converse", "us.deepseek.r1-v1:0", tools),
            "This model doesn't support tool use.");
  EXPECT_EQ(refused("ConverseStream", "us.meta.llama4-scout-17b-instruct-v1:0", tools),
            "This model doesn't support tool use in streaming mode.");
  EXPECT_EQ(
      call("Converse", converse_body("Hi", tools), "us.meta.llama4-scout-17b-instruct-v1:0").status,
      200);
  EXPECT_EQ(
      refused("Converse", "amazon.titan-text-express-v1", R"(,"system":[{"text":"Be brief."}])"),
      "This model doesn't support system messages. Try again without a system message or use a "
      "model that supports system messages.");
  EXPECT_EQ(
      refused("Converse", "openai.gpt-oss-120b-1:0",
              R"(,"inferenceConfig":{"stopSequences":["|"]})"),
      "This model doesn't support the stopSequences field. Remove stopSequences and try again.");
  EXPECT_EQ(
      refusal("InvokeModel", body_for("deepseek.r1-v1:0", "Hi"), "deepseek.r1-v1:0"),
      "Invocation of model ID deepseek.r1-v1:0 with on-demand throughput isn’t supported. Retry "
      "your request with the ID or ARN of an inference profile that contains this model.");
}

TEST_F(Conversing, RefusesBodiesOfOtherFamilies) {
  const auto malformed = [](const std::string& detail) {
    return "Malformed input request: " + detail + ", please reformat your input and try again.";
  };
  EXPECT_EQ(
      refusal("InvokeModel", R"({"inputText":"Hi"})", "meta.llama3-1-70b-instruct-v1:0"),
      malformed(
          "#: required key [prompt] not found#: extraneous key [inputText] is not permitted"));
  EXPECT_EQ(
      refusal(
          "InvokeModel",
          R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}],"textGenerationConfig":{}})",
          "amazon.nova-2-lite-v1:0"),  // llama_index 21420
      "Malformed input request: #: extraneous key [textGenerationConfig] is not permitted, "
      "reformat your input and try again.");
  EXPECT_EQ(
      refusal("InvokeModel", R"({"inputText":"Hi","textGenerationConfig":{"maxTokenCount":5000}})",
              "amazon.titan-text-lite-v1"),
      malformed("#/textGenerationConfig/maxTokenCount: 5000 is not less or equal to 4096"));
  EXPECT_EQ(
      refusal("InvokeModel", R"({"prompt":"Hi","stop":"|"})", "mistral.mistral-7b-instruct-v0:2"),
      malformed("#/stop: expected type: JSONArray, found: String"));
  EXPECT_EQ(
      refusal("InvokeModel", R"({"messages":[{"role":"robot"}]})", "ai21.jamba-1-5-mini-v1:0"),
      malformed("#/messages/0/role: robot is not a valid enum value"));
  for (const Spoken& family : all_spoken()) {
    for (const std::string body : {"", "{", "[]", "null", "{}"}) {
      EXPECT_THAT(refusal("InvokeModel", body, called(family)),
                  HasSubstr("Malformed input request"));
    }
  }
}

TEST_F(Conversing, PromptsReachTheRules) {
  script::Rule rule{"a.yaml:4", {}, {answer("matched")}};
  rule.when.prompt = "*look at*this*";
  runtime.use(script::Script({{"*", {}, {rule}}, {"us.*", {}, {rule}}}));
  for (const Spoken& family : all_spoken()) {
    EXPECT_THAT(
        call("InvokeModel", body_for(family.model, "Please look at this"), called(family)).body,
        HasSubstr("matched"))
        << family.model;
  }
}

TEST_F(Conversing, ADefaultLimitHoldsWhereNoneIsAsked) {
  script({answer(script::Tokens{9'000})});
  const auto tokens = [&](const std::string& model, const std::string& body) {
    return call("InvokeModel", body, model).header("X-Amzn-Bedrock-Output-Token-Count");
  };
  EXPECT_EQ(tokens("amazon.titan-text-lite-v1", R"({"inputText":"Hi"})"), "512");
  EXPECT_EQ(tokens("meta.llama3-1-70b-instruct-v1:0", R"({"prompt":"Hi"})"), "512");
  EXPECT_EQ(tokens("mistral.mistral-7b-instruct-v0:2", R"({"prompt":"Hi"})"), "512");
  EXPECT_EQ(tokens("ai21.jamba-1-5-mini-v1:0", R"({"messages":[{"role":"user","content":"Hi"}]})"),
            "4096");
}

}  // namespace
}  // namespace bedlam::bedrock::test
