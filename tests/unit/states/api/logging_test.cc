// loggingConfiguration, and what executions log. Recorded where not said otherwise.
#include "tests/unit/states/api/api_fixture.h"

namespace bedlam::states {
namespace {

constexpr std::string_view kFail =
    R"({"StartAt":"F","States":{"F":{"Type":"Fail","Error":"SomeFailure","Cause":"Why."}}})";
constexpr std::string_view kGroup = "arn:aws:logs:eu-west-1:111111111111:log-group:group:*";

class LoggingTest : public ApiTest {
 protected:
  static Json destination(std::string_view arn = kGroup) {
    return {{"cloudWatchLogsLogGroup", {{"logGroupArn", arn}}}};
  }
  ::bedlam::states::Reply create_logging(std::string_view definition, const Json& logging) {
    Json body = creation("logged", definition);
    body["loggingConfiguration"] = logging;
    return call("CreateStateMachine", body);
  }
  // The types of what one execution logs.
  std::vector<std::string> logged(std::string_view definition, std::string_view level,
                                  bool include_data = true) {
    const Json logging = {{"level", level},
                          {"includeExecutionData", include_data},
                          {"destinations", {destination()}}};
    start(create_logging(definition, logging).body.at("stateMachineArn"));
    std::vector<std::string> types;
    for (const Json& event : logs.events) types.push_back(event.at("type"));
    return types;
  }
};

TEST_F(LoggingTest, WantsExactlyOneDestinationThatIsThere) {
  const std::string one =
      "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log "
      "Destination.";
  EXPECT_EQ(create_logging(kPass, {{"level", "ALL"}}).error(), one);
  EXPECT_EQ(
      create_logging(kPass, {{"level", "ALL"}, {"destinations", {destination(), destination()}}})
          .error(),
      one);
  EXPECT_EQ(
      create_logging(kPass, {{"level", "ALL"}, {"destinations", {destination("missing")}}}).error(),
      "InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination not "
      "found.");
  const std::string arn =
      create_logging(kPass, {{"destinations", Json::array()}}).body.at("stateMachineArn");
  const Json expected = {
      {"destinations", Json::array()}, {"level", "OFF"}, {"includeExecutionData", false}};
  EXPECT_TRUE(same_value(
      call("DescribeStateMachine", {{"stateMachineArn", arn}}).body.at("loggingConfiguration"),
      expected));
}

TEST_F(LoggingTest, WritesEveryEventWithItsData) {
  EXPECT_THAT(logged(kFail, "ALL"),
              testing::ElementsAre("ExecutionStarted", "FailStateEntered", "ExecutionFailed"));
  const Json expected = {
      {"id", "2"},
      {"type", "FailStateEntered"},
      {"details", {{"input", "{}"}, {"inputDetails", {{"truncated", false}}}, {"name", "F"}}},
      {"previous_event_id", "0"},
      {"event_timestamp", "1728000000000"},
      {"execution_arn", logs.events[0].at("execution_arn")},
      {"redrive_count", "0"}};
  EXPECT_TRUE(same_value(logs.events[1], expected)) << logs.events[1];
  EXPECT_EQ(logs.group, kGroup);
  EXPECT_THAT(logs.streams[0], testing::StartsWith("states/logged/2024-10-04-00-00/"));
}

TEST_F(LoggingTest, LeavesDataOut) {
  logged(kFail, "ALL", false);
  EXPECT_TRUE(same_value(logs.events[0].at("details"), Json{{"roleArn", kRole}}));
  EXPECT_TRUE(same_value(logs.events[1].at("details"), Json{{"name", "F"}}));
  EXPECT_TRUE(
      same_value(logs.events[2].at("details"), Json{{"error", "SomeFailure"}, {"cause", "Why."}}));
}

TEST_F(LoggingTest, LogsByLevel) {
  EXPECT_THAT(logged(kFail, "ERROR"), testing::ElementsAre("FailStateEntered", "ExecutionFailed"));
  logs.events.clear();
  call("DeleteStateMachine",
       {{"stateMachineArn", std::string(kArnPrefix) + "stateMachine:logged"}});
  EXPECT_THAT(logged(kFail, "FATAL"), testing::ElementsAre("ExecutionFailed"));
  logs.events.clear();
  call("DeleteStateMachine",
       {{"stateMachineArn", std::string(kArnPrefix) + "stateMachine:logged"}});
  EXPECT_THAT(logged(kFail, "OFF"), testing::IsEmpty());
}

}  // namespace
}  // namespace bedlam::states
