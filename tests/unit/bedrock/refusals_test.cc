// Bad requests and what AWS says to them. Texts: facts (bedrock-runtime.md section 3) and the
// public threads named beside them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "emulator/bedrock/errors.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using testing::StartsWith;

using Refusals = RuntimeTest;

constexpr const char* kInvalidModel = "The provided model identifier is invalid.";

TEST_F(Refusals, ServesEveryFormOfAModelId) {
  for (const std::string id :
       {"anthropic.claude-3-sonnet-20240229-v1:0", "anthropic.claude-v2", "anthropic.claude-next",
        "us.anthropic.claude-3-5-sonnet-20240620-v1:0", "eu.anthropic.claude-3-haiku-20240307-v1:0",
        "apac.anthropic.claude-3-haiku-20240307-v1:0",
        "jp.anthropic.claude-haiku-4-5-20251001-v1:0",
        "global.anthropic.claude-haiku-4-5-20251001-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        "arn:aws:bedrock:us-east-1:111122223333:inference-profile/"
        "us.anthropic.claude-3-haiku-20240307-v1:0",
        "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2c3d4e5f6",
        "arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ:1",
        "arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ",
        "arn:aws:bedrock:us-east-1:111122223333:prompt-router/abc",
        "arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1",
        "arn:aws:sagemaker:us-east-1:111122223333:endpoint/my-endpoint"}) {
    EXPECT_EQ(call("InvokeModel", messages_body("Hi"), id).status, 200) << id;
    EXPECT_EQ(call("Converse", converse_body("Hi"), id).status, 200) << id;
  }
  for (const std::string id :
       {"claude-3-haiku", "acme.model-v1:0", "xx.anthropic.claude-3-haiku-20240307-v1:0",
        "anthropic.claude 3", "arn:aws:bedrock:us-east-1::foundation-model/acme.model-v1:0", ""}) {
    EXPECT_EQ(refusal("InvokeModel", messages_body("Hi"), id), kInvalidModel) << id;
  }
  EXPECT_EQ(refusal("Converse", converse_body("Hi"), "anthropic." + std::string(2048, 'a')),
            kInvalidModel);
}

// Converse, API reference: variables in place of messages, and nothing that the prompt defines.
TEST_F(Refusals, APromptOfPromptManagement) {
  const std::string prompt = "arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHIJ:1";
  script({answer("From the prompt.")}, "arn:aws:bedrock:*:prompt/*");
  const std::string variables = R"("promptVariables":{"town":{"text":"Paris"}})";
  const Json said = call("Converse", "{" + variables + "}", prompt).json();
  EXPECT_EQ(said["output"]["message"]["content"][0]["text"], "From the prompt.");
  EXPECT_EQ(call("Converse", "{}", prompt).status, 200);
  for (const std::string field :
       {R"("inferenceConfig":{"maxTokens":5})", R"("system":[{"text":"Be brief."}])",
        R"("additionalModelRequestFields":{"top_k":5})",
        R"("toolConfig":{"tools":[{"toolSpec":{"name":"a","inputSchema":{"json":{}}}}]})"}) {
    EXPECT_THAT(refusal("Converse", "{" + variables + "," + field + "}", prompt),
                testing::HasSubstr(field.substr(1, field.find(':') - 2)));
  }
  EXPECT_EQ(call("Converse", "{" + variables + "}").status, 400) << "a model needs messages";
}

TEST_F(Refusals, ConverseToolChoices) {
  const auto with = [](const std::string& choice) {
    return converse_body(
        "Hi",
        R"(,"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":{"json":{"type":"object"}}}}],)"
        R"("toolChoice":)" +
            choice + "}");
  };
  EXPECT_EQ(call("Converse", with(R"({"tool":{"name":"t"}})")).status, 200);
  EXPECT_EQ(refusal("Converse", with(R"({"tool":{"name":"u"}})")),
            "The model returned the following errors: Tool 'u' not found in provided tools");
  EXPECT_EQ(refusal("Converse", with(R"({"any":{}})"), "meta.llama3-1-70b-instruct-v1:0"),
            "This model doesn't support the toolConfig.toolChoice.any field. Remove "
            "toolConfig.toolChoice.any and try again.");
  EXPECT_EQ(call("Converse", with(R"({"auto":{}})"), "meta.llama3-1-70b-instruct-v1:0").status,
            200);
}

