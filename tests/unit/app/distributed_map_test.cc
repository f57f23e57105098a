// Distributed Maps with the API, the machine and S3 behind one dispatcher. Histories, outputs and
// texts are those that AWS recorded (facts, section 9; shared cases "map item reader").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/s3/s3.h"
#include "emulator/states/api/step_functions.h"
#include "tests/unit/rpc/body_receiver.h"

namespace bedlam::app {
namespace {

using TypeLines = std::vector<std::string>;

class DistributedMapTest : public testing::Test {
 protected:
  DistributedMapTest() {
    dispatcher.add(s3);
    dispatcher.add(step_functions);
  }

  std::string send(const std::string& service, const std::string& operation,
                   const std::string& resource, std::string body) {
    rpc::Call call;
    call.service = service;
    call.operation = operation;
    call.resource = resource;
    call.body = std::move(body);
    auto answer = std::make_shared<rpc::BodyReceiver>();
    dispatcher.call(call, answer);
    return answer->body;
  }
  Json ask(const std::string& operation, const Json& body) {
    return Json::parse(send("states", operation, "", to_text(body)));
  }

  // A machine of one Map with Pass or `state` as its children, run to its end.
  Json run_map(Json map, const Json& input, const std::string& children = "STANDARD",
               Json child = {{"Type", "Pass"}, {"End", true}}) {
    map["Type"] = "Map";
    map["End"] = true;
    map["ItemProcessor"] = {
        {"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", children}}},
        {"StartAt", "Item"},
        {"States", {{"Item", std::move(child)}}}};
    return run_definition({{"StartAt", "Map"}, {"States", {{"Map", std::move(map)}}}}, input);
  }

  Json run_definition(const Json& definition, const Json& input) {
    const Json created =
        ask("CreateStateMachine", {{"name", "machine-" + std::to_string(++machines)},
                                   {"definition", to_text(definition)},
                                   {"roleArn", "arn:aws:iam::111111111111:role/r"}});
    EXPECT_TRUE(created.contains("stateMachineArn")) << created;
    execution = ask("StartExecution", {{"stateMachineArn", created.value("stateMachineArn", "")},
                                       {"input", to_text(input)}})
                    .at("executionArn");
    scheduler.run();
    return ask("DescribeExecution", {{"executionArn", execution}});
  }

  // "MapRunStarted<3": the type, and what it points to.
  TypeLines history() {
    TypeLines lines;
    const Json answer = ask("GetExecutionHistory", {{"executionArn", execution}});
    for (const Json& event : answer.at("events")) {
      lines.push_back(event["type"].get<std::string>() + "<" + to_text(event["previousEventId"]));
    }
    return lines;
  }
  Json map_run() {
    const Json listed = ask("ListMapRuns", {{"executionArn", execution}})["mapRuns"];
    return ask("DescribeMapRun", {{"mapRunArn", listed.at(0).at("mapRunArn")}});
  }

  static Json reader(const Json& config, const std::string& key = "file.csv") {
    return {{"ItemReader",
             {{"Resource", "arn:aws:states:::s3:getObject"},
              {"ReaderConfig", config},
              {"Parameters", {{"Bucket", "bucket"}, {"Key", key}}}}}};
  }

