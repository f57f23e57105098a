// A Map Run that goes on after its execution is redriven (developer guide, "Redriving Map Runs in
// Step Functions executions"): only children that did not succeed run again, Standard ones as the
// same executions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/app/emulator.h"
#include "tests/unit/rpc/body_receiver.h"

namespace bedlam::app {
namespace {

using testing::ElementsAre;

constexpr std::string_view kScenario = R"(
functions:
  work:
    replies:
      - {when: {event: {$.id: bad}}, script: [{error: {name: Boom, message: once}}, {answer: mended}]}
      - {echo: $.id}
workflows:
  run:
    definition:
      StartAt: Map
      States:
        Map:
          Type: Map
          Label: Items
          MaxConcurrency: 1
          ItemProcessor:
            ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: CHILDREN}
            StartAt: Work
            States:
              Work:
                Type: Task
                Resource: arn:aws:states:::lambda:invoke
                Parameters: {FunctionName: work, Payload.$: $}
                OutputPath: $.Payload
                End: true
          End: true
)";

class MapRunRedrive : public testing::Test {
 protected:
  Json ask(const std::string& operation, const Json& body, const std::string& service = "states") {
    rpc::Call call;
    call.service = service;
    call.operation = operation;
    call.body = to_text(body);
    auto answer = std::make_shared<rpc::BodyReceiver>();
    emulator.dispatcher().call(call, answer);
    return Json::parse(answer->body);
  }

  void start(const std::string& children) {
    std::string text(kScenario);
    text.replace(text.find("CHILDREN"), 8, children);
    const auto scenario = scenario::parse_scenario(text, "redrive.yaml");
    ASSERT_TRUE(scenario.ok());
    ASSERT_TRUE(emulator.load(*scenario).ok());
    const Json input{{{"id", "first"}}, {{"id", "bad"}}, {{"id", "last"}}};
    execution = ask("StartExecution", {{"stateMachineArn", emulator.state_machine_arn("run")},
                                       {"input", to_text(input)}})["executionArn"];
    emulator.scheduler().run();
  }
  Json described() { return ask("DescribeExecution", {{"executionArn", execution}}); }
  Json map_run() {
    const Json listed = ask("ListMapRuns", {{"executionArn", execution}})["mapRuns"];
    EXPECT_EQ(listed.size(), 1u);
    return ask("DescribeMapRun", {{"mapRunArn", listed[0]["mapRunArn"]}});
  }
  std::vector<std::string> events_from(std::size_t first) {
    std::vector<std::string> types;
    const Json history = ask("GetExecutionHistory", {{"executionArn", execution}});
    for (const Json& event : history["events"]) {
      if (event["id"] >= first) types.push_back(event["type"]);
    }
    return types;
  }
  std::size_t function_calls() {
    std::size_t calls = 0;
    for (const auto& entry : emulator.journal().entries()) calls += entry.operation == "Invoke";
    return calls;
  }

  Emulator emulator{{.seed = 7}};
  std::string execution;
};

TEST_F(MapRunRedrive, GoesOnWithTheChildrenThatFailed) {
  start("STANDARD");
  EXPECT_EQ(described()["status"], "FAILED");
  EXPECT_EQ(map_run()["status"], "FAILED");
  EXPECT_EQ(map_run()["itemCounts"]["failed"], 1);
  EXPECT_EQ(map_run()["itemCounts"]["pending"], 1);  // one failure is too many
  const Json children =
      ask("ListExecutions", {{"mapRunArn", map_run()["mapRunArn"]}})["executions"];
  ASSERT_EQ(children.size(), 2u);
  const std::string child = children[0]["executionArn"];
  EXPECT_EQ(ask("DescribeExecution", {{"executionArn", child}})["redriveStatus"],
            "REDRIVABLE_BY_MAP_RUN");
  EXPECT_THAT(to_text(ask("RedriveExecution", {{"executionArn", child}})),
              testing::HasSubstr("ExecutionNotRedrivable"));

  ask("RedriveExecution", {{"executionArn", execution}});
  emulator.scheduler().run();
  EXPECT_EQ(described()["status"], "SUCCEEDED");
  EXPECT_EQ(described()["output"], R"(["first","mended","last"])");
  EXPECT_EQ(function_calls(), 4u);
  EXPECT_THAT(events_from(8),
              ElementsAre("ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded",
                          "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"));
  const Json run = map_run();
  EXPECT_EQ(run["status"], "SUCCEEDED");
  EXPECT_EQ(run["redriveCount"], 1);
  EXPECT_EQ(run["itemCounts"]["succeeded"], 3);
  EXPECT_EQ(run["itemCounts"]["total"], 3);
  const Json again = ask("DescribeExecution", {{"executionArn", child}});
  EXPECT_EQ(again["status"], "SUCCEEDED");
  EXPECT_EQ(again["redriveCount"], 1);
}

TEST_F(MapRunRedrive, StartsExpressChildrenAnew) {
  start("EXPRESS");
  EXPECT_EQ(described()["status"], "FAILED");
  ask("RedriveExecution", {{"executionArn", execution}});
  emulator.scheduler().run();
  EXPECT_EQ(described()["output"], R"(["first","mended","last"])");
  EXPECT_EQ(function_calls(), 4u);
}

TEST_F(MapRunRedrive, ChildrenWriteLogsToo) {
  ask("CreateLogGroup", {{"logGroupName", "workflows"}}, "logs");
  start("STANDARD");
  const Json machine =
      ask("DescribeStateMachine", {{"stateMachineArn", emulator.state_machine_arn("run")}});
  ask("UpdateStateMachine",
      {{"stateMachineArn", machine["stateMachineArn"]},
       {"loggingConfiguration",
        {{"level", "ALL"},
         {"destinations",
          {{{"cloudWatchLogsLogGroup",
             {{"logGroupArn", "arn:aws:logs:us-east-1:123456789012:log-group:workflows:*"}}}}}}}}});
  ask("StartExecution",
      {{"stateMachineArn", machine["stateMachineArn"]}, {"input", R"([{"id": "one"}])"}});
  emulator.scheduler().run();
  const Json events = ask("FilterLogEvents", {{"logGroupName", "workflows"}}, "logs")["events"];
  std::size_t of_child = 0;
  for (const Json& event : events) {
    const Json message = Json::parse(event["message"].get<std::string>());
    const std::string arn = message["execution_arn"];
    of_child += arn.find(":run/Items:") != std::string::npos;
  }
  EXPECT_EQ(of_child, 7u);  // ExecutionStarted, TaskState…, Task…, ExecutionSucceeded
}

}  // namespace
}  // namespace bedlam::app
