// What models refuse of requests that are well formed: additional fields, documents, pictures and
// lengths. Texts: the public threads named beside them.
#include <gtest/gtest.h>

#include "emulator/base/base64.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using ModelRefusals = RuntimeTest;

constexpr const char* kFromModel = "The model returned the following errors: ";

// litellm 7416; of later models 13825 and 13609. What is told of a conflict is not known.
TEST_F(ModelRefusals, AdditionalFieldsOfConverse) {
  const auto malformed = [](const std::string& detail) {
    return "Malformed input request: " + detail + ", please reformat your input and try again.";
  };
  const auto refused = [&](const std::string& fields,
                           const std::string& model = std::string(kHaiku)) {
    return refusal("Converse", converse_body("Hi", R"(,"additionalModelRequestFields":)" + fields),
                   model);
  };
  EXPECT_EQ(refused(R"({"nope":1})"),
            kFromModel + malformed("#: extraneous key [nope] is not permitted"));
  EXPECT_EQ(refused(R"({"top_k":"x"})"),
            kFromModel + malformed("#/top_k: expected type: Integer, found: String"));
  EXPECT_EQ(refused(R"({"nope":1})", "us.anthropic.claude-sonnet-4-20250514-v1:0"),
            std::string(kFromModel) + "nope: Extra inputs are not permitted");
  EXPECT_EQ(refused(R"({"max_tokens":5})"),
            std::string(kFromModel) +
                "The additional field max_tokens conflicts with an existing field.");
  for (const char* model : {"anthropic.claude-3-haiku-20240307-v1:0", "amazon.nova-lite-v1:0"}) {
    EXPECT_EQ(refused("[1]", model),
              "The format of the value at additionalModelRequestFields is invalid. Provide a json "
              "object for the field and try again.");
  }
  for (const char* fields :
       {"{}",
        R"({"top_k":5,"anthropic_beta":["computer-use-2025-01-24"],"tools":[{"type":)"
        R"("computer_20250124","name":"computer"}],"tool_choice":{"type":"auto"}})",
        R"({"reasoning_config":{"type":"enabled","budget_tokens":1024}})", "null"}) {
    EXPECT_EQ(call("Converse",
                   converse_body("Hi", std::string(R"(,"additionalModelRequestFields":)") + fields))
                  .status,
              200)
        << fields;
  }
}

// CLIProxyAPI 4750, litellm 19875.
TEST_F(ModelRefusals, BetasThatBedrockDoesNotKnow) {
  const auto flags = [](const std::string& flag) {
    return R"("anthropic_beta":[")" + flag + R"("])";
  };
  const auto converse = [](const std::string& fields) {
    return converse_body("Hi", R"(,"additionalModelRequestFields":{)" + fields + "}");
  };
  const std::string refused = flags("fast-mode-2026-02-01");
  EXPECT_EQ(refusal("InvokeModel", messages_body("Hi", 10, "," + refused)), "invalid beta flag");
  EXPECT_EQ(refusal("Converse", converse(refused)), std::string(kFromModel) + "invalid beta flag");
  const std::string taken = flags("claude-code-20250219");
  EXPECT_EQ(call("InvokeModel", messages_body("Hi", 10, "," + taken)).status, 200);
  EXPECT_EQ(call("Converse", converse(taken)).status, 200);
}

std::string user_message(const std::string& blocks) {
  return R"({"messages":[{"role":"user","content":[)" + blocks + "]}]}";
}

std::string document_block(const std::string& name,
                           const std::string& bytes = "SGk=", const std::string& format = "txt") {
  return R"({"document":{"format":")" + format + R"(","name":")" + name +
         R"(","source":{"bytes":")" + bytes + R"("}}})";
}

// Sentences: litellm 36499, generative-ai-use-cases 1685; limits: API reference, Message.
TEST_F(ModelRefusals, DocumentsInAMessage) {
  const std::string text = R"({"text":"Hi"})";
  EXPECT_EQ(refusal("Converse", user_message(document_block("a"))),
            "A text block must be included when using documents. Add a text block and retry your "
            "request.");
  std::string five = text;
  for (const char* name : {"a", "b", "c", "d", "e"}) five += "," + document_block(name);
  EXPECT_EQ(call("Converse", user_message(five)).status, 200);
  EXPECT_EQ(refusal("Converse", user_message(five + "," + document_block("f"))),
            "You can't include more than 5 documents in a request.");
  EXPECT_EQ(refusal("Converse",
                    user_message(text + "," + document_block("a") + "," + document_block("a"))),
            "Messages can't contain duplicate document names.");
  const std::string large(6'291'456 + 4, 'A');  // of base64: 4.5 MB and three bytes
  EXPECT_EQ(refusal("Converse", user_message(text + "," + document_block("a", large))),
            std::string(kFromModel) +
                "messages.0.content.1.document.source.bytes: document exceeds 4.5 MB maximum: "
                "4718595 bytes > 4718592 bytes");
  EXPECT_EQ(
      call("Converse", user_message(text + "," + document_block("a", large.substr(4)))).status, 200)
      << "a document has no length in tokens";
}

