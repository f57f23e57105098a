// Versions and aliases of state machines. Texts and shapes are recorded where not said otherwise.
#include "tests/unit/states/api/api_fixture.h"

namespace bedlam::states {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class VersionsTest : public ApiTest {
 protected:
  std::string publish(const std::string& machine, const Json& more = Json::object()) {
    Json body = {{"stateMachineArn", machine}};
    body.update(more);
    return call("PublishStateMachineVersion", body).body.value("stateMachineVersionArn", "");
  }
  void update(const std::string& machine, std::string_view definition) {
    call("UpdateStateMachine", {{"stateMachineArn", machine}, {"definition", definition}});
  }
  // A machine with the versions 1, of kPass, and 2, of kWaitMinute.
  std::string two_versions() {
    const std::string arn = create("advert");
    publish(arn);
    update(arn, kWaitMinute);
    publish(arn, {{"description", "waits"}});
    return arn;
  }
  Json listed(const std::string& machine, const Json& more = Json::object()) {
    Json body = {{"stateMachineArn", machine}};
    body.update(more);
    return call("ListStateMachineVersions", body).body;
  }
  ::bedlam::states::Reply create_alias(std::string_view name, const Json& routes) {
    return call("CreateStateMachineAlias", {{"name", name}, {"routingConfiguration", routes}});
  }
  static Json route(const std::string& version, int weight) {
    return {{"stateMachineVersionArn", version}, {"weight", weight}};
  }
};

TEST_F(VersionsTest, PublishingTheSameRevisionAgainGivesTheSameVersion) {
  const std::string arn = create("advert");
  EXPECT_EQ(publish(arn), arn + ":1");
  EXPECT_EQ(publish(arn), arn + ":1");
  update(arn, kWaitMinute);
  EXPECT_EQ(publish(arn), arn + ":2");
  const Json versions = listed(arn).at("stateMachineVersions");
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].at("stateMachineVersionArn"), arn + ":2");  // newest first
}

TEST_F(VersionsTest, CreatingAndUpdatingPublish) {
  Json body = creation("advert");
  body["publish"] = true;
  body["versionDescription"] = "first";
  const Json created = call("CreateStateMachine", body).body;
  const std::string arn = created.at("stateMachineArn");
  EXPECT_EQ(created.at("stateMachineVersionArn"), arn + ":1");
  EXPECT_EQ(call("CreateStateMachine", body).body.at("stateMachineVersionArn"), arn + ":1");
  EXPECT_THAT(call("CreateStateMachine", creation("advert")).error(),
              StartsWith("StateMachineAlreadyExists"));  // model: publish counts
  const Json same = {{"stateMachineArn", arn}, {"definition", kPass}, {"publish", true}};
  const Json updated = call("UpdateStateMachine", same).body;
  EXPECT_EQ(updated.at("stateMachineVersionArn"), arn + ":1");
  EXPECT_FALSE(updated.contains("revisionId"));

  const Json described = call("DescribeStateMachine", {{"stateMachineArn", arn + ":1"}}).body;
  EXPECT_EQ(described.at("stateMachineArn"), arn + ":1");
  EXPECT_EQ(described.at("name"), "advert");
  EXPECT_EQ(described.at("description"), "first");
  Json undescribed = creation("other");
  undescribed["versionDescription"] = "x";
  EXPECT_EQ(call("CreateStateMachine", undescribed).error(),
            "ValidationException: Version description can only be set when publish is true");
}

TEST_F(VersionsTest, AVersionKeepsItsDefinition) {
  const std::string arn = two_versions();
  EXPECT_EQ(call("DescribeStateMachine", {{"stateMachineArn", arn + ":1"}}).body.at("definition"),
            kPass);
  const std::string by_version = start(arn + ":1");
  EXPECT_EQ(describe(by_version).at("status"), "SUCCEEDED");
  EXPECT_EQ(describe(by_version).at("stateMachineArn"), arn);
  EXPECT_EQ(describe(by_version).at("stateMachineVersionArn"), arn + ":1");
  const Json events = call("GetExecutionHistory", {{"executionArn", by_version}}).body.at("events");
  EXPECT_EQ(events[0].at("executionStartedEventDetails").at("stateMachineVersionArn"), arn + ":1");
  EXPECT_EQ(describe(start(arn)).at("status"), "RUNNING");
  EXPECT_FALSE(describe(start(arn)).contains("stateMachineVersionArn"));
  EXPECT_EQ(call("StartExecution", {{"stateMachineArn", arn + ":7"}}).error(),
            "StateMachineDoesNotExist: State Machine Does Not Exist: '" + arn + ":7'");

  const Json of_version = call("ListExecutions", {{"stateMachineArn", arn + ":1"}}).body;
  ASSERT_EQ(of_version.at("executions").size(), 1U);
  EXPECT_EQ(of_version.at("executions")[0].at("executionArn"), by_version);
}

