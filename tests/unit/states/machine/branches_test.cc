// Parallel and Map: time overlaps, failures end the others, events keep their chains.
#include "tests/unit/states/machine/stage.h"

namespace bedlam::states {
namespace {

using Branching = Stage;
using Lines = std::vector<std::string>;

std::string branch(const std::string& name, const std::string& state) {
  return R"({"StartAt": ")" + name + R"(", "States": {")" + name + R"(": )" + state + "}}";
}

std::string parallel(const std::string& branches, const std::string& more = "") {
  return R"({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [)" + branches +
         "]" + more + R"(, "Next": "Z"}, "Z": {"Type": "Succeed"}}})";
}

TEST_F(Branching, ParallelTakesAsLongAsItsLongestBranch) {
  bedrock.replies["a"] = {answer(R"("A")", 7200ms)};
  bedrock.replies["b"] = {answer(R"("B")", 12s)};
  bedrock.replies["c"] = {answer(R"("C")", 6400ms)};
  const auto execution =
      run(parallel(branch("A", task("a", R"("OutputPath": "$.Body", "End": true)")) + "," +
                   branch("B", task("b", R"("OutputPath": "$.Body", "End": true)")) + "," +
                   branch("C", task("c", R"("OutputPath": "$.Body", "End": true)"))));
  EXPECT_EQ(took(*execution), 12s);
  EXPECT_EQ(output(*execution), R"(["A","B","C"])");
}

// Recorded for one branch (test_parallel_catch_error): the failing task is aborted too, and the
// state fails at the failing event. With a second task and a wait beside it.
TEST_F(Branching, AFailureAbortsTheOthers) {
  bedrock.replies["a"] = {throttled(2s)};
  bedrock.replies["b"] = {answer("{}", 10s)};
  const auto execution = run(parallel(
      branch("A", task("a", R"("End": true)")) + "," + branch("B", task("b", R"("End": true)")) +
          "," + branch("C", R"({"Type": "Wait", "Seconds": 9, "End": true})"),
      R"(, "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "Z"}])"));
  EXPECT_EQ(took(*execution), 2s);
  EXPECT_EQ(
      chain(*execution),
      (Lines{"1 0 ExecutionStarted", "2 0 ParallelStateEntered", "3 2 ParallelStateStarted",
             "4 3 TaskStateEntered", "5 4 TaskScheduled", "6 5 TaskStarted", "7 3 TaskStateEntered",
             "8 7 TaskScheduled", "9 8 TaskStarted", "10 3 WaitStateEntered", "11 6 TaskFailed",
             "12 11 TaskStateAborted", "13 11 TaskStateAborted", "14 11 WaitStateAborted",
             "15 11 ParallelStateFailed", "16 15 ParallelStateExited", "17 16 SucceedStateEntered",
             "18 17 SucceedStateExited", "19 18 ExecutionSucceeded"}));
  EXPECT_EQ(journal.entries()[1].ended, "abandoned");
}

TEST_F(Branching, RetryRunsAllBranchesAgain) {
  bedrock.replies["a"] = {throttled(1s), answer("1", 1s)};
  bedrock.replies["b"] = {answer("2", 3s)};
  const auto execution = run(parallel(
      branch("A", task("a", R"("End": true)")) + "," + branch("B", task("b", R"("End": true)")),
      R"(, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5}])"));
  EXPECT_EQ(bedrock.call_times(), (std::vector<Duration>{0s, 0s, 6s, 6s}));
  EXPECT_EQ(took(*execution), 9s);
  const Lines lines = chain(*execution);
  EXPECT_EQ(lines[9], "10 6 TaskFailed");
  EXPECT_EQ(lines[12], "13 10 ParallelStateStarted");
}

std::string map_of(const std::string& members, const std::string& model = "m") {
  return R"({"StartAt": "Each", "States": {"Each": {"Type": "Map", )" + members +
         R"( "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Ask",
             "States": {"Ask": )" +
         task(model, R"("OutputPath": "$.Body", "End": true)") + R"(}}, "End": true}}})";
}

TEST_F(Branching, MapKeepsToItsConcurrency) {
  bedrock.replies["m"] = {answer("1", 10s)};
  const std::string items = "[1, 2, 3, 4, 5]";
  EXPECT_EQ(took(*run(map_of(""), items)), 10s);
  EXPECT_EQ(took(*run(map_of(R"("MaxConcurrency": 2,)"), items)), 30s);
  EXPECT_EQ(took(*run(map_of(R"("MaxConcurrency": 1,)"), items)), 50s);
}

// Developer guide: at most 40 iterations at a time in inline mode, whatever is asked for.
TEST_F(Branching, InlineMapRunsFortyAtATime) {
  bedrock.replies["m"] = {answer("1", 10s)};
  Json items = Json::array();
  for (int i = 0; i < 100; ++i) items.push_back(i);
  EXPECT_EQ(took(*run(map_of(R"("MaxConcurrency": 100,)"), to_text(items))), 30s);
}

TEST_F(Branching, MapResultsKeepTheItemsOrder) {
  bedrock.replies["m"] = {answer(R"("slow")", 9s), answer(R"("quick")", 1s)};
  EXPECT_EQ(output(*run(map_of(""), "[1, 2]")), R"(["slow","quick"])");
}

TEST_F(Branching, MapStartsAllIterationsTogether) {
  const auto execution = run(map_of(""), "[1, 2]");
  EXPECT_EQ((Lines{chain(*execution)[3], chain(*execution)[4], chain(*execution)[5]}),
            (Lines{"4 3 MapIterationStarted", "5 3 MapIterationStarted", "6 4 TaskStateEntered"}));
}

TEST_F(Branching, EmptyMap) {
  const auto execution = run(map_of(""), "[]");
  EXPECT_EQ(chain(*execution),
            (Lines{"1 0 ExecutionStarted", "2 0 MapStateEntered", "3 2 MapStateStarted",
                   "4 3 MapStateSucceeded", "5 3 MapStateExited", "6 5 ExecutionSucceeded"}));
  EXPECT_EQ(output(*execution), "[]");
}

TEST_F(Branching, MapOverAnObject) {
  const auto execution =
      run(R"({"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.cars",
      "ItemSelector": {"k.$": "$$.Map.Item.Key", "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
      "ItemProcessor": {"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}},
          "End": true}}})",
          R"({"cars": {"suv": 7, "van": 9}})");
  EXPECT_EQ(output(*execution), R"([{"k":"suv","v":7,"i":0},{"k":"van","v":9,"i":1}])");
}

