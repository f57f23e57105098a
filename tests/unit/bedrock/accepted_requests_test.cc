// Requests that AWS takes, family by family: that none is refused here. Bodies: the Bedrock and
// Nova user guides' pages of each model's parameters, Anthropic's pages that they name, and public
// clients.
#include <gtest/gtest.h>

#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

constexpr const char* kTakenSonnet37 = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";
constexpr const char* kTakenSonnet45 = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
constexpr const char* kTakenOpus46 = "us.anthropic.claude-opus-4-6-v1";
constexpr const char* kTakenProfile =
    "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6";

class AcceptedRequests : public RuntimeTest {
 protected:
  void invoked(const std::string& model, const std::string& body) {
    const Delivered reply = call("InvokeModel", body, model);
    EXPECT_EQ(reply.status, 200) << model << " " << body << "\n" << reply.body;
  }
  void conversed(const std::string& model, const std::string& more) {
    const Delivered reply = call("Converse", converse_body("Hi", more), model);
    EXPECT_EQ(reply.status, 200) << model << " " << more << "\n" << reply.body;
  }
};

// Bedrock user guide, Claude 3.7 Sonnet: "up to 128K" tokens with the beta.
TEST_F(AcceptedRequests, LongAnswersOfClaude37) {
  const std::string beta = R"("anthropic_beta":["output-128k-2025-02-19"])";
  invoked(kTakenSonnet37, messages_body("Hi", 128'000, "," + beta));
  conversed(kTakenSonnet37, R"(,"inferenceConfig":{"maxTokens":128000},)"
                            R"("additionalModelRequestFields":{)" +
                                beta + "}");
  EXPECT_NE(refusal("InvokeModel", messages_body("Hi", 128'000), kTakenSonnet37), "");
  EXPECT_NE(refusal("Converse", converse_body("Hi", R"(,"inferenceConfig":{"maxTokens":128000})"),
                    kTakenSonnet37),
            "");
}

// Anthropic API, "Define tools": names of up to 128 letters.
TEST_F(AcceptedRequests, LongNamesOfTools) {
  const auto with_name = [](std::size_t length) {
    return messages_body("Hi", 10,
                         R"(,"tools":[{"name":")" + std::string(length, 'a') +
                             R"(","input_schema":{"type":"object"}}])");
  };
  invoked(kTakenSonnet45, with_name(128));
  EXPECT_EQ(refusal("InvokeModel", with_name(129), kTakenSonnet45),
            "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
}

// Anthropic API, "Compaction" and "Tool search tool": blocks are handed back as they came.
TEST_F(AcceptedRequests, BlocksOfCompactionAndToolSearch) {
  const auto said = [](const std::string& assistant, const std::string& user,
                       const std::string& more) {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[)"
           R"({"role":"user","content":"Hi"},{"role":"assistant","content":[)" +
           assistant + R"(]},{"role":"user","content":)" + user + "}]" + more + "}";
  };
  invoked(
      kTakenOpus46,
      said(R"({"type":"compaction","content":"So far"},{"type":"text","text":"Hm"})", R"("Go on")",
           R"(,"anthropic_beta":["compact-2026-01-12"],)"
           R"("context_management":{"edits":[{"type":"compact_20260112"}]})"));
  const std::string beta = R"(,"anthropic_beta":["tool-search-tool-2025-10-19"])";
  const std::string call_of_tool =
      R"({"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}})";
  invoked(kTakenSonnet45,
          said(R"({"type":"server_tool_use","id":"srvtoolu_1","name":"tool_search_tool_regex",)"
               R"("input":{"pattern":"w"}},)"
               R"({"type":"tool_search_tool_result","tool_use_id":"srvtoolu_1","content":)"
               R"({"type":"tool_search_tool_search_result","tool_references":[)"
               R"({"type":"tool_reference","tool_name":"get_weather"}]}},)" +
                   call_of_tool,
               R"([{"type":"tool_result","tool_use_id":"toolu_1","content":"15"}])", beta));
  invoked(kTakenSonnet45, said(call_of_tool,
                               R"([{"type":"tool_result","tool_use_id":"toolu_1","content":)"
                               R"([{"type":"tool_reference","tool_name":"get_time"}]}])",
                               beta));
}

// Before it was `output_config.format` (Anthropic API, "Structured outputs").
TEST_F(AcceptedRequests, OutputFormatWithItsBeta) {
  const std::string format = R"(,"output_format":{"type":"json_schema","schema":{}})";
  invoked(
      kTakenSonnet45,
      messages_body("Hi", 10, format + R"(,"anthropic_beta":["structured-outputs-2025-11-13"])"));
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, format), kTakenSonnet45),
            "output_format: Extra inputs are not permitted");
}

// Members that clients of these models send, of their makers' own APIs; bodies of the guides.
TEST_F(AcceptedRequests, ChatBodies) {
  const std::string back =
      R"({"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":null,)"
      R"("refusal":null,"annotations":[],"reasoning":"Hm","tool_calls":[{"id":"call_1",)"
      R"("type":"function","function":{"name":"w","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"call_1","content":"15"}],"max_tokens":10)";
  for (const std::string model : {"openai.gpt-oss-20b-1:0", "qwen.qwen3-32b-v1:0",
                                  "deepseek.v3-v1:0", "moonshot.kimi-k2-thinking",
                                  "mistral.mistral-large-2407-v1:0", "ai21.jamba-1-5-mini-v1:0"}) {
    invoked(model, back + "}");
    invoked(model, back + R"(,"stop":"x"})");
    conversed(model, R"(,"system":[{"text":"Be brief."}],"inferenceConfig":{"maxTokens":100})");
  }
  invoked("openai.gpt-oss-20b-1:0", back + R"(,"stream_options":null,"tools":null})");
  invoked("mistral.mistral-large-2407-v1:0", back + R"(,"random_seed":1,"safe_prompt":false})");
  const Delivered said = call("InvokeModel", back + "}", "qwen.qwen3-32b-v1:0");
  EXPECT_EQ(said.json()["object"], "chat.completion") << said.body;
}

