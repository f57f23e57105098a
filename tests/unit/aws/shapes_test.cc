// Sentences quoted in public threads of clients of Amazon Bedrock and of other AWS services.
#include "emulator/aws/shapes.h"

#include <gtest/gtest.h>

namespace bedlam::aws {
namespace {

const Shapes& shapes() {
  static const Shapes kShapes(R"(
Request structure messages:Messages config:Config tools:Tools! notes:Notes data:Data count:Count
  share:Share flag:Flag when:When role:Role loose:Loose names:Names
Messages list Message
Message structure toolUse:ToolUse
ToolUse structure toolUseId:Id! name:Name! input:Loose
Id string 1..64 sensitive ~[a-zA-Z0-9_.:-]+
Name string 1..64 ~[a-zA-Z0-9_-]+
Config structure stopSequences:Stops
Stops list Text ..4
Text string 1..
Tools list Tool 1..
Tool union toolSpec:Spec
Spec structure name:Name! description:Text
Notes map Key Value 1..2
Key string 1..3
Value string ..2
Data blob 1..3
Count integer 1..10
Share float 0..1
Flag boolean
When timestamp
Role enum user assistant
Loose any
Names list Name
)");
  return kShapes;
}

std::string refusal(const std::string& json) {
  const Verdict verdict = shapes().check(Json::parse(json), "Request");
  if (verdict.wrong_type) return "wrong type at " + *verdict.wrong_type;
  return verdict.ok() ? "" : verdict.message();
}

// Some tools, and then what the test is about.
std::string with(const std::string& member) {
  return R"({"tools":[{"toolSpec":{"name":"a"}}],)" + member + "}";
}

// BerriAI/litellm 24668.
TEST(Shapes, SeveralViolations) {
  EXPECT_EQ(refusal(R"({"tools":[{"toolSpec":{"description":"","name":""}}]})"),
            "3 validation errors detected: Value '' at 'tools.1.member.toolSpec.name' failed to "
            "satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+; "
            "Value '' at 'tools.1.member.toolSpec.name' failed to satisfy constraint: Member must "
            "have length greater than or equal to 1; Value '' at "
            "'tools.1.member.toolSpec.description' failed to satisfy constraint: Member must have "
            "length greater than or equal to 1");
}

// tontinton/maki 38: the value is not repeated, and the name comes first.
TEST(Shapes, SensitiveValuesAndTheOrderOfMembers) {
  EXPECT_EQ(refusal(with(R"("messages":[{"toolUse":{"toolUseId":"?","name":"b"}}])")),
            "1 validation error detected: Value at 'messages.1.member.toolUse.toolUseId' failed to "
            "satisfy constraint: Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9_.:-]+");
  EXPECT_EQ(refusal(with(R"("messages":[{"toolUse":{}}])")),
            "2 validation errors detected: Value null at 'messages.1.member.toolUse.name' failed "
            "to satisfy constraint: Member must not be null; Value null at "
            "'messages.1.member.toolUse.toolUseId' failed to satisfy constraint: Member must not "
            "be null");
}

// continuedev/continue 2296, genkit-ai/aws-bedrock-js-plugin 43.
TEST(Shapes, Lists) {
  EXPECT_EQ(refusal(with(R"("config":{"stopSequences":["a","b","c","d","e"]})")),
            "1 validation error detected: Value '[a, b, c, d, e]' at 'config.stopSequences' failed "
            "to satisfy constraint: Member must have length less than or equal to 4");
  EXPECT_EQ(refusal(R"({"tools":[]})"),
            "1 validation error detected: Value at 'tools' failed to satisfy constraint: Member "
            "must have length greater than or equal to 1");
  EXPECT_EQ(refusal(with(R"("names":["ok","no no"])")),
            "1 validation error detected: Value '[ok, no no]' at 'names' failed to satisfy "
            "constraint: Member must satisfy constraint: [Member must satisfy regular expression "
            "pattern: [a-zA-Z0-9_-]+]");
}

TEST(Shapes, MapsNumbersEnumsAndBytes) {
  const auto one = [](const std::string& rest) {
    return "1 validation error detected: Value " + rest;
  };
  EXPECT_EQ(refusal(with(R"("notes":{"long":"v"})")),
            one(R"('{"long":"v"}' at 'notes' failed to satisfy constraint: Map keys must satisfy )"
                "constraint: [Member must have length less than or equal to 3]"));
  EXPECT_EQ(refusal(with(R"("notes":{"k":"long"})")),
            one(R"('{"k":"long"}' at 'notes' failed to satisfy constraint: Map value must satisfy )"
                "constraint: [Member must have length less than or equal to 2]"));
  EXPECT_EQ(refusal(with(R"("count":0)")),
            one("'0' at 'count' failed to satisfy constraint: Member must have value greater than "
                "or equal to 1"));
  EXPECT_EQ(refusal(with(R"("share":1.5)")),
            one("'1.5' at 'share' failed to satisfy constraint: Member must have value less than "
                "or equal to 1"));
  EXPECT_EQ(refusal(with(R"("role":"system")")),
            one("'system' at 'role' failed to satisfy constraint: Member must satisfy enum value "
                "set: [user, assistant]"));
  EXPECT_EQ(refusal(with(R"("data":"YWJjZA==")")),
            one("'YWJjZA==' at 'data' failed to satisfy constraint: Member must have length less "
                "than or equal to 3"));
  EXPECT_EQ(refusal(with(R"("data":"YWJj","flag":true,"when":"2026-11-22T00:00:00Z","loose":[1])")),
            "");
}

TEST(Shapes, LengthsAreOfCharacters) {
  EXPECT_EQ(refusal(with(R"("notes":{"äöü":"é€"})")), "");
}

TEST(Shapes, WrongTypes) {
  EXPECT_EQ(refusal("[]"), "wrong type at ");
  EXPECT_EQ(refusal(with(R"("messages":"Hi")")), "wrong type at messages");
  EXPECT_EQ(refusal(with(R"("messages":[1])")), "wrong type at messages.1.member");
  EXPECT_EQ(refusal(with(R"("count":"1")")), "wrong type at count");
  EXPECT_EQ(refusal(with(R"("count":1.5)")), "wrong type at count");
  EXPECT_EQ(refusal(with(R"("data":"*")")), "wrong type at data");
}

TEST(Shapes, NullAndUnknownMembersAreNotThere) {
  EXPECT_EQ(refusal(with(R"("count":null,"unknown":{"a":1})")), "");
  EXPECT_EQ(refusal(R"({"tools":null})"),
            "1 validation error detected: Value null at 'tools' failed to satisfy constraint: "
            "Member must not be null");
}

// A pattern that backtracks must not be felt.
TEST(Shapes, LongTextsAreBounded) {
  EXPECT_NE(refusal(with(R"("names":[")" + std::string(1'000'000, 'a') + R"("])")), "");
}

}  // namespace
}  // namespace bedlam::aws