TEST_F(Refusals, NamesOfDocuments) {
  const auto named = [](const std::string& name) {
    return R"({"messages":[{"role":"user","content":[{"text":"Hi"},{"document":{"format":"txt",)"
           R"("name":")" +
           name + R"(","source":{"bytes":"SGk="}}}]}]})";
  };
  for (const char* name : {"report.pdf", "John's report", "two  spaces", "r\u00e9sum\u00e9"}) {
    EXPECT_EQ(refusal("Converse", named(name)),
              "The document file name can only contain alphanumeric characters, whitespace "
              "characters, hyphens, parentheses, and square brackets. The name can't contain more "
              "than one consecutive whitespace character. Check that the file name conforms to "
              "these restrictions and retry your request.")
        << name;
  }
  for (const char* name : {"report 2025-01 (final) [1]", "test_name"}) {
    EXPECT_EQ(call("Converse", named(name)).status, 200) << name;
  }
}

// Which models take what: Bedrock user guide, conversation-inference-supported-models-features, and
// the models' own pages. The words for documents: models.dev 6821.
TEST_F(Refusals, MediaThatAModelDoesNotTake) {
  const std::map<std::string, std::string> blocks{
      {"document", R"({"document":{"format":"txt","name":"a","source":{"bytes":"SGk="}}})"},
      {"audio", R"({"audio":{"format":"wav","source":{"bytes":"SGk="}}})"},
      {"video", R"({"video":{"format":"mp4","source":{"bytes":"SGk="}}})"},
      {"searchResult", R"({"searchResult":{"source":"s","title":"t","content":[{"text":"x"}],)"
                       R"("citations":{"enabled":true}}})"}};
  struct Taken {
    std::string model;
    std::set<std::string> blocks;
  };
  for (const auto& [model, taken] :
       std::vector<Taken>{{std::string(kHaiku), {"document", "searchResult"}},
                          {"amazon.titan-text-express-v1", {"document"}},
                          {"amazon.titan-text-premier-v1:0", {}},
                          {"amazon.nova-micro-v1:0", {}},
                          {"amazon.nova-lite-v1:0", {"document", "video"}},
                          {"ai21.jamba-instruct-v1:0", {}},
                          {"meta.llama3-1-70b-instruct-v1:0", {"document"}}}) {
    for (const auto& [name, block] : blocks) {
      const std::string body =
          R"({"messages":[{"role":"user","content":[{"text":"Hi"},)" + block + "]}]}";
      const Delivered reply = call("Converse", body, model);
      const std::string refused = name == "document"
                                      ? "This model doesn't support documents."
                                      : "This model doesn't support the " + name +
                                            " field. Remove " + name + " and try again.";
      EXPECT_EQ(reply.status, taken.contains(name) ? 200 : 400)
          << model << " " << name << reply.body;
      if (taken.contains(name)) continue;
      EXPECT_EQ(reply.json()["message"], refused) << model;
    }
  }
}

TEST_F(Refusals, MediaInsideAToolsResult) {
  const std::string body =
      R"({"messages":[{"role":"user","content":[{"text":"Hi"}]},{"role":"assistant","content":)"
      R"([{"toolUse":{"toolUseId":"t","name":"t","input":{}}}]},{"role":"user","content":)"
      R"([{"toolResult":{"toolUseId":"t","content":[{"video":{"format":"mp4","source":)"
      R"({"bytes":"SGk="}}}]}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"t",)"
      R"("inputSchema":{"json":{"type":"object"}}}}]}})";
  EXPECT_EQ(refusal("Converse", body),
            "This model doesn't support the video field. Remove video and try again.");
  EXPECT_EQ(call("Converse", body, "amazon.nova-lite-v1:0").status, 200);
}

// litellm 18068 (2025-12) and bifrost's tests (2026): without a key, and with two.
TEST_F(Refusals, ContentBlocksOfNoneAndOfTwo) {
  const auto with = [](const std::string& block) {
    return R"({"messages":[{"role":"user","content":[{"text":"Hi"},{)" + block + "}]}]}";
  };
  const std::string keys =
      " one of the following keys: text, image, toolUse, toolResult, document, video, cachePoint, "
      "reasoningContent, citationsContent, searchResult.";
  EXPECT_EQ(refusal("Converse", with("")),
            "ContentBlock object at messages.0.content.1 must set" + keys);
  EXPECT_EQ(refusal("Converse", with(R"("text":"Hi","cachePoint":{"type":"default"})")),
            "ContentBlock object at messages.0.content.1 can only set" + keys);
}

