// What Claude refuses: the members of a Messages body, messages, tools, sampling and thinking, by
// generation. Texts: the public threads named beside them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::StartsWith;

using ClaudeRefusals = RuntimeTest;

constexpr const char* kOpus46 = "us.anthropic.claude-opus-4-6-v1";
constexpr const char* kOpus48 = "us.anthropic.claude-opus-4-8";
constexpr const char* kThinking37 = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
constexpr const char* kTheModelSays = "The model returned the following errors: ";

// In public logs: required key […] not found, extraneous key […] is not permitted, expected type:
// …, found: …; what stands before them where there are `messages`: AnthropicSwiftSDK 19, code-gpt
// 300, celi 91. The sentences on ranges are unverified and pinned here only so that they do not
// drift.
TEST_F(ClaudeRefusals, InvokeModelBodies) {
  const auto malformed = [](const std::string& detail) {
    return "Malformed input request" + (detail.empty() ? "" : ": " + detail) +
           ", please reformat your input and try again.";
  };
  const auto in_messages = [&](const std::string& detail) {
    return malformed(R"(#: subject must not be valid against schema {"required":["messages"]})" +
                     detail);
  };
  EXPECT_EQ(refusal("InvokeModel", "{"), malformed(""));
  EXPECT_EQ(refusal("InvokeModel", ""), malformed(""));
  EXPECT_EQ(refusal("InvokeModel", "[]"),
            malformed("#: expected type: JSONObject, found: JSONArray"));
  EXPECT_EQ(refusal("InvokeModelWithResponseStream", R"({"max_tokens":1,"messages":[]})"),
            in_messages("#: required key [anthropic_version] not found"));
  // aws-sdk-net 3384: without `messages` it is one of Text Completions.
  EXPECT_EQ(refusal("InvokeModel", R"({"Messages":[]})"),
            malformed("#: required key [prompt] not found"
                      "#: required key [max_tokens_to_sample] not found"
                      "#: extraneous key [Messages] is not permitted"));
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, R"(,"max_gen_len":5)")),
            in_messages("#: extraneous key [max_gen_len] is not permitted"));
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 0)),
            in_messages("#/max_tokens: 0 is not greater or equal to 1"));
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, R"(,"temperature":1.5)")),
            in_messages("#/temperature: 1.5 is not less or equal to 1"));
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, R"(,"top_p":"much")")),
            in_messages("#/top_p: expected type: Number, found: String"));
}

// new-api 3339, claude-code 49548, anthropic-sdk-python 893; other ranges and types unverified.
TEST_F(ClaudeRefusals, InvokeModelBodiesOfLaterModels) {
  for (const std::string model :
       {"anthropic.claude-sonnet-4-20250514-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0"}) {
    const auto refused = [&](const std::string& more, int max_tokens = 10) {
      return refusal("InvokeModel", messages_body("Hi", max_tokens, more), model);
    };
    EXPECT_EQ(refusal("InvokeModel", R"({"max_tokens":1,"messages":[]})", model),
              "anthropic_version: Field required");
    EXPECT_EQ(refusal("InvokeModelWithResponseStream",
                      R"({"anthropic_version":"bedrock-2023-05-31","messages":[]})", model),
              "max_tokens: Field required");
    EXPECT_EQ(refused(R"(,"max_gen_len":5)"), "max_gen_len: Extra inputs are not permitted");
    EXPECT_EQ(refused(R"(,"context_management":{})"),
              "context_management: Extra inputs are not permitted");
    EXPECT_EQ(call("InvokeModel",
                   messages_body("Hi", 10,
                                 R"(,"context_management":{},)"
                                 R"("anthropic_beta":["context-management-2025-06-27"])"),
                   model)
                  .status,
              200);
    EXPECT_EQ(refused(R"(,"temperature":1.5)"), "temperature: range: 0..1");
    EXPECT_EQ(refused(R"(,"temperature":"hot")"), "temperature: Input should be a valid number");
    EXPECT_EQ(refused("", 0), "max_tokens: Input should be greater than or equal to 1");
    EXPECT_EQ(refusal("InvokeModel", "{", model),
              "Malformed input request, please reformat your input and try again.");
  }
}