// A PNG's first bytes tell its size.
std::string png_of(std::uint32_t width) {
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  for (const std::uint32_t side : {width, 10U}) {
    for (int shift = 24; shift >= 0; shift -= 8) png += static_cast<char>(side >> shift & 0xff);
  }
  png += std::string("\x08\x02\0\0\0\0\0\0\0", 9);
  return base64_encode(png);
}

std::string picture_of(std::uint32_t width) {
  return R"({"image":{"format":"png","source":{"bytes":")" + png_of(width) + R"("}}})";
}

std::string messages_picture(const std::string& data, const std::string& type = "png") {
  return R"({"type":"image","source":{"type":"base64","media_type":"image/)" + type +
         R"(","data":")" + data + R"("}})";
}

// idp-on-aws 994 and 778 (measured in 2026), cline 1844, amazon-bedrock-client-for-mac 130.
TEST_F(ModelRefusals, PicturesInAMessage) {
  const auto pictures = [](int count, std::uint32_t width) {
    std::string blocks = R"({"text":"Hi"})";
    for (int i = 0; i < count; ++i) blocks += "," + picture_of(width);
    return user_message(blocks);
  };
  const std::string at = std::string(kFromModel) + "messages.0.content.1.image.source.";
  EXPECT_EQ(refusal("Converse", pictures(1, 8'001)),
            at + "base64.data: At least one of the image dimensions exceed max allowed size: 8000 "
                 "pixels");
  EXPECT_EQ(call("Converse", pictures(20, 8'000)).status, 200);
  EXPECT_EQ(refusal("Converse", pictures(21, 2'001)),
            at + "base64.data: At least one of the image dimensions exceed max allowed size for "
                 "many-image requests: 2000 pixels");
  EXPECT_EQ(call("Converse", pictures(100, 2'000)).status, 200);
  EXPECT_EQ(refusal("Converse", pictures(101, 8)),
            std::string(kFromModel) + "too many images and documents: 101 + 0 > 100");
  EXPECT_EQ(call("Converse", pictures(101, 8'000), "amazon.nova-lite-v1:0").status, 200);
  const std::string large =
      R"({"image":{"format":"png","source":{"bytes":")" + std::string(5'242'884, 'A') + R"("}}})";
  EXPECT_EQ(refusal("Converse", user_message(R"({"text":"Hi"},)" + large)),
            at + "bytes: image exceeds 5 MB maximum: 5242884 bytes > 5242880 bytes");
  const std::string jpeg =
      R"({"image":{"format":"jpeg","source":{"bytes":")" + png_of(8) + R"("}}})";
  EXPECT_EQ(refusal("Converse", user_message(R"({"text":"Hi"},)" + jpeg)),
            at + "bytes: The image was specified using the image/jpeg media type, but the image "
                 "appears to be a image/png image");
}

// vertexai-cf-workers 16, claude-code 24630 and 23392, llxprt-code 2130.
TEST_F(ModelRefusals, PicturesInAMessagesBody) {
  const auto with = [](const std::string& blocks) {
    return R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":)"
           R"("user","content":[{"type":"text","text":"Hi"})" +
           blocks + "]}]}";
  };
  const auto pictures = [&](int count, std::uint32_t width) {
    std::string blocks;
    for (int i = 0; i < count; ++i) blocks += "," + messages_picture(png_of(width));
    return blocks;
  };
  const std::string at = "messages.0.content.1.image.source.base64";
  EXPECT_EQ(
      refusal("InvokeModel", with(pictures(1, 8'001))),
      at + ".data: At least one of the image dimensions exceed max allowed size: 8000 pixels");
  EXPECT_EQ(call("InvokeModel", with(pictures(20, 8'000))).status, 200);
  EXPECT_EQ(refusal("InvokeModel", with(pictures(21, 2'001))),
            at + ".data: At least one of the image dimensions exceed max allowed size for "
                 "many-image requests: 2000 pixels");
  EXPECT_EQ(call("InvokeModel", with(pictures(100, 2'000))).status, 200);
  const std::string document =
      R"(,{"type":"document","source":{"type":"text","media_type":"text/plain","data":"Hi"}})";
  EXPECT_EQ(refusal("InvokeModel", with(pictures(100, 8) + document)),
            "too many images and documents: 100 + 1 > 100");
  EXPECT_EQ(refusal("InvokeModel", with("," + messages_picture(std::string(5'242'884, 'A')))),
            at + ": image exceeds 5 MB maximum: 5242884 bytes > 5242880 bytes");
  const std::string in_result = R"(,{"type":"tool_result","tool_use_id":"t","content":[)" +
                                messages_picture(png_of(9'000)) + "]}";
  EXPECT_EQ(refusal("InvokeModel", with(in_result)),
            "messages.0.content.1.tool_result.content.0.image.source.base64.data: At least one of "
            "the image dimensions exceed max allowed size: 8000 pixels");
  EXPECT_EQ(refusal("InvokeModel", with("," + messages_picture(png_of(8), "jpeg")),
                    "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
            at + ": The image was specified using the image/jpeg media type, but the image appears "
                 "to be a image/png image");
}

// The API reference says so; the words are ours.
TEST_F(ModelRefusals, PicturesAndDocumentsAreTheUsers) {
  for (const auto& [name, block] :
       {std::pair<std::string, std::string>("image", picture_of(8)),
        std::pair<std::string, std::string>("document", document_block("a"))}) {
    EXPECT_EQ(refusal("Converse", R"({"messages":[{"role":"user","content":[{"text":"Hi"}]},)"
                                  R"({"role":"assistant","content":[{"text":"So"},)" +
                                      block + R"(]},{"role":"user","content":[{"text":"Hm"}]}]})"),
              "The ContentBlock object at messages.1.content.1 has the field " + name +
                  ", which only a message with the role user can have. Remove " + name +
                  " and try again.");
  }
}

// moca 254 (2026), bedrock-chat 95, continue 6005. The rule that counts is ours: five letters and
// a space are a token.
TEST_F(ModelRefusals, PromptsLongerThanTheWindow) {
  const auto words = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += " words";
    return text;
  };
  const std::string text = "Input is too long for requested model.";
  EXPECT_EQ(refusal("InvokeModel", messages_body(words(200'001))), text);
  EXPECT_EQ(refusal("Converse", converse_body(words(200'001))), kFromModel + text);
  EXPECT_EQ(call("Converse", converse_body(words(200'000))).json()["usage"]["inputTokens"],
            200'000);
  const std::string later = "prompt is too long: 200001 tokens > 200000 maximum";
  const std::string sonnet_4 = "us.anthropic.claude-sonnet-4-20250514-v1:0";
  EXPECT_EQ(refusal("Converse", converse_body(words(200'001)), sonnet_4), kFromModel + later);
  const std::string beta = R"("anthropic_beta":["context-1m-2025-08-07"])";
  EXPECT_EQ(call("InvokeModel", messages_body(words(200'001), 10, "," + beta), sonnet_4).status,
            200);
  EXPECT_EQ(call("Converse",
                 converse_body(words(200'001), R"(,"additionalModelRequestFields":{)" + beta + "}"),
                 sonnet_4)
                .status,
            200);
  EXPECT_EQ(refusal("Converse", converse_body(words(4'097)), "amazon.titan-text-lite-v1"),
            kFromModel + text);
  EXPECT_EQ(refusal("Converse", converse_body(words(8'193)), "meta.llama3-8b-instruct-v1:0"),
            kFromModel + text);
  const std::string question = R"({"input":{"converse":)" + converse_body(words(200'001)) + "}}";
  EXPECT_EQ(call("CountTokens", question).json()["inputTokens"], 200'001) << "is only counted";
}

// openclaw 38903, ruby_llm 586, rollwagen/bods 51, llama_index 21420.
TEST_F(ModelRefusals, BodiesOfNova) {
  const std::string typed =
      R"({"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]})";
  EXPECT_EQ(refusal("InvokeModel", typed, "amazon.nova-lite-v1:0"),
            "Malformed input request: #/messages/0/content/0: extraneous key [type] is not "
            "permitted, please reformat your input and try again.");
  EXPECT_EQ(refusal("InvokeModelWithResponseStream", typed, "global.amazon.nova-2-lite-v1:0"),
            "Malformed input request: #/messages/0/content/0: extraneous key [type] is not "
            "permitted, reformat your input and try again.");
  EXPECT_EQ(refusal("InvokeModel",
                    R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}],"top_p":1})",
                    "us.amazon.nova-pro-v1:0"),
            "Malformed input request: #: extraneous key [top_p] is not permitted, please reformat "
            "your input and try again.");
}

// hermes-agent 97281, LibreChat-AI/agents 253, inspect_ai 5301.
TEST_F(ModelRefusals, WhatNovaDoesNotTakeOfConverse) {
  const auto malformed = [](const std::string& detail) {
    return kFromModel +
           ("Malformed input request: " + detail + ", please reformat your input and try again.");
  };
  const std::string tools =
      R"(,"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":{"json":{"type":"object"}}}},)"
      R"({"cachePoint":{"type":"default"}}]})";
  EXPECT_EQ(refusal("Converse", converse_body("Hi", tools), "us.amazon.nova-pro-v1:0"),
            malformed("#/toolConfig/tools/1: extraneous key [cachePoint] is not permitted"));
  EXPECT_EQ(call("Converse",
                 converse_body("Hi", R"(,"system":[{"text":"Be brief."},)"
                                     R"({"cachePoint":{"type":"default"}}])"),
                 "us.amazon.nova-pro-v1:0")
                .status,
            200);
  const std::string reasons =
      R"(,"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled",)"
      R"("maxReasoningEffort":"low"}})";
  EXPECT_EQ(refusal("Converse", converse_body("Hi", reasons), "us.amazon.nova-pro-v1:0"),
            malformed("the provided reasoning config value is invalid"));
  EXPECT_EQ(call("Converse", converse_body("Hi", reasons), "us.amazon.nova-2-lite-v1:0").status,
            200);
}

// claude-quickstarts 251 (of Bedrock), claude-code 61624.
TEST_F(ModelRefusals, ToolsThatBedrockDoesNotHave) {
  const std::string opus = "us.anthropic.claude-opus-4-6-v1";
  const auto with_type = [](const std::string& type) {
    return messages_body("Hi", 10, R"(,"tools":[{"type":")" + type + R"(","name":"t"}])");
  };
  const std::string tag = "tools.0: Input tag '",
                    tags =
                        "' found using 'type' does not match any of the expected tags: "
                        "'bash_20250124', 'custom', ";
  EXPECT_EQ(refusal("InvokeModel", with_type("function")),
            tag + "function" + tags + "'text_editor_20250124'");
  EXPECT_EQ(refusal("InvokeModel", with_type("web_search_20250305"), opus),
            tag + "web_search_20250305" + tags +
                "'memory_20250818', 'text_editor_20250124', 'text_editor_20250429', "
                "'text_editor_20250728', 'tool_search_tool_bm25', "
                "'tool_search_tool_bm25_20251119', 'tool_search_tool_regex', "
                "'tool_search_tool_regex_20251119'");
  for (const std::string type : {"bash_20250124", "computer_20250124", "memory_20250818"}) {
    EXPECT_EQ(call("InvokeModel", with_type(type), opus).status, 200) << type;
  }
}

// mcp-agent 126, zed 31815: of the first generation.
TEST_F(ModelRefusals, DefinitionsInASchemaForNova) {
  const std::string tools = R"(,"toolConfig":{"tools":[{"toolSpec":{"name":"t","inputSchema":)"
                            R"({"json":{"type":"object","$defs":{},"properties":{}}}}}]})";
  EXPECT_EQ(refusal("Converse", converse_body("Hi", tools), "us.amazon.nova-lite-v1:0"),
            std::string(kFromModel) +
                "Malformed input request: #/toolConfig/tools/0/toolSpec/inputSchema/json: "
                "extraneous key [$defs] is not permitted, please reformat your input and "
                "try again.");
  EXPECT_EQ(call("Converse", converse_body("Hi", tools), "us.amazon.nova-2-lite-v1:0").status, 200);
  EXPECT_EQ(call("Converse", converse_body("Hi", tools)).status, 200);
}

// beeai-framework 753.
TEST_F(ModelRefusals, AConversationWithLlamaEndsWithTheUser) {
  const std::string begun = R"({"messages":[{"role":"user","content":[{"text":"Hi"}]},)"
                            R"({"role":"assistant","content":[{"text":"So"}]}]})";
  EXPECT_EQ(refusal("Converse", begun, "meta.llama3-8b-instruct-v1:0"),
            "The model that you are using requires the last turn in the conversation to be a user "
            "message. Add a user message to the conversation and try again.");
  EXPECT_EQ(call("Converse", begun, "amazon.nova-lite-v1:0").status, 200);
}

}  // namespace
}  // namespace bedlam::bedrock::test