TEST_F(Refusals, ConverseBodies) {
  EXPECT_EQ(refusal("Converse", R"({"messages":[]})"),
            "A conversation must start with a user message. Try again with a conversation that "
            "starts with a user message.");
  EXPECT_EQ(refusal("Converse", R"({"messages":[{"role":"assistant","content":[{"text":"Hi"}]}]})"),
            "A conversation must start with a user message. Try again with a conversation that "
            "starts with a user message.");
  EXPECT_EQ(refusal("ConverseStream", R"({"messages":[{"role":"user","content":[]}]})"),
            "The content field in the Message object at messages.0 is empty. Add a ContentBlock "
            "object to the content field and try again.");
  EXPECT_EQ(
      refusal("Converse",
              R"({"messages":[{"role":"user","content":[{"text":"a"},{"text":" "}]}]})"),
      "The text field in the ContentBlock object at messages.0.content.1 is blank. Add text to "
      "the text field, and try again.");
  EXPECT_EQ(refusal("Converse", R"({"messages":[{"role":"system","content":[{"text":"a"}]}]})"),
            "1 validation error detected: Value 'system' at 'messages.1.member.role' failed to "
            "satisfy constraint: Member must satisfy enum value set: [user, assistant]");
  EXPECT_EQ(refusal("Converse", R"({"messages":[{"role":"user"}]})"),
            "1 validation error detected: Value null at 'messages.1.member.content' failed to "
            "satisfy constraint: Member must not be null");
  EXPECT_EQ(
      refusal("Converse", converse_body("Hi", R"(,"inferenceConfig":{"maxTokens":0})")),
      "1 validation error detected: Value '0' at 'inferenceConfig.maxTokens' failed to satisfy "
      "constraint: Member must have value greater than or equal to 1");
  EXPECT_EQ(refusal("Converse", converse_body("Hi", R"(,"inferenceConfig":{"maxTokens":5000})")),
            "The maximum tokens you requested exceeds the model limit of 4096. Try again with a "
            "maximum tokens value that is lower than 4096.");
  EXPECT_EQ(
      refusal("Converse",
              R"({"messages":[{"role":"user","content":[{"toolResult":{"toolUseId":"t",)"
              R"("content":[{"text":"x"}]}}]}]})"),
      "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
}

// tontinton/maki 38 and BerriAI/litellm 24668, read 2026-11: the constraints of the service model.
TEST_F(Refusals, ConverseConstraints) {
  EXPECT_EQ(
      refusal("Converse",
              R"({"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"assistant",)"
              R"("content":[{"toolUse":{"toolUseId":"","name":"","input":{}}}]},{"role":"user",)"
              R"("content":[{"toolResult":{"toolUseId":"","content":[]}}]}]})"),
      "6 validation errors detected: Value at 'messages.2.member.content.1.member.toolUse.name' "
      "failed to satisfy constraint: Member must satisfy regular expression pattern: "
      "[a-zA-Z0-9_-]+; Value at 'messages.2.member.content.1.member.toolUse.name' failed to "
      "satisfy constraint: Member must have length greater than or equal to 1; Value at "
      "'messages.2.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: "
      "Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+; Value at "
      "'messages.2.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: "
      "Member must have length greater than or equal to 1; Value at "
      "'messages.3.member.content.1.member.toolResult.toolUseId' failed to satisfy constraint: "
      "Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+; Value at "
      "'messages.3.member.content.1.member.toolResult.toolUseId' failed to satisfy constraint: "
      "Member must have length greater than or equal to 1");
  EXPECT_EQ(
      refusal(
          "Converse",
          converse_body("Hi", R"(,"toolConfig":{"tools":[{"toolSpec":{"inputSchema":{"json":{}},)"
                              R"("name":"","description":""}}]})")),
      "3 validation errors detected: Value '' at 'toolConfig.tools.1.member.toolSpec.name' failed "
      "to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+; "
      "Value '' at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint: Member "
      "must have length greater than or equal to 1; Value '' at "
      "'toolConfig.tools.1.member.toolSpec.description' failed to satisfy constraint: Member must "
      "have length greater than or equal to 1");
  EXPECT_EQ(refusal("Converse", converse_body("Hi", R"(,"toolConfig":{"tools":[]})")),
            "1 validation error detected: Value at 'toolConfig.tools' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1");
  EXPECT_EQ(refusal("Converse", converse_body("Hi", R"(,"serviceTier":{"type":"fast"})")),
            "1 validation error detected: Value 'fast' at 'serviceTier.type' failed to satisfy "
            "constraint: Member must satisfy enum value set: [priority, default, flex, reserved]");
  // The service model's ranges come before the model's own.
  EXPECT_EQ(refusal("Converse", R"({"messages":[],"inferenceConfig":{"topP":-1}})", "acme.model"),
            "1 validation error detected: Value '-1' at 'inferenceConfig.topP' failed to satisfy "
            "constraint: Member must have value greater than or equal to 0");
}

// sample-multi-agent-orchestration-chat-on-agentcore 15, read 2026-11.
TEST_F(Refusals, AFailedToolResultNeedsContent) {
  EXPECT_EQ(refusal("Converse",
                    R"({"messages":[{"role":"user","content":[{"toolResult":{"toolUseId":"t",)"
                    R"("status":"error","content":[]}}]}]})"),
            "The content field at messages.0.content.0.toolResult cannot be empty when status "
            "value is error.");
}