// langchain 18513 (Claude 3), bifrost 1534 (Claude 4.5).
TEST_F(ClaudeRefusals, BodiesOfTextCompletions) {
  const std::string body = R"({"prompt":"\n\nHuman: Hi\n\nAssistant:","max_tokens_to_sample":10})";
  EXPECT_EQ(refusal("InvokeModel", body, "anthropic.claude-3-sonnet-20240229-v1:0"),
            "\"claude-3-sonnet-20240229\" is not supported on this API. Please use the Messages "
            "API instead.");
  EXPECT_EQ(refusal("InvokeModelWithResponseStream", body,
                    "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
            "\"claude-sonnet-4-5-20250929\" is not supported on this API. Please use the Messages "
            "API instead.");
  EXPECT_EQ(refusal("InvokeModel", "{}", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
            "anthropic_version: Field required");
}

TEST_F(ClaudeRefusals, TheModelsOwnTexts) {
  const auto with_messages = [](const std::string& messages) {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":)" + messages +
           "}";
  };
  const auto with_image = [&](const std::string& type, const std::string& data) {
    return with_messages(R"([{"role":"user","content":[{"type":"image","source":{"type":"base64",)"
                         R"("media_type":")" +
                         type + R"(","data":")" + data + R"("}}]}])");
  };
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 8192)),
            "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for "
            "claude-3-haiku-20240307");
  EXPECT_EQ(refusal("InvokeModel", with_messages("[]")),
            "messages: at least one message is required");
  EXPECT_EQ(refusal("InvokeModel", with_messages(R"([{"role":"assistant","content":"Hi"}])")),
            "messages: first message must use the \"user\" role");
  EXPECT_THAT(refusal("InvokeModel", with_messages(R"([{"role":"system","content":"Hi"}])")),
              StartsWith("messages: Unexpected role \"system\"."));
  EXPECT_EQ(refusal("InvokeModel", with_messages(R"([{"role":"user"}])")),
            "messages.0.content: Field required");
  EXPECT_EQ(refusal("InvokeModel",
                    with_messages(R"([{"role":"user","content":[{"type":"text","text":""}]}])")),
            "messages: text content blocks must be non-empty");
  // ziya 24 (2025).
  EXPECT_EQ(refusal("InvokeModel", with_messages(R"([{"role":"user","content":[]}])")),
            R"(Malformed input request: #: subject must not be valid against schema )"
            R"({"required":["messages"]}#/messages/0/content: expected type: String, found: )"
            R"(JSONArray#/messages/0/content: expected minimum item count: 1, found: 0, please )"
            R"(reformat your input and try again.)");
  EXPECT_EQ(refusal("InvokeModel", with_messages(R"([{"role":"user","content":[]}])"), kOpus46),
            "messages.0: all messages must have non-empty content except for the optional final "
            "assistant message");
  EXPECT_EQ(refusal("InvokeModel", with_image("image/bmp", std::string(kPng))),
            "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', "
            "'image/png', 'image/gif' or 'image/webp'");
  EXPECT_EQ(
      refusal("InvokeModel", with_image("image/jpeg", std::string(kPng))),
      "messages.0.content.0.image.source.base64.data: Image does not match the provided media "
      "type image/jpeg");
  EXPECT_EQ(refusal("InvokeModel", with_image("image/png", "aGVsbG8=")), "Could not process image");
  EXPECT_THAT(refusal("InvokeModel", with_image("image/png", "%%%")),
              StartsWith("messages.0.content.0.image.source.base64"));
}