// Their cards: pictures among the inputs.
TEST_F(AcceptedRequests, PicturesForModelsThatSee) {
  const std::string body =
      R"({"messages":[{"role":"user","content":[{"image":{"format":"png","source":{"bytes":")" +
      std::string(kPng) + R"("}}},{"text":"What is it?"}]}]})";
  for (const std::string model : {"mistral.mistral-large-3-675b-instruct",
                                  "mistral.magistral-small-2509", "google.gemma-3-27b-it"}) {
    EXPECT_EQ(call("Converse", body, model).status, 200) << model;
  }
}

// Bedrock user guide, model-parameters-embed-v4 and -titan-embed-mm.
TEST_F(AcceptedRequests, EmbeddingsOfTextsAndPictures) {
  const std::string png(kPng);
  const std::string inputs = R"({"input_type":"search_document","inputs":[{"content":[)"
                             R"({"type":"text","text":"Hi"},{"type":"image_url","image_url":)"
                             R"("data:image/png;base64,)" +
                             png + R"("}]}],"output_dimension":256})";
  const Delivered cohere = call("InvokeModel", inputs, "cohere.embed-v4:0");
  ASSERT_EQ(cohere.status, 200) << cohere.body;
  EXPECT_EQ(cohere.json()["embeddings"][0].size(), 256U);
  const Delivered titan = call("InvokeModel",
                               R"({"inputText":"Hi","inputImage":")" + png +
                                   R"(","embeddingConfig":{"outputEmbeddingLength":384}})",
                               "amazon.titan-embed-image-v1");
  ASSERT_EQ(titan.status, 200) << titan.body;
  EXPECT_EQ(titan.json()["embedding"].size(), 384U);
}

// Nova user guide, image-gen-vto; the cards of Premier and Nova 2.
TEST_F(AcceptedRequests, Nova) {
  const std::string message = R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}])";
  invoked("us.amazon.nova-premier-v1:0", message + R"(,"inferenceConfig":{"maxTokens":25000}})");
  conversed("us.amazon.nova-premier-v1:0", R"(,"inferenceConfig":{"maxTokens":25000})");
  conversed("ca.amazon.nova-lite-v1:0", "");
  const std::string reasoning =
      R"("reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"})";
  invoked("us.amazon.nova-2-lite-v1:0", message + "," + reasoning + "}");
  invoked("us.amazon.nova-2-lite-v1:0", message + R"(,"inferenceConfig":{)" + reasoning + "}}");
  const std::string png(kPng);
  invoked("amazon.nova-canvas-v1:0",
          R"({"taskType":"VIRTUAL_TRY_ON","virtualTryOnParams":{"sourceImage":")" + png +
              R"(","referenceImage":")" + png +
              R"(","maskType":"GARMENT","garmentBasedMask":{"garmentClass":"UPPER_BODY"}}})");
}

// Nothing tells which model is behind: a body of any family is served as that family's.
TEST_F(AcceptedRequests, BodiesForModelsThatAnArnHides) {
  const std::string hi = R"({"role":"user","content":"Hi"})", nova =
                                                                  R"({"role":"user",)"
                                                                  R"("content":[{"text":"Hi"}]})";
  for (const std::string arn :
       {kTakenProfile, "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/a1b2c3d4e5f6",
        "arn:aws:bedrock:us-east-1:111122223333:imported-model/a1b2c3d4e5f6"}) {
    for (const std::string& body : {
             messages_body("Hi"),
             messages_body("Hi", 64'000, R"(,"thinking":{"type":"adaptive"})"),
             R"({"messages":[)" + nova + R"(],"inferenceConfig":{"maxTokens":10}})",
             R"({"messages":[)" + hi + R"(],"max_tokens":10})",
             std::string(R"({"prompt":"Hi","max_gen_len":10})"),
             std::string(R"({"prompt":"Hi","max_tokens":10,"top_k":5})"),
             std::string(R"({"inputText":"Hi"})"),
             std::string(R"({"inputText":"Hi","dimensions":256})"),
             std::string(R"({"message":"Hi"})"),
             std::string(R"({"texts":["Hi"],"input_type":"search_query"})"),
             std::string(R"({"taskType":"TEXT_IMAGE","textToImageParams":{"text":"Hi"},)"
                         R"("imageGenerationConfig":{"width":512,"height":512}})"),
         }) {
      invoked(arn, body);
    }
    for (const std::string more :
         {R"(,"inferenceConfig":{"maxTokens":64000},)"
          R"("additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2000}})",
          R"(,"additionalModelRequestFields":{"thinking":{"type":"adaptive"}})",
          R"(,"additionalModelRequestFields":{"inferenceConfig":{"topK":5}})",
          R"(,"additionalModelRequestFields":{"reasoning_effort":"low"})",
          R"(,"system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}}])"}) {
      conversed(arn, more);
    }
  }
  EXPECT_EQ(call("InvokeModel", R"({"inputText":"Hi","textGenerationConfig":{}})", kTakenProfile)
                .json()
                .contains("results"),
            true);
  // What no model takes is refused as Claude refuses it.
  EXPECT_EQ(refusal("InvokeModel", R"({"nope":1})", kTakenProfile),
            "Malformed input request: #: required key [prompt] not found#: required key "
            "[max_tokens_to_sample] not found#: extraneous key [nope] is not permitted, please "
            "reformat your input and try again.");
}

}  // namespace
}  // namespace bedlam::bedrock::test
