#include "tests/unit/states/api/api_fixture.h"

namespace bedlam::states {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using StateMachinesTest = ApiTest;

TEST_F(StateMachinesTest, DescribesWhatWasCreated) {
  const std::string arn = create("advert");
  EXPECT_EQ(arn, std::string(kArnPrefix) + "stateMachine:advert");
  // Recorded: DescribeStateMachine of a fresh machine.
  const Json expected = {
      {"stateMachineArn", arn},
      {"name", "advert"},
      {"status", "ACTIVE"},
      {"type", "STANDARD"},
      {"creationDate", 1'728'000'000.0},
      {"definition", kPass},
      {"roleArn", kRole},
      {"loggingConfiguration", {{"level", "OFF"}, {"includeExecutionData", false}}},
      {"tracingConfiguration", {{"enabled", false}}},
      {"encryptionConfiguration", {{"type", "AWS_OWNED_KEY"}}}};
  EXPECT_TRUE(same_value(call("DescribeStateMachine", {{"stateMachineArn", arn}}).body, expected));
}

TEST_F(StateMachinesTest, CreatingTheSameAgainIsNoError) {
  const std::string arn = create("advert");
  scheduler.advance_to(Instant{} + std::chrono::seconds(5));
  Json again = creation("advert");
  again["roleArn"] = "arn:aws:iam::111111111111:role/other";
  again["type"] = "STANDARD";
  const Reply reply = call("CreateStateMachine", again);
  EXPECT_EQ(reply.body.at("creationDate"), 1'728'000'000.0);

  EXPECT_EQ(call("CreateStateMachine", creation("advert", std::string(kPass) + " ")).error(),
            "StateMachineAlreadyExists: State Machine Already Exists: '" + arn + "'");
  again["type"] = "EXPRESS";
  EXPECT_THAT(call("CreateStateMachine", again).error(), StartsWith("StateMachineAlreadyExists"));
}

TEST_F(StateMachinesTest, RefusesBadNames) {
  for (const std::string name : {"a b", "a\"b", "a#b", "a:b", "a/b", "a{b", "a\\b", "a~b", "a\x1f",
                                 "a\xc2\x85", "a\xef\xbf\xbf"}) {
    EXPECT_EQ(call("CreateStateMachine", creation(name)).error(),
              "InvalidName: Invalid Name: '" + name + "'");
  }
  EXPECT_EQ(call("CreateStateMachine", creation("state.machine_1-ü!'()+=@")).status, 200);
}

TEST_F(StateMachinesTest, RefusesBadDefinitions) {
  // Recorded.
  EXPECT_EQ(call("CreateStateMachine", creation("m", R"({"StartAt":"State_1"})")).error(),
            "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These "
            "fields are required: [States] at /'");
  EXPECT_EQ(call("CreateStateMachine", creation("m", "")).error(),
            "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: "
            "Definition must be a valid JSON object'");
}

TEST_F(StateMachinesTest, UpdatesMakeRevisions) {
  const std::string arn = create("advert");
  const Json same = {{"stateMachineArn", arn}, {"definition", kPass}};
  EXPECT_FALSE(call("UpdateStateMachine", same).body.contains("revisionId"));

  scheduler.advance_to(Instant{} + std::chrono::seconds(5));
  const Json changed = {{"stateMachineArn", arn}, {"definition", kWaitMinute}};
  const Json first = call("UpdateStateMachine", changed).body;
  EXPECT_EQ(first.at("updateDate"), 1'728'000'005.0);
  EXPECT_EQ(call("UpdateStateMachine", changed).body.at("revisionId"), first.at("revisionId"));
  const Json role = {{"stateMachineArn", arn}, {"roleArn", "arn:aws:iam::1:role/x"}};
  EXPECT_NE(call("UpdateStateMachine", role).body.at("revisionId"), first.at("revisionId"));
  EXPECT_EQ(call("DescribeStateMachine", {{"stateMachineArn", arn}}).body.at("definition"),
            kWaitMinute);

  EXPECT_EQ(call("UpdateStateMachine", {{"stateMachineArn", arn}}).error(),
            "MissingRequiredParameter: Either the definition, the role ARN, the "
            "LoggingConfiguration, or the TracingConfiguration must be specified");
  EXPECT_EQ(
      call("UpdateStateMachine", {{"stateMachineArn", arn + "x"}, {"definition", kPass}}).error(),
      "StateMachineDoesNotExist: State Machine Does Not Exist: '" + arn + "x'");
}

TEST_F(StateMachinesTest, RunningExecutionsKeepTheirRevision) {
  const std::string arn = create("advert", kWaitMinute);
  const std::string execution = start(arn);
  call("UpdateStateMachine", {{"stateMachineArn", arn}, {"definition", kPass}});
  const Json described =
      call("DescribeStateMachineForExecution", {{"executionArn", execution}}).body;
  EXPECT_EQ(described.at("definition"), kWaitMinute);
  EXPECT_FALSE(described.contains("revisionId"));
}

TEST_F(StateMachinesTest, ListsByPages) {
  for (const std::string_view name : {"c", "a", "b"}) create(name);
  const auto names = [](const Json& body) {
    std::vector<std::string> all;
    for (const Json& machine : body.at("stateMachines")) all.push_back(machine.at("name"));
    return all;
  };
  const Json first = call("ListStateMachines", {{"maxResults", 2}}).body;
  EXPECT_THAT(names(first), ElementsAre("a", "b"));
  const Json rest = {{"maxResults", 2}, {"nextToken", first.at("nextToken")}};
  EXPECT_THAT(names(call("ListStateMachines", rest).body), ElementsAre("c"));
  EXPECT_FALSE(call("ListStateMachines", rest).body.contains("nextToken"));

  EXPECT_EQ(call("ListStateMachines", {{"nextToken", "made up"}}).error(),
            "InvalidToken: Invalid Token: 'Invalid token'");
  scheduler.advance_to(Instant{} + std::chrono::hours(25));
  EXPECT_EQ(call("ListStateMachines", rest).error(),
            "InvalidToken: Invalid Token: 'Invalid token'");
}

TEST_F(StateMachinesTest, RegionsAreApart) {
  ASSERT_TRUE(service.deploy("deployed", kPass));
  EXPECT_EQ(service.find_arn("deployed"),
            "arn:aws:states:us-east-1:111111111111:stateMachine:deployed");
  EXPECT_TRUE(call("ListStateMachines", Json::object()).body.at("stateMachines").empty());
}

TEST_F(StateMachinesTest, DeletingEndsExecutions) {
  const std::string arn = create("advert", kWaitMinute);
  const std::string execution = start(arn);
  EXPECT_EQ(call("DeleteStateMachine", {{"stateMachineArn", arn}}).body, Json::object());
  EXPECT_EQ(call("DeleteStateMachine", {{"stateMachineArn", arn}}).status, 200);
  EXPECT_EQ(describe(execution).at("status"), "ABORTED");
  EXPECT_EQ(call("DescribeStateMachine", {{"stateMachineArn", arn}}).error(),
            "StateMachineDoesNotExist: State Machine Does Not Exist: '" + arn + "'");
}

TEST_F(StateMachinesTest, ChecksSettings) {
  Json body = creation("m");
  body["loggingConfiguration"] = {{"level", "ALL"}};
  EXPECT_EQ(call("CreateStateMachine", body).error(),
            "InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one "
            "Log Destination.");
  body["loggingConfiguration"] = {{"destinations", Json::array()}};
  const std::string arn = call("CreateStateMachine", body).body.at("stateMachineArn");
  // Recorded.
  const Json shown = {
      {"destinations", Json::array()}, {"includeExecutionData", false}, {"level", "OFF"}};
  EXPECT_TRUE(same_value(
      call("DescribeStateMachine", {{"stateMachineArn", arn}}).body.at("loggingConfiguration"),
      shown));

  Json described = creation("n");
  described["versionDescription"] = "first";
  EXPECT_EQ(call("CreateStateMachine", described).error(),
            "ValidationException: Version description can only be set when publish is true");
}

TEST_F(StateMachinesTest, TagsAreASet) {
  Json body = creation("m");
  body["tags"] = {{{"key", "key1"}, {"value", "value1"}}};
  const std::string arn = call("CreateStateMachine", body).body.at("stateMachineArn");
  const Json more = {
      {"resourceArn", arn},
      {"tags", {{{"key", "key2"}, {"value", ""}}, {{"key", "key1"}, {"value", "x"}}}}};
  EXPECT_EQ(call("TagResource", more).body, Json::object());
  const Json both =
      Json::array({{{"key", "key1"}, {"value", "x"}}, {{"key", "key2"}, {"value", ""}}});
  EXPECT_EQ(call("ListTagsForResource", {{"resourceArn", arn}}).body.at("tags"), both);
  call("UntagResource", {{"resourceArn", arn}, {"tagKeys", {"key1", "key9"}}});
  EXPECT_EQ(call("ListTagsForResource", {{"resourceArn", arn}}).body.at("tags").size(), 1U);

  Json many = {{"resourceArn", arn}, {"tags", Json::array()}};
  for (int i = 0; i < 50; ++i)
    many["tags"].push_back({{"key", "t" + std::to_string(i)}, {"value", ""}});
  EXPECT_THAT(call("TagResource", many).error(), StartsWith("TooManyTags"));
  EXPECT_EQ(call("TagResource", {{"resourceArn", arn + ":1"}, {"tags", Json::array()}}).error(),
            "ResourceNotFound: Resource not found: '" + arn + ":1'");
}

TEST_F(StateMachinesTest, DeployReplaces) {
  const auto first = service.deploy("m", kPass);
  ASSERT_TRUE(first);
  ASSERT_TRUE(service.deploy("m", kWaitMinute));
  ASSERT_TRUE(service.deploy("m", kPass, "EXPRESS"));
  EXPECT_FALSE(service.deploy("m", "{}"));
  EXPECT_FALSE(service.deploy("a b", kPass));
  service.reset();
  EXPECT_EQ(service.find_arn("m"), std::nullopt);
}

TEST_F(StateMachinesTest, ValidatesDefinitions) {
  // Recorded.
  const Json ok = {{"result", "OK"}, {"diagnostics", Json::array()}, {"truncated", false}};
  EXPECT_EQ(call("ValidateStateMachineDefinition", {{"definition", kPass}}).body, ok);
  const Json failed = call("ValidateStateMachineDefinition", {{"definition", "{}"}}).body;
  EXPECT_EQ(failed.at("result"), "FAIL");
  EXPECT_EQ(failed.at("diagnostics")[0].at("message"),
            "These fields are required: [States, StartAt]");
  EXPECT_EQ(failed.at("diagnostics")[0].at("location"), "/");
}

}  // namespace
}  // namespace bedlam::states