// Quoted in public logs where docs/fidelity.md does not say otherwise.
TEST_F(ClaudeRefusals, OfClaudesToolsAndThinking) {
  const auto refused = [&](const std::string& more, int max_tokens = 2000) {
    return refusal("InvokeModel", messages_body("Hi", max_tokens, more), kThinking37);
  };
  const std::string tool = R"({"name":"get_time","input_schema":{"type":"object"}})";
  EXPECT_EQ(
      refusal("InvokeModel", R"({"anthropic_version":"claude-3-sonnet-20240229-v1:0",)"
                             R"("max_tokens":10,"messages":[{"role":"user","content":"Hi"}]})"),
      "Invalid API version: claude-3-sonnet-20240229-v1:0");
  EXPECT_EQ(refused(R"(,"tools":[)" + tool + R"(,{"name":"the time","input_schema":{}}])"),
            "tools.1.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'");
  EXPECT_EQ(refused(R"(,"tools":[)" + tool + "," + tool + "]"),
            "tools: Tool names must be unique.");
  EXPECT_EQ(refused(R"(,"tools":[)" + tool + R"(],"tool_choice":{"type":"tool","name":"sing"})"),
            "Tool 'sing' not found in provided tools");
  EXPECT_EQ(refused(R"(,"tool_choice":{"type":"any"})"),
            "tool_choice may only be specified while providing tools");
  EXPECT_EQ(refused(R"(,"thinking":{"type":"enabled","budget_tokens":1023})"),
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
  const std::string too_much =
      "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our "
      "documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
      "#max-tokens-and-context-window-size";
  EXPECT_EQ(refused(R"(,"thinking":{"type":"enabled","budget_tokens":2000})"), too_much);
  EXPECT_EQ(refusal("Converse",
                    converse_body("Hi", R"(,"inferenceConfig":{"maxTokens":1024},)"
                                        R"("additionalModelRequestFields":{"thinking":)"
                                        R"({"type":"enabled","budget_tokens":1024}})"),
                    kThinking37),
            "The model returned the following errors: " + too_much);
  EXPECT_EQ(refused(R"(,"thinking":{"type":"enabled","budget_tokens":1024},"tools":[)" + tool +
                    R"(],"tool_choice":{"type":"any"})"),
            "Thinking may not be enabled when tool_choice forces tool use.");
  EXPECT_EQ(  // strands harness-sdk 1495
      refusal(
          "Converse",
          converse_body("Hi", R"(,"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":)"
                              R"({"json":{"type":"object"}}}}],"toolChoice":{"any":{}}},)"
                              R"("additionalModelRequestFields":{"thinking":)"
                              R"({"type":"enabled","budget_tokens":1024}})"),
          kThinking37),
      std::string(kTheModelSays) + "Thinking may not be enabled when tool_choice forces tool use.");
}

TEST_F(ClaudeRefusals, WhiteSpaceBehindTheLastText) {
  const std::string text = "messages: final assistant content cannot end with trailing whitespace";
  EXPECT_EQ(refusal("InvokeModel",
                    R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[)"
                    R"({"role":"user","content":"Hi"},{"role":"assistant","content":"So "}]})"),
            text);
  const std::string converse = R"({"messages":[{"role":"user","content":[{"text":"Hi"}]},)"
                               R"({"role":"assistant","content":[{"text":"So\n"}]}]})";
  EXPECT_EQ(refusal("Converse", converse), "The model returned the following errors: " + text);
  EXPECT_EQ(call("Converse", converse, "amazon.nova-lite-v1:0").status, 200) << "Claude's alone";
}

TEST_F(ClaudeRefusals, BlankStopSequencesOfClaude) {
  const std::string text = "stop_sequences: each stop sequence must contain non-whitespace";
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, R"(,"stop_sequences":["|"," "])")),
            text);
  const std::string converse =
      converse_body("Hi", R"(,"inferenceConfig":{"stopSequences":["|","\n"]})");
  EXPECT_EQ(refusal("Converse", converse), kTheModelSays + text);
  EXPECT_EQ(call("Converse", converse, "amazon.nova-lite-v1:0").status, 200) << "Claude's alone";
}

// aider 3720 (Bedrock, 2025), opencode-claude-bridge 1 (2026).
TEST_F(ClaudeRefusals, OtherTemperaturesWithThinking) {
  const std::string text = "temperature may only be set to 1 when thinking is enabled.";
  const std::string thinking = R"("thinking":{"type":"enabled","budget_tokens":1024})";
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 2000, R"(,"temperature":0.3,)" + thinking),
                    kThinking37),
            text);
  EXPECT_EQ(
      call("InvokeModel", messages_body("Hi", 2000, R"(,"temperature":1,)" + thinking), kThinking37)
          .status,
      200);
  EXPECT_EQ(
      refusal("InvokeModel",
              messages_body("Hi", 2000, R"(,"temperature":0.3,"thinking":{"type":"adaptive"})"),
              kOpus46),
      "temperature may only be set to 1 when thinking is enabled or in adaptive mode");
  const auto converse = [&](const std::string& inference, const std::string& fields) {
    return converse_body("Hi", R"(,"inferenceConfig":{)" + inference +
                                   R"(},"additionalModelRequestFields":{)" + fields + "}");
  };
  EXPECT_EQ(refusal("Converse", converse(R"("temperature":0.3)", thinking), kThinking37),
            kTheModelSays + text);
  EXPECT_EQ(refusal("Converse", converse("", R"("temperature":0.3,)" + thinking), kThinking37),
            kTheModelSays + text);
  EXPECT_EQ(call("Converse", converse(R"("temperature":1.0)", thinking), kThinking37).status, 200);
}