  static constexpr WallTime kStart{std::chrono::seconds(1'728'000'000)};
  Scheduler scheduler{kStart};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher{scheduler, journal};
  s3::S3 s3{scheduler, 7, "us-east-1"};
  states::StepFunctions step_functions{
      scheduler, dispatcher, {.account = "111111111111", .region = "us-east-1", .seed = 7}};
  std::string execution;
  int machines = 0;
};

TEST_F(DistributedMapTest, HistoryOfItemsOfTheInput) {
  const Json ended = run_map({{"MaxConcurrency", 1}}, {"Hello", "World"});
  EXPECT_EQ(ended["output"], R"(["Hello","World"])");
  EXPECT_EQ(history(), (TypeLines{"ExecutionStarted<0", "MapStateEntered<0", "MapStateStarted<2",
                                  "MapRunStarted<3", "MapRunSucceeded<4", "MapStateSucceeded<5",
                                  "MapStateExited<5", "ExecutionSucceeded<7"}));
}

TEST_F(DistributedMapTest, CsvWithItsHeaderInTheFirstRow) {
  s3.put("bucket", "file.csv",
         "Col1,Col2,Col3\nValue1,Value2,Value3\n,,,\ntrue,1,'x'\nNull,\n   \n", "");
  const Json ended =
      run_map(reader({{"InputType", "CSV"}, {"CSVHeaderLocation", "FIRST_ROW"}}), Json::object());
  EXPECT_EQ(ended["output"],
            R"([{"Col1":"Value1","Col2":"Value2","Col3":"Value3"},{"Col1":"","Col2":"","Col3":""},)"
            R"({"Col1":"true","Col2":"1","Col3":"'x'"},{"Col1":"Null","Col2":"","Col3":""},)"
            R"({"Col1":"   ","Col2":"","Col3":""}])");
}

TEST_F(DistributedMapTest, CsvMembersStandInTheOrderOfAJavaHashMap) {
  s3.put("bucket", "file.csv", "0,True,{}\nValue4,Value5,Value6\n", "");
  const Json ended =
      run_map(reader({{"InputType", "CSV"}, {"CSVHeaderLocation", "FIRST_ROW"}}), Json::object());
  EXPECT_EQ(ended["output"], R"([{"0":"Value4","{}":"Value6","True":"Value5"}])");
}

TEST_F(DistributedMapTest, DuplicateHeadersFailTheMapRun) {
  s3.put("bucket", "file.csv", "a,b\n", "");
  const Json ended = run_map(
      reader({{"InputType", "CSV"}, {"CSVHeaderLocation", "GIVEN"}, {"CSVHeaders", {"H1", "H1"}}}),
      Json::object());
  EXPECT_EQ(ended["error"], "States.ItemReaderFailed");
  EXPECT_EQ(ended["cause"], "CSV headers cannot contain duplicates.");
  EXPECT_THAT(history(),
              testing::IsSupersetOf({"MapRunFailed<4", "MapStateFailed<5", "ExecutionFailed<6"}));
}

TEST_F(DistributedMapTest, MaxItemsAndBatches) {
  s3.put("bucket", "file.csv", R"([{"v":1},{"v":2},{"v":3},{"v":4}])", "");
  Json map = reader({{"InputType", "JSON"}, {"MaxItems", 3}});
  map["ItemBatcher"] = {{"MaxItemsPerBatch", 2}, {"BatchInput", {{"a", 1}}}};
  const Json ended = run_map(map, Json::object());
  EXPECT_EQ(ended["output"], R"([{"BatchInput":{"a":1},"Items":[{"v":1},{"v":2}]},)"
                             R"({"BatchInput":{"a":1},"Items":[{"v":3}]}])");
  EXPECT_EQ(map_run()["itemCounts"]["succeeded"], 3);
  EXPECT_EQ(map_run()["executionCounts"]["succeeded"], 2);
}

TEST_F(DistributedMapTest, ListingsAreItemsInAwsSpelling) {
  s3.put("bucket", "in/a.txt", "text data", "");
  s3.put("bucket", "other", "", "");
  const Json ended = run_map({{"ItemReader",
                               {{"Resource", "arn:aws:states:::s3:listObjectsV2"},
                                {"Parameters", {{"Bucket", "bucket"}, {"Prefix", "in/"}}}}}},
                             Json::object());
  EXPECT_EQ(ended["output"], R"([{"Etag":"\"332eec544317a6d340b8e77da7fe54ad\"","Key":"in/a.txt",)"
                             R"("LastModified":1728000000,"Size":9,"StorageClass":"STANDARD"}])");
}

TEST_F(DistributedMapTest, ResultsAreExportedWithAManifest) {
  const Json ended = run_map({{"Label", "Vehicles"},
                              {"ResultWriter",
                               {{"Resource", "arn:aws:states:::s3:putObject"},
                                {"Parameters", {{"Bucket", "results"}, {"Prefix", "out"}}}}}},
                             {1, 2});
  EXPECT_EQ(ended["error"], "States.ResultWriterFailed") << "there is no such bucket";

  s3.declare("results");
  const Json written = run_map({{"ResultWriter",
                                 {{"Resource", "arn:aws:states:::s3:putObject"},
                                  {"Parameters", {{"Bucket", "results"}, {"Prefix", "out"}}}}}},
                               {1, 2});
  const Json output = Json::parse(written["output"].get<std::string>());
  const std::string key = output["ResultWriterDetails"]["Key"];
  EXPECT_THAT(key, testing::MatchesRegex("out/[0-9a-f-]+/manifest.json"));
  const Json manifest = Json::parse(send("s3", "GetObject", "results/" + key, ""));
  EXPECT_EQ(manifest["MapRunArn"], output["MapRunArn"]);
  const std::string file = manifest["ResultFiles"]["SUCCEEDED"][0]["Key"];
  const Json records = Json::parse(send("s3", "GetObject", "results/" + file, ""));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1]["Input"], "2");
  EXPECT_EQ(records[1]["Output"], "2");
  EXPECT_EQ(records[1]["Status"], "SUCCEEDED");
}