TEST_F(VersionsTest, PublishingAnOldRevisionConflicts) {
  const std::string arn = two_versions();
  const std::string old =
      call("DescribeStateMachine", {{"stateMachineArn", arn + ":2"}}).body.at("revisionId");
  update(arn, kPass);
  const std::string now =
      call("DescribeStateMachine", {{"stateMachineArn", arn}}).body.at("revisionId");
  EXPECT_EQ(
      call("PublishStateMachineVersion", {{"stateMachineArn", arn}, {"revisionId", old}}).error(),
      "ConflictException: Failed to publish the State Machine version for revision " + old +
          ". The current State Machine revision is " + now + ".");
  EXPECT_EQ(publish(arn, {{"revisionId", now}}), arn + ":3");
}

TEST_F(VersionsTest, NumbersOfDeletedVersionsAreNotGivenAgain) {
  const std::string arn = create("advert");
  publish(arn);
  EXPECT_EQ(call("DeleteStateMachineVersion", {{"stateMachineVersionArn", arn + ":1"}}).status,
            200);
  EXPECT_EQ(call("DeleteStateMachineVersion", {{"stateMachineVersionArn", arn + ":1"}}).status,
            200);  // one that is not there
  EXPECT_TRUE(listed(arn).at("stateMachineVersions").empty());
  EXPECT_EQ(publish(arn), arn + ":2");
}

TEST_F(VersionsTest, ListsPageByPage) {
  const std::string arn = two_versions();
  const Json first = listed(arn, {{"maxResults", 1}});
  EXPECT_EQ(first.at("stateMachineVersions")[0].at("stateMachineVersionArn"), arn + ":2");
  const Json second = listed(arn, {{"nextToken", first.at("nextToken")}});
  EXPECT_EQ(second.at("stateMachineVersions")[0].at("stateMachineVersionArn"), arn + ":1");
  EXPECT_FALSE(second.contains("nextToken"));
  EXPECT_EQ(
      call("ListStateMachineVersions", {{"stateMachineArn", arn}, {"nextToken", "x"}}).error(),
      "InvalidToken: Invalid Token: 'Invalid token'");
}

TEST_F(VersionsTest, QualifiedArnsAreNotUpdatedOrDeleted) {
  const std::string arn = two_versions();
  EXPECT_EQ(
      call("UpdateStateMachine", {{"stateMachineArn", arn + ":1"}, {"definition", kPass}}).error(),
      "StateMachineDoesNotExist: State Machine Does Not Exist: '" + arn + ":1'");
  EXPECT_THAT(call("DeleteStateMachine", {{"stateMachineArn", arn + ":1"}}).error(),
              StartsWith("ValidationException"));
}

TEST_F(VersionsTest, AliasesRouteByWeight) {
  const std::string arn = two_versions();
  ASSERT_EQ(create_alias("PROD", {route(arn + ":1", 80), route(arn + ":2", 20)}).status, 200);
  int ended = 0;
  constexpr int kStarts = 1000;
  for (int i = 0; i < kStarts; ++i) {
    const Json execution = describe(start(arn + ":PROD"));
    EXPECT_EQ(execution.at("stateMachineAliasArn"), arn + ":PROD");
    EXPECT_EQ(execution.at("stateMachineVersionArn") == arn + ":1",
              execution.at("status") == "SUCCEEDED");
    if (execution.at("status") == "SUCCEEDED") ++ended;
  }
  EXPECT_NEAR(ended, 800, 60);
  const Json listed_by_alias =
      call("ListExecutions", {{"stateMachineArn", arn + ":PROD"}, {"maxResults", 1000}}).body;
  EXPECT_EQ(listed_by_alias.at("executions").size(), static_cast<std::size_t>(kStarts));
}

