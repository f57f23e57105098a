// The wire: facts/step-functions.md section 1, and constraint texts recorded from AWS.
#include "tests/unit/states/api/api_fixture.h"

namespace bedlam::states {
namespace {

using testing::HasSubstr;

using ProtocolTest = ApiTest;

TEST_F(ProtocolTest, RecognisesItsTargetOnly) {
  const auto with = [&](std::string method, std::string target) {
    return service.recognise({std::move(method), "/", {{"x-amz-target", std::move(target)}}, "{}"});
  };
  ASSERT_TRUE(with("POST", "AWSStepFunctions.StartExecution"));
  EXPECT_EQ(with("POST", "AWSStepFunctions.StartExecution")->operation, "StartExecution");
  EXPECT_EQ(with("POST", "AWSStepFunctions.StartExecution")->service, "states");
  EXPECT_FALSE(with("GET", "AWSStepFunctions.StartExecution"));
  EXPECT_FALSE(with("POST", "DynamoDB_20120810.GetItem"));
}

TEST_F(ProtocolTest, AnswersInAwsJson10) {
  const Reply reply = call("ListStateMachines", Json::object());
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.get("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(reply.headers.get("x-amzn-requestid").size(), 36U);
  EXPECT_EQ(reply.headers.get("content-length"), std::to_string(reply.body.dump().size()));
}

TEST_F(ProtocolTest, NamesTheNamespaceOfAnError) {
  const Reply service_error = call("DescribeStateMachine", {{"stateMachineArn", "x"}});
  EXPECT_EQ(service_error.status, 400);
  EXPECT_EQ(service_error.body.at("__type"), "com.amazonaws.swf.service.v2.model#InvalidArn");
  EXPECT_EQ(service_error.body.at("message"), "Invalid Arn: 'Invalid ARN prefix: x'");
  EXPECT_EQ(call("ListStateMachines", {{"maxResults", 1001}}).body.at("__type"),
            "com.amazon.coral.validate#ValidationException");
}

TEST_F(ProtocolTest, SaysWhichConstraintsFail) {
  // Recorded: ListExecutions with statusFilter 'succeeded', and a maxResults of 1001.
  EXPECT_EQ(call("ListExecutions", {{"statusFilter", "succeeded"}}).body.at("message"),
            "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy "
            "constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, "
            "PENDING_REDRIVE, ABORTED, FAILED, RUNNING]");
  EXPECT_EQ(call("ListStateMachines", {{"maxResults", 1001}}).body.at("message"),
            "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy "
            "constraint: Member must have value less than or equal to 1000");
  EXPECT_EQ(call("StartExecution", {{"name", ""}, {"stateMachineArn", nullptr}}).body.at("message"),
            "2 validation errors detected: Value null at 'stateMachineArn' failed to satisfy "
            "constraint: Member must not be null; Value '' at 'name' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1");
}

TEST_F(ProtocolTest, CountsCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 80; ++i) name += "é";
  EXPECT_EQ(call("CreateStateMachine", creation(name)).status, 200);
  EXPECT_THAT(call("CreateStateMachine", creation(name + "é")).body.at("message"),
              HasSubstr("at 'name' failed to satisfy constraint: Member must have length less than "
                        "or equal to 80"));
}

TEST_F(ProtocolTest, ChecksMembersOfLists) {
  Json body = creation("m");
  body["tags"] = {{{"key", "a"}, {"value", "b"}}, {{"key", ""}, {"value", "b"}}};
  EXPECT_THAT(call("CreateStateMachine", body).body.at("message"),
              HasSubstr("Value '' at 'tags.2.member.key' failed"));
}

TEST_F(ProtocolTest, RefusesWhatIsNoRequest) {
  EXPECT_EQ(send("ListStateMachines", "{")->body.at("__type"),
            "com.amazon.coral.service#SerializationException");
  EXPECT_EQ(send("ListStateMachines", "[]")->status, 400);
  EXPECT_EQ(call("ListStateMachines", {{"maxResults", "ten"}}).error(),
            "SerializationException: STRING_VALUE cannot be converted to Integer");
  EXPECT_EQ(send("ListStateMachines", "")->status, 200);
}

TEST_F(ProtocolTest, RefusesUnknownOperations) {
  EXPECT_EQ(send("Nonsense", "{}")->body.at("__type"),
            "com.amazon.coral.service#UnknownOperationException");
}

TEST_F(ProtocolTest, IdsFollowFromTheSeed) {
  StepFunctions twin(scheduler, dispatcher, {.account = "111111111111", .seed = 7});
  const auto id_of = [](StepFunctions& one) {
    std::string id;
    rpc::Call call;
    call.service = "states";
    call.operation = "ListStateMachines";
    one.handle(call, [&](const rpc::Reply& reply) {
      id = std::get<rpc::Head>(reply.steps[0].action).headers.get("x-amzn-requestid");
    });
    return id;
  };
  EXPECT_EQ(id_of(service), id_of(twin));
  EXPECT_NE(id_of(service), id_of(service));
}

}  // namespace
}  // namespace bedlam::states
