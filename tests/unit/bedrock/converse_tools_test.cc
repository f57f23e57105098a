// What Converse checks of tools and of unions beyond the service model. Sentences: public logs
// named in emulator/bedrock/operations/converse_tools.h.
#include <gmock/gmock.h>

#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

class ConverseTools : public RuntimeTest {};

std::string tool_talk(const std::string& assistant, const std::string& user,
                      const std::string& schema = R"({"json":{"type":"object"}})",
                      const std::string& more = "") {
  return R"({"messages":[{"role":"user","content":[{"text":"Hi"}]},{"role":"assistant","content":[)" +
         assistant + R"(]},{"role":"user","content":[)" + user + R"(]}],"toolConfig":{"tools":)" +
         R"([{"toolSpec":{"name":"t","inputSchema":)" + schema + "}}]" + more + "}}";
}

std::string tool_use(const std::string& id, const std::string& input = "{}") {
  return R"({"toolUse":{"toolUseId":")" + id + R"(","name":"t","input":)" + input + "}}";
}

std::string tool_result(const std::string& id, const std::string& content = R"({"text":"x"})") {
  return R"({"toolResult":{"toolUseId":")" + id + R"(","content":[)" + content + "]}}";
}

TEST_F(ConverseTools, ResultsAnswerWhatWasAskedOfTools) {
  EXPECT_EQ(call("Converse", tool_talk(tool_use("a") + "," + tool_use("b"),
                                       tool_result("b") + "," + tool_result("a")))
                .status,
            200);
  EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a") + "," + tool_use("b"), tool_result("b"))),
            "Expected toolResult blocks at messages.2.content for the following Ids: a");
  EXPECT_EQ(refusal("Converse",
                    tool_talk(tool_use("a") + "," + tool_use("b"), R"({"text":"Never mind"})")),
            "Expected toolResult blocks at messages.2.content for the following Ids: a, b");
  EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a"), tool_result("other"))),
            "Expected toolResult blocks at messages.2.content for the following Ids: a");
  EXPECT_EQ(
      refusal("Converse", tool_talk(tool_use("a"), tool_result("a") + "," + tool_result("b"))),
      "The number of toolResult blocks at messages.2.content exceeds the number of toolUse "
      "blocks of previous turn.");
  EXPECT_EQ(refusal("Converse", tool_talk(R"({"text":"Hello"})", tool_result("a"))),
            "The number of toolResult blocks at messages.2.content exceeds the number of toolUse "
            "blocks of previous turn.");
}

TEST_F(ConverseTools, DocumentsOfToolsAreObjects) {
  const std::string is_invalid = " is invalid. Provide a json object for the field and try again.";
  EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a", R"("text")"), tool_result("a"))),
            "The format of the value at messages.1.content.0.toolUse.input" + is_invalid);
  EXPECT_EQ(
      refusal("Converse",
              tool_talk(tool_use("a"), tool_result("a", R"({"text":"x"},{"json":[1]})"))),
      "The format of the value at messages.2.content.0.toolResult.content.1.json" + is_invalid);
  EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a"), tool_result("a"), R"({"json":"text"})")),
            "The format of the value at toolConfig.tools.0.toolSpec.inputSchema.json" + is_invalid);
  for (const std::string schema : {R"({"json":{}})", R"({"json":{"type":"string"}})"}) {
    EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a"), tool_result("a"), schema)),
              "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the "
              "following: object.");
  }
}

// hermes-agent 55092 (2026), of Claude.
TEST_F(ConverseTools, EmptyTextsOfResults) {
  const std::string body = tool_talk(tool_use("a"), tool_result("a", R"({"text":""})"));
  EXPECT_EQ(refusal("Converse", body),
            "The model returned the following errors: messages: text content blocks must be "
            "non-empty");
  EXPECT_EQ(call("Converse", body, "amazon.nova-lite-v1:0").status, 200) << "Claude's alone";
}

// Of other unions than ContentBlock the sentence is its own, with other names: unverified.
TEST_F(ConverseTools, UnionsOfOtherOperations) {
  const std::string keys = " must set one of the following keys: ";
  for (const std::string input : {"{}", R"({"invokeModel":null})", R"({"converse":null})"}) {
    EXPECT_EQ(refusal("CountTokens", R"({"input":)" + input + "}"),
              "CountTokensInput object at input" + keys + "invokeModel, converse.");
  }
  EXPECT_EQ(
      refusal("StartAsyncInvoke",
              R"({"modelId":"amazon.nova-reel-v1:1","modelInput":{},"outputDataConfig":)"
              R"({"s3OutputDataConfig":null}})"),
      "AsyncInvokeOutputDataConfig object at outputDataConfig" + keys + "s3OutputDataConfig.");
}

TEST_F(ConverseTools, UnionsSayWhatTheyAre) {
  const std::string keys = " must set one of the following keys: ";
  EXPECT_EQ(refusal("Converse", converse_body("Hi", R"(,"system":[{"text":"a"},{"other":1}])")),
            "SystemContentBlock object at system.1" + keys + "text, guardContent, cachePoint.");
  EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a"), tool_result("a"), "{}")),
            "ToolInputSchema object at toolConfig.tools.0.toolSpec.inputSchema" + keys + "json.");
  EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a"), tool_result("a", "{}"))),
            "ToolResultContentBlock object at messages.2.content.0.toolResult.content.0" + keys +
                "json, text, image, document, video, searchResult.");
  EXPECT_EQ(refusal("Converse", tool_talk(tool_use("a"), tool_result("a"),
                                          R"({"json":{"type":"object"}})", R"(,"toolChoice":{})")),
            "ToolChoice object at toolConfig.toolChoice" + keys + "auto, any, tool.");
}

}  // namespace
}  // namespace bedlam::bedrock::test