TEST_F(VersionsTest, CreatingTheSameAliasAgainIsNoError) {
  const std::string arn = two_versions();
  const Json routes = Json::array({route(arn + ":1", 100)});
  EXPECT_EQ(create_alias("PROD", routes).body.at("stateMachineAliasArn"), arn + ":PROD");
  EXPECT_EQ(create_alias("PROD", routes).status, 200);
  EXPECT_EQ(create_alias("PROD", Json::array({route(arn + ":2", 100)})).error(),
            "ConflictException: Failed to create alias because an alias with the same name and a "
            "different routing configuration already exists.");
}

TEST_F(VersionsTest, RefusesBadRoutes) {
  const std::string arn = two_versions();
  const auto error = [&](const Json& routes) { return create_alias("PROD", routes).error(); };
  EXPECT_EQ(error({route(arn + ":1", 50), route(arn + ":1", 50)}),
            "ValidationException: Routing configuration must contain distinct state machine "
            "version ARNs. Received: [" +
                arn + ":1, " + arn + ":1]");
  EXPECT_EQ(error({route(arn, 70), route(arn + ":2", 30)}),
            "ValidationException: Routing configuration must contain state machine version ARNs. "
            "Received: [" +
                arn + ", " + arn + ":2]");
  EXPECT_EQ(error({route(arn + ":1", 70), route(arn + ":2", 29)}),
            "ValidationException: Sum of routing configuration weights must equal 100. Received: "
            "[70, 29]");
  EXPECT_EQ(error(Json::array({route(arn + ":1", 101)})),
            "ValidationException: 1 validation error detected: Value '101' at "
            "'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must "
            "have value less than or equal to 100");
  EXPECT_EQ(error({route(arn + ":1", 50), route(arn + ":2", 30), route(arn + ":3", 20)}),
            "ValidationException: 1 validation error detected: Value "
            "'[RoutingConfigurationListItem(stateMachineVersionArn=" +
                arn + ":1, weight=50), RoutingConfigurationListItem(stateMachineVersionArn=" + arn +
                ":2, weight=30), RoutingConfigurationListItem(stateMachineVersionArn=" + arn +
                ":3, weight=20)]' at 'routingConfiguration' failed to satisfy constraint: Member "
                "must have length less than or equal to 2");
  // The model's pattern; the sentence as for other patterns.
  EXPECT_THAT(create_alias("123", Json::array({route(arn + ":1", 100)})).error(),
              HasSubstr("Value '123' at 'name' failed to satisfy constraint: Member must satisfy "
                        "regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])"));
}

TEST_F(VersionsTest, AliasesAreDescribedChangedListedAndDeleted) {
  const std::string arn = two_versions();
  create_alias("PROD", Json::array({route(arn + ":1", 100)}));
  create_alias("TEST", Json::array({route(arn + ":2", 100)}));
  scheduler.advance_to(Instant{} + std::chrono::seconds(5));
  const Json name = {{"stateMachineAliasArn", arn + ":PROD"}};
  Json change = name;
  change["description"] = "new";
  change["routingConfiguration"] = {route(arn + ":1", 50), route(arn + ":2", 50)};
  EXPECT_EQ(call("UpdateStateMachineAlias", change).body.at("updateDate"), 1'728'000'005.0);
  const Json described = call("DescribeStateMachineAlias", name).body;
  EXPECT_EQ(described.at("routingConfiguration").size(), 2U);
  EXPECT_EQ(described.at("description"), "new");
  EXPECT_EQ(described.at("creationDate"), 1'728'000'000.0);

  EXPECT_EQ(call("ListStateMachineAliases", {{"stateMachineArn", arn}})
                .body.at("stateMachineAliases")
                .size(),
            2U);
  EXPECT_EQ(call("ListStateMachineAliases", {{"stateMachineArn", arn + ":1"}})
                .body.at("stateMachineAliases")
                .size(),
            1U);
  EXPECT_EQ(call("DeleteStateMachineVersion", {{"stateMachineVersionArn", arn + ":2"}}).error(),
            "ConflictException: Version to be deleted must not be referenced by an alias. Current "
            "list of aliases referencing this version: [PROD, TEST]");
  EXPECT_EQ(call("DeleteStateMachineAlias", name).status, 200);
  EXPECT_EQ(call("DeleteStateMachineAlias", name).status, 200);
  EXPECT_EQ(call("UpdateStateMachineAlias", change).error(),
            "ResourceNotFound: Request references a resource that does not exist.");
}

}  // namespace
}  // namespace bedlam::states