TEST_F(Refusals, HeadersOfInvokeModel) {
  rpc::Call request{"bedrock-runtime",  "InvokeModel", std::string(kHaiku), {}, {},
                    messages_body("Hi")};
  request.headers.add("X-Amzn-Bedrock-Trace", "on");
  EXPECT_EQ(call(request).json()["message"],
            "1 validation error detected: Value 'on' at 'trace' failed to satisfy constraint: "
            "Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_FULL]");
}

// aws-sdk-ruby 3033; docs/fidelity.md says why what clients say who were told no type is taken.
TEST_F(Refusals, ContentTypesOfInvokeModel) {
  const auto typed = [&](const std::string& type, const std::string& body) {
    rpc::Call request{"bedrock-runtime", "InvokeModel", std::string(kHaiku), {}, {}, body};
    request.headers.add("Content-Type", type);
    return call(request);
  };
  for (const char* type : {"application/xml", "image/png"}) {
    for (const std::string& body : {messages_body("Hi"), std::string("{")}) {
      EXPECT_EQ(typed(type, body).json()["message"],
                "The provided Content Type is invalid or not supported for this model");
    }
  }
  for (const char* type : {"application/json; charset=utf-8", "application/json ; charset=utf-8",
                           "application/octet-stream", "application/x-www-form-urlencoded",
                           "text/plain", "text/plain;charset=UTF-8"}) {
    EXPECT_EQ(typed(type, messages_body("Hi")).status, 200) << type;
  }
}

TEST_F(Refusals, ConverseBodiesThatAreNoRequests) {
  for (const std::string body : {"", "{", "[]", R"({"messages":"Hi"})", R"({"messages":[1]})",
                                 R"({"messages":[{"role":"user","content":"Hi"}]})"}) {
    const Delivered reply = call("Converse", body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_THAT(reply.header("x-amzn-ErrorType"), StartsWith("SerializationException:")) << body;
  }
}

TEST_F(Refusals, BodiesAboveTheLimit) {
  EXPECT_EQ(
      refusal("InvokeModel", std::string(kMaxBodyBytes + 1, ' ')),
      "1 validation error detected: Value at 'body' failed to satisfy constraint: Member must "
      "have length less than or equal to 25000000");
}

TEST_F(Refusals, DeepNesting) {
  EXPECT_EQ(call("InvokeModel", std::string(100'000, '[')).status, 400);
}

TEST_F(Refusals, OtherOperationsOfTheService) {
  EXPECT_EQ(refusal("InvokeModelWithBidirectionalStream", "{}"), "Operation not allowed");
  rpc::Call unknown;
  unknown.service = "bedrock-runtime";
  EXPECT_EQ(call(unknown).status, 404);
  EXPECT_EQ(call(unknown).header("x-amzn-ErrorType"), "UnknownOperationException");
}

// Paths as the clients send them (facts section 1.1).
TEST_F(Refusals, RecognisesTheWaysToWriteAPath) {
  const auto recognised = [&](const std::string& method, const std::string& target) {
    aws::HttpRequest request;
    request.method = method;
    request.target = target;
    const std::optional<rpc::Call> found = runtime.recognise(request);
    return found ? found->operation + " " + found->resource : "none";
  };
  const std::string sonnet = "anthropic.claude-3-sonnet-20240229-v1:0";
  EXPECT_EQ(recognised("POST", "/model/anthropic.claude-3-sonnet-20240229-v1%3A0/converse"),
            "Converse " + sonnet);
  EXPECT_EQ(recognised("POST", "/model/" + sonnet + "/invoke"), "InvokeModel " + sonnet);
  EXPECT_EQ(recognised("POST", "/pfx/model/" + sonnet + "/converse-stream"),
            "ConverseStream " + sonnet);
  EXPECT_EQ(recognised("POST",
                       "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A111122223333%3A"
                       "inference-profile%2Fus." +
                           sonnet + "/invoke-with-response-stream"),
            "InvokeModelWithResponseStream "
            "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us." +
                sonnet);
  EXPECT_EQ(recognised("POST", "/model/" + sonnet + "/count-tokens"), "CountTokens " + sonnet);
  EXPECT_EQ(recognised("POST", "/model/" + sonnet + "/sing"), " ");
  EXPECT_EQ(recognised("GET", "/model/" + sonnet + "/invoke"), " ");
  EXPECT_EQ(recognised("POST", "/"), "none");
  EXPECT_EQ(recognised("GET", "/bucket/model/x/y"), "none");
}

}  // namespace
}  // namespace bedlam::bedrock::test
