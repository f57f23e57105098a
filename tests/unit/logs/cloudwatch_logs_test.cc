// CloudWatch Logs through its wire. Shapes are botocore's model `logs/2014-03-28`; texts are those
// that AWS answers.
#include "emulator/logs/cloudwatch_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "emulator/rpc/dispatcher.h"

namespace bedlam::logs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CloudWatchLogsTest : public testing::Test {
 protected:
  Json call(const std::string& operation, const Json& body) {
    aws::HttpRequest request{
        "POST", "/", {{"X-Amz-Target", "Logs_20140328." + operation}}, body.dump()};
    std::optional<rpc::Call> recognised = rpc::call_of(service, std::move(request));
    EXPECT_TRUE(recognised.has_value());
    recognised->caller.region = "eu-west-1";
    auto answer = std::make_shared<Json>();
    service.handle(*recognised, [answer](const rpc::Reply& reply) {
      for (const rpc::Step& step : reply.steps) {
        if (const auto* bytes = std::get_if<rpc::Bytes>(&step.action)) {
          *answer = Json::parse(bytes->data);
        }
      }
    });
    return *answer;
  }
  std::vector<std::string> messages(const Json& answer) {
    std::vector<std::string> all;
    for (const Json& event : answer.at("events")) all.push_back(event.at("message"));
    return all;
  }
  // A group "g" with a stream "s" of three events, a second apart.
  void fill() {
    call("CreateLogGroup", {{"logGroupName", "g"}});
    call("CreateLogStream", {{"logGroupName", "g"}, {"logStreamName", "s"}});
    Json events = Json::array();
    for (const char* message : {"one apple", "two pears", "three apples"}) {
      events.push_back(
          {{"timestamp", 1'728'000'000'000 + 1000 * static_cast<std::int64_t>(events.size())},
           {"message", message}});
    }
    call("PutLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}, {"logEvents", events}});
  }

  Scheduler scheduler{WallTime{std::chrono::seconds(1'728'000'000)}};
  CloudWatchLogs service{scheduler, "111111111111", 7};
};

TEST_F(CloudWatchLogsTest, GroupsAreCreatedDescribedAndDeleted) {
  EXPECT_EQ(call("CreateLogGroup", {{"logGroupName", "/aws/vendedlogs/states/x"}}), Json::object());
  EXPECT_EQ(call("CreateLogGroup", {{"logGroupName", "/aws/vendedlogs/states/x"}}).at("message"),
            "The specified log group already exists");
  const Json groups = call("DescribeLogGroups", {{"logGroupNamePrefix", "/aws/"}}).at("logGroups");
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].at("arn"),
            "arn:aws:logs:eu-west-1:111111111111:log-group:/aws/vendedlogs/states/x:*");
  EXPECT_EQ(groups[0].at("creationTime"), 1'728'000'000'000);
  EXPECT_TRUE(service.has_group(std::string(groups[0].at("arn"))));
  call("DeleteLogGroup", {{"logGroupName", "/aws/vendedlogs/states/x"}});
  EXPECT_EQ(call("DeleteLogGroup", {{"logGroupName", "/aws/vendedlogs/states/x"}}).at("__type"),
            "ResourceNotFoundException");
  EXPECT_TRUE(call("DescribeLogGroups", Json::object()).at("logGroups").empty());
}

TEST_F(CloudWatchLogsTest, ReadsForwardsAndBackwards) {
  fill();
  const Json stream = {{"logGroupName", "g"}, {"logStreamName", "s"}};
  Json two = stream;
  two["limit"] = 2;
  EXPECT_THAT(messages(call("GetLogEvents", two)), ElementsAre("two pears", "three apples"));
  two["startFromHead"] = true;
  const Json first = call("GetLogEvents", two);
  EXPECT_THAT(messages(first), ElementsAre("one apple", "two pears"));
  two["nextToken"] = first.at("nextForwardToken");
  const Json second = call("GetLogEvents", two);
  EXPECT_THAT(messages(second), ElementsAre("three apples"));
  two["nextToken"] = second.at("nextForwardToken");
  // "The token is the same at the end of the stream" (GetLogEvents, API reference).
  EXPECT_EQ(call("GetLogEvents", two).at("nextForwardToken"), two.at("nextToken"));
  two["nextToken"] = second.at("nextBackwardToken");
  EXPECT_THAT(messages(call("GetLogEvents", two)), ElementsAre("one apple", "two pears"));

  Json late = stream;
  late["startTime"] = 1'728'000'001'000;
  late["endTime"] = 1'728'000'002'000;
  EXPECT_THAT(messages(call("GetLogEvents", late)), ElementsAre("two pears"));
}

TEST_F(CloudWatchLogsTest, FiltersByTerms) {
  fill();
  const auto found = [&](const std::string& pattern) {
    return messages(call("FilterLogEvents", {{"logGroupName", "g"}, {"filterPattern", pattern}}));
  };
  EXPECT_THAT(found("apple"), ElementsAre("one apple", "three apples"));
  EXPECT_THAT(found("apple -three"), ElementsAre("one apple"));
  EXPECT_THAT(found("?one ?two"), ElementsAre("one apple", "two pears"));
  EXPECT_THAT(found("\"two pears\""), ElementsAre("two pears"));
  EXPECT_THAT(call("FilterLogEvents", {{"logGroupName", "g"}, {"filterPattern", "{ $.a = 1 }"}})
                  .at("message")
                  .get<std::string>(),
              HasSubstr("by terms only"));
}

TEST_F(CloudWatchLogsTest, ServicesWriteStreamsOfTheirOwn) {
  call("CreateLogGroup", {{"logGroupName", "g"}});
  const std::string arn = "arn:aws:logs:eu-west-1:111111111111:log-group:g:*";
  service.write(arn, "states/m/1", "hello");
  service.write("arn:aws:logs:eu-west-1:111111111111:log-group:gone:*", "s", "lost");
  const Json streams = call("DescribeLogStreams", {{"logGroupName", "g"}}).at("logStreams");
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_EQ(streams[0].at("logStreamName"), "states/m/1");
  EXPECT_EQ(streams[0].at("lastEventTimestamp"), 1'728'000'000'000);
}

TEST_F(CloudWatchLogsTest, RefusesWhatIsMissingOrUnknown) {
  EXPECT_THAT(call("CreateLogGroup", Json::object()).at("message").get<std::string>(),
              HasSubstr("Value null at 'logGroupName'"));
  EXPECT_EQ(call("GetLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}}).at("message"),
            "The specified log group does not exist.");
  call("CreateLogGroup", {{"logGroupName", "g"}});
  EXPECT_EQ(call("GetLogEvents", {{"logGroupName", "g"}, {"logStreamName", "s"}}).at("message"),
            "The specified log stream does not exist.");
  EXPECT_EQ(call("StartQuery", Json::object()).at("__type"), "UnknownOperationException");
}

}  // namespace
}  // namespace bedlam::logs
