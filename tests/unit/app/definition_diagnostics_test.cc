// Messages about state machine definitions: the place, what is wrong, and how to fix it.
#include "emulator/app/definition_diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bedlam::app {
namespace {

using ::testing::HasSubstr;

TEST(CheckDefinition, PointsIntoArrays) {
  const Diagnostics found = check_definition(
      "{\"StartAt\": \"C\",\n \"States\": {\"C\": {\"Type\": \"Choice\", \"Choices\": [\n"
      "   {\"Variable\": \"$.a\", \"IsNull\": true,\n    \"Next\": \"Dne\"}]},\n"
      "  \"Done\": {\"Type\": \"Succeed\"}}}",
      "w.asl.json");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].file, "w.asl.json");
  EXPECT_EQ(found[0].position.line, 4U);
  EXPECT_EQ(found[0].position.column, 13U);
  EXPECT_THAT(found[0].message, HasSubstr("Missing 'Next' target: Dne"));
  EXPECT_THAT(found[0].hint, HasSubstr("did you mean 'Done'?"));
}

TEST(CheckDefinition, SaysWhereTheTextIsNoJson) {
  const Diagnostics found = check_definition("{\n  \"StartAt\": nope\n}", "w.asl.json");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].position.line, 2U);
  EXPECT_EQ(found[0].message.find("Source"), std::string::npos);
}

TEST(CheckWorkflows, PointsIntoInlineDefinitions) {
  const auto scenario = scenario::parse_scenario(
      "workflows:\n  w:\n    definition:\n      StartAt: A\n      States:\n"
      "        A: {Type: Pass, Next: Nowhere}\n",
      "s.yaml");
  ASSERT_TRUE(scenario);
  const Diagnostics found = check_workflows(*scenario);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].file, "s.yaml");
  EXPECT_EQ(found[0].position.line, 6U);
  EXPECT_EQ(found[0].position.column, 31U);
}

TEST(ParseScenario, RefusesFilesInTextsFromElsewhere) {
  const auto scenario = scenario::parse_scenario(
      "models:\n  a:\n    replies:\n      - answer: {file: /etc/hostname}\n", "scenario",
      scenario::NamedFiles::kRefused);
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error()[0].message, HasSubstr("cannot name files"));
}

}  // namespace
}  // namespace bedlam::app
