// Several files served as one.
#include "emulator/scenario/join.h"

#include <gtest/gtest.h>

namespace bedlam::scenario {
namespace {

Scenario parsed_part(const std::string& text, const std::string& file) {
  auto scenario = parse_scenario(text, file);
  EXPECT_TRUE(scenario.ok()) << text;
  return scenario.ok() ? *scenario : Scenario{};
}

// Every section that answers or deploys, with `name` in it.
std::string sections(const std::string& name) {
  return "models: {" + name + ": {replies: [{answer: Hi}]}}\n" + "guardrails: {" + name +
         ": {policies: [{topic: Money, match: invest}]}}\n" + "endpoints: {" + name +
         ": {replies: [{answer: Hi}]}}\n" + "functions: {" + name + ": {answer: 1}}\n" +
         "tasks: {'arn:aws:states:::" + name + ":*': {answer: {}}}\n" + "buckets: {" + name +
         ": {}}\n" + "workflows: {" + name +
         ": {definition: {StartAt: A, States: {A: {Type: Succeed}}}}}\n";
}

TEST(Join, KeepsEverySectionInOrder) {
  Scenario all = parsed_part(sections("first1"), "first.yaml");
  join(all, parsed_part(sections("second2"), "second.yaml"));
  ASSERT_EQ(all.models.size(), 2U);
  EXPECT_EQ(all.models[1].pattern, "second2");
  ASSERT_EQ(all.guardrails.size(), 2U);
  EXPECT_EQ(all.guardrails[1].behaviour.pattern, "second2");
  ASSERT_EQ(all.endpoints.size(), 2U);
  EXPECT_EQ(all.endpoints[1].behaviour.pattern, "second2");
  ASSERT_EQ(all.functions.size(), 2U);
  EXPECT_EQ(all.functions[1].behaviour.pattern, "second2");
  ASSERT_EQ(all.tasks.size(), 2U);
  EXPECT_EQ(all.tasks[1].pattern, "second2:*");
  ASSERT_EQ(all.buckets.size(), 2U);
  EXPECT_EQ(all.buckets[1].name, "second2");
  ASSERT_EQ(all.workflows.size(), 2U);
  EXPECT_EQ(all.workflows[1].name, "second2");
  EXPECT_EQ(all.file, "first.yaml");
}

TEST(Join, ALaterMockConfigurationReplacesAnEarlierOne) {
  const auto config = [](const std::string& name) {
    return parsed_part(
        "mock_config: {StateMachines: {" + name +
            ": {TestCases: {Happy: {A: R}}}}, MockedResponses: {R: {'0': {Return: {}}}}}",
        name);
  };
  Scenario all = config("One");
  join(all, parsed_part(sections("first1"), "first.yaml"));
  ASSERT_TRUE(all.mock_config);
  EXPECT_TRUE(all.mock_config->has("One", "Happy"));
  join(all, config("Two"));
  EXPECT_TRUE(all.mock_config->has("Two", "Happy"));
}

}  // namespace
}  // namespace bedlam::scenario
