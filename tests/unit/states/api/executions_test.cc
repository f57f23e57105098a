#include "tests/unit/states/api/api_fixture.h"

namespace bedlam::states {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

using ExecutionsTest = ApiTest;

TEST_F(ExecutionsTest, DescribesASuccess) {
  const std::string machine = create("advert");
  const std::string execution = start(machine, {{"name", "run"}, {"input", "{ \"a\": 1 }"}});
  EXPECT_EQ(execution, std::string(kArnPrefix) + "execution:advert:run");
  // Recorded: DescribeExecution of a success; the input is what was sent.
  const Json expected = {{"executionArn", execution},
                         {"stateMachineArn", machine},
                         {"name", "run"},
                         {"status", "SUCCEEDED"},
                         {"startDate", 1'728'000'000.0},
                         {"stopDate", 1'728'000'000.0},
                         {"input", "{ \"a\": 1 }"},
                         {"inputDetails", {{"included", true}}},
                         {"output", R"({"Arg1":"argument1"})"},
                         {"outputDetails", {{"included", true}}},
                         {"redriveCount", 0},
                         {"redriveStatus", "NOT_REDRIVABLE"},
                         {"redriveStatusReason", "Execution is SUCCEEDED and cannot be redriven"}};
  EXPECT_TRUE(same_value(describe(execution), expected)) << describe(execution).dump(1);
}

TEST_F(ExecutionsTest, StopsWhatRuns) {
  const std::string execution = start(create("slow", kWaitMinute));
  EXPECT_EQ(describe(execution).at("status"), "RUNNING");
  EXPECT_FALSE(describe(execution).contains("stopDate"));
  scheduler.advance_to(Instant{} + std::chrono::seconds(10));
  const Json stop = {{"executionArn", execution}, {"error", "Bored"}, {"cause", "too slow"}};
  EXPECT_EQ(call("StopExecution", stop).body, Json({{"stopDate", 1'728'000'010.0}}));
  const Json described = describe(execution);
  EXPECT_EQ(described.at("status"), "ABORTED");
  EXPECT_EQ(described.at("error"), "Bored");
  EXPECT_EQ(described.at("cause"), "too slow");
  EXPECT_EQ(described.at("redriveStatus"), "REDRIVABLE");
  EXPECT_FALSE(described.contains("outputDetails"));

  scheduler.advance_to(Instant{} + std::chrono::seconds(20));
  EXPECT_EQ(call("StopExecution", stop).body.at("stopDate"), 1'728'000'010.0);
}

TEST_F(ExecutionsTest, StartsAreIdempotentWhileRunning) {
  const std::string machine = create("slow", kWaitMinute);
  const std::string execution = start(machine, {{"name", "run"}});
  scheduler.advance_to(Instant{} + std::chrono::seconds(10));
  const Json same = {{"stateMachineArn", machine}, {"name", "run"}, {"input", "{}"}};
  EXPECT_EQ(call("StartExecution", same).body.at("startDate"), 1'728'000'000.0);
  const Json other = {{"stateMachineArn", machine}, {"name", "run"}, {"input", "[]"}};
  EXPECT_EQ(call("StartExecution", other).error(),
            "ExecutionAlreadyExists: Execution Already Exists: '" + execution + "'");
  scheduler.run();
  EXPECT_THAT(call("StartExecution", same).error(), StartsWith("ExecutionAlreadyExists"));
  // Names come back after 90 days, and what had them is gone.
  scheduler.advance_to(scheduler.now() + std::chrono::hours(24 * 91));
  EXPECT_THAT(call("DescribeExecution", {{"executionArn", execution}}).error(),
              StartsWith("ExecutionDoesNotExist"));
  EXPECT_EQ(call("StartExecution", same).status, 200);
}

TEST_F(ExecutionsTest, RefusesBadStarts) {
  const std::string machine = create("m");
  const auto error = [&](const Json& more) {
    Json body = {{"stateMachineArn", machine}};
    body.update(more);
    return call("StartExecution", body).error();
  };
  // Recorded.
  EXPECT_EQ(error({{"input", "not some json"}}),
            "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unrecognized token "
            "'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or "
            "'false')'");
  EXPECT_EQ(error({{"input", "{'not': 'json'"}}),
            "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected character "
            "(''' (code 39)): was expecting double-quote to start field name'");
  EXPECT_EQ(error({{"input", ""}}),
            "InvalidExecutionInput: Invalid State Machine Execution Input: 'Invalid execution "
            "input.'");
  EXPECT_EQ(error({{"stateMachineArn", machine + "x"}}),
            "StateMachineDoesNotExist: State Machine Does Not Exist: '" + machine + "x'");
  EXPECT_EQ(error({{"name", "a b"}}), "InvalidName: Invalid Name: 'a b'");
  EXPECT_THAT(error({{"stateMachineArn", machine + "/label"}}), StartsWith("ValidationException"));
  EXPECT_THAT(error({{"input", '"' + std::string(262'143, 'a') + '"'}}),
              EndsWith("Member must have length less than or equal to 262144"));
  EXPECT_EQ(call("StartExecution", {{"stateMachineArn", machine}, {"input", "null"}}).status, 200);
}

TEST_F(ExecutionsTest, ListsNewestFirst) {
  const std::string machine = create("m");
  for (const std::string_view name : {"one", "two", "three"}) start(machine, {{"name", name}});
  const auto names = [&](Json body) {
    body["stateMachineArn"] = machine;
    const Json answer = call("ListExecutions", body).body;
    std::vector<std::string> all;
    for (const Json& item : answer.at("executions")) all.push_back(item.at("name"));
    if (answer.contains("nextToken")) all.push_back(answer.at("nextToken"));
    return all;
  };
  EXPECT_THAT(names(Json::object()), ElementsAre("three", "two", "one"));
  EXPECT_THAT(names({{"statusFilter", "RUNNING"}}), ElementsAre());
  EXPECT_THAT(names({{"redriveFilter", "REDRIVEN"}}), ElementsAre());
  const std::vector<std::string> page = names({{"maxResults", 2}});
  ASSERT_EQ(page.size(), 3U);
  start(machine, {{"name", "four"}});  // does not move the pages
  EXPECT_THAT(names({{"maxResults", 2}, {"nextToken", page[2]}}), ElementsAre("one"));
  EXPECT_THAT(
      call("ListExecutions",
           {{"stateMachineArn", machine}, {"statusFilter", "FAILED"}, {"nextToken", page[2]}})
          .error(),
      StartsWith("InvalidToken"));
}

TEST_F(ExecutionsTest, PagesThroughAHistory) {
  const std::string execution = start(create("m"));
  const auto ids = [&](Json body) {
    body["executionArn"] = execution;
    const Json answer = call("GetExecutionHistory", body).body;
    std::vector<int> all;
    for (const Json& event : answer.at("events")) all.push_back(event.at("id"));
    return std::pair(all, answer.value("nextToken", ""));
  };
  EXPECT_THAT(ids(Json::object()).first, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(ids({{"reverseOrder", true}}).first, ElementsAre(4, 3, 2, 1));
  for (const bool reverse : {false, true}) {
    const auto [first, token] = ids({{"maxResults", 3}, {"reverseOrder", reverse}});
    EXPECT_EQ(first.size(), 3U);
    const auto rest = ids({{"maxResults", 3}, {"reverseOrder", reverse}, {"nextToken", token}});
    EXPECT_THAT(rest.first, ElementsAre(reverse ? 1 : 4));
    EXPECT_EQ(rest.second, "");
  }
  const Json bare = {{"executionArn", execution}, {"includeExecutionData", false}};
  EXPECT_FALSE(call("GetExecutionHistory", bare)
                   .body.at("events")[0]
                   .at("executionStartedEventDetails")
                   .contains("input"));
}

TEST_F(ExecutionsTest, RefusesBadExecutionArns) {
  for (const std::string operation : {"DescribeExecution", "StopExecution", "GetExecutionHistory",
                                      "DescribeStateMachineForExecution"}) {
    EXPECT_EQ(call(operation, {{"executionArn", "nonsense"}}).error(),
              "InvalidArn: Invalid Arn: 'Invalid ARN prefix: nonsense'");
    const std::string missing = std::string(kArnPrefix) + "execution:m:none";
    EXPECT_EQ(call(operation, {{"executionArn", missing}}).error(),
              "ExecutionDoesNotExist: Execution Does Not Exist: '" + missing + "'");
    EXPECT_EQ(
        call(operation, {{"executionArn", std::string(kArnPrefix) + "express:m:n:id"}}).error(),
        "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'");
  }
}

TEST_F(ExecutionsTest, ExpressAnswersWhenItIsOver) {
  const std::string machine =
      create("quick", R"({"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":2,"End":true}}})",
             "EXPRESS");
  const auto reply =
      send("StartSyncExecution", Json{{"stateMachineArn", machine}, {"name", "n"}}.dump());
  EXPECT_EQ(reply->status, 0);
  scheduler.run();
  ASSERT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body.at("status"), "SUCCEEDED");
  EXPECT_THAT(std::string(reply->body.at("executionArn")),
              StartsWith(std::string(kArnPrefix) + "express:quick:n:"));
  EXPECT_EQ(reply->body.at("billingDetails"),
            Json({{"billedMemoryUsedInMB", 64}, {"billedDurationInMilliseconds", 2000}}));
  EXPECT_EQ(reply->body.at("output"), "{}");
  EXPECT_FALSE(reply->body.contains("redriveStatus"));
}

TEST_F(ExecutionsTest, ExpressFailuresAreAnswersToo) {
  const std::string machine =
      create("bad", R"({"StartAt":"A","States":{"A":{"Type":"Fail","Error":"E","Cause":"C"}}})",
             "EXPRESS");
  const Reply reply = call("StartSyncExecution", {{"stateMachineArn", machine}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.at("status"), "FAILED");
  EXPECT_EQ(reply.body.at("error"), "E");
  EXPECT_EQ(reply.body.at("outputDetails"), Json({{"included", true}}));
  EXPECT_EQ(reply.body.at("billingDetails").at("billedDurationInMilliseconds"), 100);
}

TEST_F(ExecutionsTest, TypesHaveTheirOwnOperations) {
  const std::string express = create("quick", kPass, "EXPRESS");
  const std::string unsupported =
      "StateMachineTypeNotSupported: This operation is not supported by this type of state machine";
  EXPECT_EQ(call("ListExecutions", {{"stateMachineArn", express}}).error(), unsupported);
  EXPECT_EQ(call("StartSyncExecution", {{"stateMachineArn", create("m")}}).error(), unsupported);
  // Express starts are never idempotent.
  EXPECT_NE(start(express, {{"name", "n"}}), start(express, {{"name", "n"}}));
}

TEST_F(ExecutionsTest, TheHarnessSeesExecutions) {
  const std::string arn = start(create("m"));
  const auto execution = service.find_execution(arn);
  ASSERT_NE(execution, nullptr);
  EXPECT_EQ(execution->status(), ExecutionStatus::kSucceeded);
  service.reset();
  EXPECT_EQ(service.find_execution(arn), nullptr);
}

TEST_F(ExecutionsTest, ResetEndsWaitingCallers) {
  const std::string machine = create("slow", kWaitMinute, "EXPRESS");
  const auto reply = send("StartSyncExecution", Json{{"stateMachineArn", machine}}.dump());
  service.reset();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body.at("status"), "FAILED");
  scheduler.run();
}

// Ending what runs may push the oldest closed ones out while the machine's executions are walked.
TEST_F(ExecutionsTest, DeletesAMachineWithAsManyClosedOnesAsAreKept) {
  const std::string machine = create("m");
  for (std::size_t i = 0; i < kMaxClosedExecutions; ++i) start(machine);
  call("UpdateStateMachine", {{"stateMachineArn", machine}, {"definition", kWaitMinute}});
  const std::string running = start(machine);
  EXPECT_EQ(call("DeleteStateMachine", {{"stateMachineArn", machine}}).status, 200);
  EXPECT_EQ(describe(running).at("status"), "ABORTED");
}

TEST_F(ExecutionsTest, ForgetsTheOldestClosedOnes) {
  const std::string machine = create("m");
  const std::string first = start(machine, {{"name", "first"}});
  for (std::size_t i = 1; i < kMaxClosedExecutions; ++i) start(machine);
  EXPECT_EQ(call("DescribeExecution", {{"executionArn", first}}).status, 200);
  start(machine);
  EXPECT_EQ(call("DescribeExecution", {{"executionArn", first}}).status, 400);
  EXPECT_EQ(start(machine, {{"name", "first"}}), first);
}

}  // namespace
}  // namespace bedlam::states