TEST_F(DistributedMapTest, FailuresAreToleratedUpToTheThreshold) {
  const Json fails{{"Type", "Fail"}, {"Error", "Bad"}};
  const Json failed = run_map({{"ToleratedFailureCount", 1}}, {1, 2}, "STANDARD", fails);
  EXPECT_EQ(failed["error"], "States.ExceedToleratedFailureThreshold");
  EXPECT_EQ(failed["cause"], "The specified tolerated failure threshold was exceeded");
  EXPECT_EQ(map_run()["status"], "FAILED");

  const Json tolerated = run_map({{"ToleratedFailurePercentage", 100}}, {1, 2}, "EXPRESS", fails);
  EXPECT_EQ(tolerated["status"], "SUCCEEDED");
  EXPECT_EQ(map_run()["itemCounts"]["failed"], 2);
}

// A child that is over as soon as it starts wakes its Map in the very turn in which the Map fails.
TEST_F(DistributedMapTest, RetriesWaitForTheirIntervalWhenChildrenFailAtOnce) {
  const Json ended = run_map(
      {{"Retry", {{{"ErrorEquals", {"States.ALL"}}, {"IntervalSeconds", 5}, {"MaxAttempts", 1}}}}},
      {1}, "STANDARD", {{"Type", "Fail"}, {"Error", "Bad"}});
  EXPECT_EQ(ended["stopDate"].get<double>() - ended["startDate"].get<double>(), 5);
}

TEST_F(DistributedMapTest, ABranchThatEndsWithAMapOfShortChildrenEndsOnce) {
  const Json map{{"Type", "Map"},
                 {"End", true},
                 {"ItemProcessor",
                  {{"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", "STANDARD"}}},
                   {"StartAt", "Item"},
                   {"States", {{"Item", {{"Type", "Pass"}, {"End", true}}}}}}}};
  const Json branch{{"StartAt", "Each"}, {"States", {{"Each", map}}}};
  const Json rest = Json::parse(
      R"({"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 1, "End": true}}})");
  const Json definition{
      {"StartAt", "Both"},
      {"States", {{"Both", {{"Type", "Parallel"}, {"Branches", {branch, rest}}, {"End", true}}}}}};
  run_definition(definition, {1});
  EXPECT_THAT(history(), testing::Contains(testing::StartsWith("MapStateEntered")).Times(1));
}

TEST_F(DistributedMapTest, NumbersOutOfRangeFailBeforeTheMapRun) {
  const Json ended = run_map({{"ItemsPath", "$.Items"}, {"ToleratedFailureCountPath", "$.Count"}},
                             {{"Items", {0}}, {"Count", -1}});
  EXPECT_EQ(ended["cause"],
            "An error occurred while executing the state 'Map' (entered at the event id #2). "
            "ToleratedFailureCount cannot be negative.");
  EXPECT_EQ(history().back(), "ExecutionFailed<3");
}

TEST_F(DistributedMapTest, ChildrenAreExecutionsOfTheirOwn) {
  run_map({{"Label", "Cars"}, {"MaxConcurrency", 1}}, {1, 2, 3}, "STANDARD",
          {{"Type", "Wait"}, {"Seconds", 30}, {"End", true}});
  const Json run = map_run();
  EXPECT_EQ(run["stopDate"].get<double>() - run["startDate"].get<double>(), 90);
  const Json children = ask("ListExecutions", {{"mapRunArn", run["mapRunArn"]}})["executions"];
  ASSERT_EQ(children.size(), 3U);
  EXPECT_THAT(children[0]["stateMachineArn"].get<std::string>(), testing::EndsWith("/Cars"));
  const Json child = ask("DescribeExecution", {{"executionArn", children[0]["executionArn"]}});
  EXPECT_EQ(child["mapRunArn"], run["mapRunArn"]);
  EXPECT_EQ(child["output"], "3");
}

}  // namespace
}  // namespace bedlam::app