// n8n 14288 and forgecode 3472 of Bedrock, quarkus-langchain4j 1812 of Anthropic's API; `top_k` of
// Claude 3.7 is unverified.
TEST_F(ClaudeRefusals, OtherSamplingWithThinking) {
  const std::string thinking = R"("thinking":{"type":"enabled","budget_tokens":1024})";
  const std::string adaptive = R"("thinking":{"type":"adaptive"})";
  const std::string see =
      "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/"
      "extended-thinking#important-considerations-when-using-extended-thinking";
  const auto body = [](const std::string& more) { return messages_body("Hi", 2000, "," + more); };
  EXPECT_EQ(refusal("InvokeModel", body(R"("top_p":1,)" + thinking), kThinking37),
            "top_p must be unset when thinking is enabled.");
  EXPECT_EQ(refusal("InvokeModel", body(R"("top_k":9,)" + thinking), kThinking37),
            "top_k must be unset when thinking is enabled.");
  EXPECT_EQ(
      refusal("Converse",
              converse_body("Hi", R"(,"inferenceConfig":{"topP":0.9},)"
                                  R"("additionalModelRequestFields":{)" +
                                      adaptive + "}"),
              kOpus46),
      kTheModelSays +
          ("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in "
           "adaptive mode. " +
           see));
  EXPECT_EQ(call("InvokeModel", body(R"("top_p":0.95,)" + adaptive), kOpus46).status, 200);
  EXPECT_EQ(refusal("InvokeModel", body(R"("top_k":9,)" + thinking),
                    "us.anthropic.claude-opus-4-1-20250805-v1:0"),
            "`top_k` must be unset when thinking is enabled. " + see);
  EXPECT_EQ(
      call("InvokeModel", messages_body("Hi", 10, R"(,"top_k":9,"top_p":0.5)"), kOpus46).status,
      200)
      << "without thinking";
}

// litellm 15070, bedrock-access-gateway 191, BoltAI 399 (Opus 4.1), lobehub 9523 (InvokeModel).
TEST_F(ClaudeRefusals, TemperatureBesideTopP) {
  const std::string text =
      "`temperature` and `top_p` cannot both be specified for this model. Please use only one.";
  const std::string both = messages_body("Hi", 10, R"(,"temperature":0.5,"top_p":0.5)");
  const std::string converse =
      converse_body("Hi", R"(,"inferenceConfig":{"temperature":0.5,"topP":0.5})");
  const std::string fields = converse_body("Hi", R"(,"inferenceConfig":{"temperature":0.5},)"
                                                 R"("additionalModelRequestFields":{"top_p":0.5})");
  for (const char* model :
       {"us.anthropic.claude-opus-4-1-20250805-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "us.anthropic.claude-sonnet-4-6"}) {
    EXPECT_EQ(refusal("InvokeModel", both, model), text) << model;
    EXPECT_EQ(refusal("Converse", converse, model), kTheModelSays + text) << model;
    EXPECT_EQ(refusal("ConverseStream", fields, model), kTheModelSays + text) << model;
  }
  for (const char* model :
       {"anthropic.claude-3-haiku-20240307-v1:0", "us.anthropic.claude-sonnet-4-20250514-v1:0"}) {
    EXPECT_EQ(call("InvokeModel", both, model).status, 200) << model;
    EXPECT_EQ(call("Converse", converse, model).status, 200) << model;
  }
}

// cline 10572, obsidian-copilot 2600, promptfoo 10307; what passes: llmgateway 3108.
TEST_F(ClaudeRefusals, SamplingOfModelsThatHaveNone) {
  const auto text = [](const std::string& name) {
    return "`" + name + "` is deprecated for this model.";
  };
  EXPECT_EQ(refusal("InvokeModelWithResponseStream", messages_body("Hi", 10, R"(,"temperature":0)"),
                    kOpus48),
            text("temperature"));
  EXPECT_EQ(refusal("Converse", converse_body("Hi", R"(,"inferenceConfig":{"temperature":0.7})"),
                    "us.anthropic.claude-opus-5"),
            kTheModelSays + text("temperature"));
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, R"(,"top_p":0.9)"), kOpus48),
            text("top_p"));
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, R"(,"top_k":9)"), kOpus48),
            text("top_k"));
  EXPECT_EQ(call("InvokeModel", messages_body("Hi", 10, R"(,"temperature":1)"), kOpus48).status,
            200);
  EXPECT_EQ(call("InvokeModel", messages_body("Hi", 10, R"(,"temperature":0)"), kOpus46).status,
            200);
}

