// Definitions with placeholders of SAM, Terraform and CloudFormation, and what surprises.
#include "emulator/app/placeholders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/app/definition_diagnostics.h"

namespace bedlam::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Placeholders, OutsideOfStringsBecomeStringsOfTheSameLength) {
  const std::string text = R"({"a": ${var.x}, "b": "${y}", "c": ${jsonencode({"k": "v"})}})";
  const std::string quoted = quote_placeholders(text);
  EXPECT_EQ(quoted.size(), text.size());
  const auto json = parse_json(quoted);
  ASSERT_TRUE(json);
  EXPECT_TRUE(has_placeholder((*json)["a"].get<std::string>()));
  EXPECT_EQ((*json)["b"], "${y}");
  EXPECT_TRUE(has_placeholder((*json)["c"].get<std::string>()));
}

TEST(Placeholders, StandForWhatTheirPlaceAllows) {
  EXPECT_THAT(check_definition(R"({"StartAt": "T", "TimeoutSeconds": "${Limit}", "States": {
      "T": {"Type": "Task", "Resource": "arn:${AWS::Partition}:states:::bedrock:invokeModel",
            "Parameters": {"ModelId": "${Model}", "Body": {"a.$": "${Path}"}},
            "TimeoutSeconds": ${timeout}, "HeartbeatSeconds": "${Heartbeat}",
            "Retry": [{"ErrorEquals": ["X"], "MaxAttempts": ${attempts},
                       "IntervalSeconds": ${interval}}], "Next": "W"},
      "W": {"Type": "Wait", "Seconds": {"Ref": "Delay"}, "End": true}}})",
                               "w.asl.json"),
              IsEmpty());
}

TEST(Placeholders, StandForStatesAndRetriersToo) {
  EXPECT_THAT(check_definition(R"({"StartAt": "M", "States": {
      "M": {"Type": "Map", "ItemProcessor": ${jsonencode(local.processor)}, "Next": "P"},
      "P": {"Type": "Parallel", "Branches": ${branches}, "Retry": ${retry}, "End": true}}})",
                               "w.asl.json"),
              IsEmpty());
}

TEST(Placeholders, DoNotHideOtherMistakes) {
  const Diagnostics found = check_definition(
      "{\"StartAt\": \"T\", \"States\": {\n"
      " \"T\": {\"Type\": \"Wait\", \"Seconds\": ${Delay}, \"Next\": \"Nobody\"}}}",
      "w.asl.json");
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found[0].message, HasSubstr("Missing 'Next' target: Nobody"));
  EXPECT_EQ(found[0].position.line, 2U);
}

std::vector<std::string> warned(const std::string& states) {
  std::vector<std::string> lines;
  for (const Diagnostic& found :
       check_definition(R"({"StartAt": "A", "States": {)" + states + "}}", "w.asl.json")) {
    EXPECT_EQ(found.severity, Severity::kWarning);
    lines.push_back(found.message);
  }
  return lines;
}

TEST(Surprises, AreWarnings) {
  EXPECT_THAT(warned(R"("A": {"Type": "Pass", "Parameters": {"a": "$.b", "c.$": "$.b"},
                              "End": true})"),
              testing::ElementsAre(HasSubstr("only members whose name ends in .$")));
  EXPECT_THAT(warned(R"("A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": " {% 1 %}",
                              "End": true})"),
              testing::ElementsAre(HasSubstr("an expression starts with {% and ends with %}")));
  EXPECT_THAT(warned(R"("A": {"Type": "Choice", "Choices": [
                              {"Variable": "$.a", "IsNull": true, "Next": "B"}]},
                        "B": {"Type": "Succeed"})"),
              testing::ElementsAre(HasSubstr("States.NoChoiceMatched")));
  EXPECT_THAT(warned(R"("A": {"Type": "Parallel", "End": true, "Branches": [
                              {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}],
                              "Catch": [{"ErrorEquals": ["States.Runtime", "States.TaskFailedId"],
                                         "Next": "C"}]},
                        "C": {"Type": "Succeed"})"),
              testing::ElementsAre(HasSubstr("never retried and never caught"),
                                   HasSubstr("'States.TaskFailedId' matches no error")));
  EXPECT_THAT(warned(R"("A": {"Type": "Pass", "End": true})"), IsEmpty());
}

}  // namespace
}  // namespace bedlam::app