// Recorded as TestState's answer (test_state_map_context_object).
TEST_F(Branching, ItemsMustBeThere) {
  const auto execution = run(map_of(R"("ItemsPath": "$.n",)"), R"({"n": 3})");
  EXPECT_EQ(execution->failure()->cause,
            "An error occurred while executing the state 'Each' (entered at the event id #2). "
            "Reference path \"$.n\" must point to array.");
}

// Recorded rules: MapIterationFailed, the aborts and MapStateFailed all point to the failing event.
TEST_F(Branching, ParallelInMapWithAFailure) {
  bedrock.replies["a"] = {throttled(2s), answer("{}", 9s)};
  bedrock.replies["b"] = {answer("{}", 9s)};
  const auto execution = run(R"({"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true,
      "ItemProcessor": {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true,
          "Branches": [)" + branch("A", task("a", R"("End": true)")) +
                                 "," + branch("B", task("b", R"("End": true)")) + "]}}}}}}",
                             "[1, 2]");
  EXPECT_EQ(execution->status(), ExecutionStatus::kFailed);
  EXPECT_EQ(took(*execution), 2s);
  const Lines lines = chain(*execution);
  ASSERT_EQ(lines.size(), 32U);
  EXPECT_EQ((Lines{lines.begin() + 21, lines.end()}),
            (Lines{"22 12 TaskFailed",        // branch A of the first item
                   "23 22 TaskStateAborted",  // A itself
                   "24 22 TaskStateAborted",  // B beside it
                   "25 22 ParallelStateFailed", "26 25 MapIterationFailed",
                   "27 25 TaskStateAborted",  // the second item
                   "28 25 TaskStateAborted", "29 25 ParallelStateAborted",
                   "30 25 MapIterationAborted", "31 25 MapStateFailed", "32 31 ExecutionFailed"}));
}

TEST_F(Branching, RetryInsideABranchDoesNotDisturbTheOthers) {
  bedrock.replies["a"] = {throttled(1s), answer("1", 1s)};
  bedrock.replies["b"] = {answer("2", 3s)};
  const auto execution = run(parallel(
      branch(
          "A",
          task(
              "a",
              R"("End": true, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 4}])")) +
      "," + branch("B", task("b", R"("End": true)"))));
  EXPECT_EQ(took(*execution), 6s);
  EXPECT_EQ(bedrock.call_times(), (std::vector<Duration>{0s, 0s, 5s}));
}

// Two Maps inside a Map fail in one instant. What ends the second has nothing to report of the
// iteration that failed there.
TEST_F(Branching, AnIterationThatFailedIsNotAbortedAsWell) {
  const auto execution = run(R"({"StartAt": "Outer", "States": {"Outer": {"Type": "Map",
      "ItemProcessor": {"StartAt": "Inner", "States": {"Inner": {"Type": "Map",
        "ItemProcessor": {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Bad"}}},
        "End": true}}},
      "End": true}}})",
                             "[[1], [2]]");
  int ends_of_inner = 0;
  for (const Json& event : events(*execution)) {
    const std::string type = event["type"];
    if (type != "MapIterationFailed" && type != "MapIterationAborted") continue;
    const Json& details = event.contains("mapIterationFailedEventDetails")
                              ? event["mapIterationFailedEventDetails"]
                              : event["mapIterationAbortedEventDetails"];
    ends_of_inner += details["name"] == "Inner" ? 1 : 0;
  }
  EXPECT_EQ(ends_of_inner, 2);
}

TEST_F(Branching, StoppingEndsEverything) {
  bedrock.replies["m"] = {answer("1", 10s)};
  const auto execution = start(map_of(R"("MaxConcurrency": 2,)"), "[1, 2, 3, 4, 5]");
  scheduler.advance_to(Instant(15s));
  execution->stop(std::nullopt, std::nullopt);
  EXPECT_EQ(scheduler.next_due(), std::nullopt);
  EXPECT_EQ(bedrock.calls.size(), 4U);
}

}  // namespace
}  // namespace bedlam::states