// strands harness-sdk 1856 (Sonnet 4.5), claude-code 63546 (Opus 4.8).
TEST_F(ClaudeRefusals, KindsOfThinking) {
  const std::string enabled = R"({"thinking":{"type":"enabled","budget_tokens":1024}})";
  const std::string adaptive = R"({"thinking":{"type":"adaptive"}})";
  const auto with = [](const std::string& fields) {
    return converse_body("Hi", R"(,"additionalModelRequestFields":)" + fields);
  };
  EXPECT_EQ(
      refusal("Converse", with(adaptive), "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
      std::string(kTheModelSays) +
          "thinking: Input tag 'adaptive' found using 'type' does not match any of the expected "
          "tags: 'disabled', 'enabled'");
  EXPECT_EQ(refusal("Converse", with(enabled), kOpus48),
            std::string(kTheModelSays) +
                "\"thinking.type.enabled\" is not supported for this model. Use "
                "\"thinking.type.adaptive\" and \"output_config.effort\" to control thinking "
                "behavior.");
  for (const auto& [model, fields] :
       {std::pair(kOpus48, adaptive), std::pair(kOpus46, adaptive), std::pair(kOpus46, enabled)}) {
    EXPECT_EQ(call("Converse", with(fields), model).status, 200) << model << fields;
  }
}

// opencode 29760 (Opus 4.6); with tools collmbo 12 (Claude 3.5, 2024).
TEST_F(ClaudeRefusals, AnAnswerBegunByTheCaller) {
  const std::string text =
      "This model does not support assistant message prefill. The conversation must end with a "
      "user message.";
  const auto begun = [](const std::string& more) {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":)"
           R"("user","content":"Hi"},{"role":"assistant","content":"So"}])" +
           more + "}";
  };
  const std::string converse = R"({"messages":[{"role":"user","content":[{"text":"Hi"}]},)"
                               R"({"role":"assistant","content":[{"text":"So"}]}]})";
  for (const char* model : {kOpus46, kOpus48, "us.anthropic.claude-sonnet-5"}) {
    EXPECT_EQ(refusal("InvokeModel", begun(""), model), text) << model;
    EXPECT_EQ(refusal("Converse", converse, model), kTheModelSays + text) << model;
  }
  for (const char* model :
       {"anthropic.claude-3-haiku-20240307-v1:0", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"}) {
    EXPECT_EQ(call("InvokeModel", begun(""), model).status, 200) << model;
    EXPECT_EQ(call("Converse", converse, model).status, 200) << model;
  }
  EXPECT_EQ(
      refusal("InvokeModel", begun(R"(,"tools":[{"name":"t","input_schema":{"type":"object"}}])")),
      "Your API request included an `assistant` message in the final position, which would "
      "pre-fill the `assistant` response. When using tools, pre-filling the `assistant` "
      "response is not supported.");
}

// opencode 3077 (Bedrock, 2025).
TEST_F(ClaudeRefusals, TurnsWithoutTheirThinking) {
  const auto text = [](const std::string& found) {
    return "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `" +
           found +
           "`. When `thinking` is enabled, a final `assistant` message must start with a thinking "
           "block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We "
           "recommend you include thinking blocks from previous turns. To avoid this requirement, "
           "disable `thinking`. Please consult our documentation at "
           "https://docs.claude.com/en/docs/build-with-claude/extended-thinking";
  };
  const auto messages = [](const std::string& first, const std::string& more = "") {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":2000,"thinking":)"
           R"({"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"Hi"},)"
           R"({"role":"assistant","content":[)" +
           first +
           R"({"type":"tool_use","id":"t","name":"t","input":{}}]},{"role":"user","content":)"
           R"([{"type":"tool_result","tool_use_id":"t","content":"x"}]})" +
           more + "]}";
  };
  const std::string thought = R"({"type":"thinking","thinking":"Hm.","signature":"s"},)";
  const std::string another =
      R"(,{"role":"assistant","content":[{"type":"tool_use","id":"u","name":"t","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"u","content":"x"}]})";
  EXPECT_EQ(refusal("InvokeModel", messages(""), kThinking37), text("tool_use"));
  EXPECT_EQ(refusal("InvokeModel", messages(R"({"type":"text","text":"So"},)"), kThinking37),
            text("text"));
  EXPECT_EQ(call("InvokeModel", messages(thought), kThinking37).status, 200);
  EXPECT_EQ(call("InvokeModel", messages(thought, another), kThinking37).status, 200) << "one turn";
  const std::string over =
      R"(,{"role":"assistant","content":"So."},{"role":"user","content":"Ok"})";
  EXPECT_EQ(call("InvokeModel", messages("", over), kThinking37).status, 200)
      << "a turn that is over";
  const auto converse = [](const std::string& first) {
    return R"({"messages":[{"role":"user","content":[{"text":"Hi"}]},{"role":"assistant",)"
           R"("content":[)" +
           first +
           R"({"toolUse":{"toolUseId":"t","name":"t","input":{}}}]},{"role":"user","content":)"
           R"([{"toolResult":{"toolUseId":"t","content":[{"text":"x"}]}}]}],"toolConfig":{"tools":)"
           R"([{"toolSpec":{"name":"t","inputSchema":{"json":{"type":"object"}}}}]},)"
           R"("additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1024}}})";
  };
  EXPECT_EQ(refusal("Converse", converse(""), kThinking37), kTheModelSays + text("tool_use"));
  const std::string reasoning =
      R"({"reasoningContent":{"reasoningText":{"text":"Hm.","signature":"s"}}},)";
  EXPECT_EQ(call("Converse", converse(reasoning), kThinking37).status, 200);
}

// claude-code 7796 and 13460, continue 11929.
TEST_F(ClaudeRefusals, ResultsThatDoNotAnswerTheCalls) {
  const auto body = [](const std::string& calls, const std::string& results) {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":)"
           R"("user","content":"Hi"},{"role":"assistant","content":[{"type":"text","text":"So"})" +
           calls + R"(]},{"role":"user","content":[{"type":"text","text":"Ok"})" + results + "]}]}";
  };
  const auto call_of = [](const std::string& id) {
    return R"(,{"type":"tool_use","id":")" + id + R"(","name":"t","input":{}})";
  };
  const auto result_of = [](const std::string& id) {
    return R"(,{"type":"tool_result","tool_use_id":")" + id + R"(","content":"x"})";
  };
  const std::string both = call_of("toolu_1") + call_of("toolu_2");
  EXPECT_EQ(call("InvokeModel", body(both, result_of("toolu_2") + result_of("toolu_1"))).status,
            200);
  EXPECT_EQ(refusal("InvokeModel", body(both, "")),
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: "
            "toolu_1, toolu_2. Each `tool_use` block must have a corresponding `tool_result` block "
            "in the next message.");
  EXPECT_EQ(refusal("InvokeModel", body(call_of("toolu_1"), result_of("toolu_1") + result_of("a"))),
            "messages.2.content.2: unexpected `tool_use_id` found in `tool_result` blocks: a. Each "
            "`tool_result` block must have a corresponding `tool_use` block in the previous "
            "message.");
  EXPECT_EQ(refusal("InvokeModel", body("", result_of("a"))),
            "messages.2.content.1: unexpected `tool_use_id` found in `tool_result` blocks: a. Each "
            "`tool_result` block must have a corresponding `tool_use` block in the previous "
            "message.");
}

}  // namespace
}  // namespace bedlam::bedrock::test
