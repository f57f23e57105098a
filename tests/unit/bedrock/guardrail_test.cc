// Guardrails. Members and words: service model bedrock-runtime 2023-09-30; the examples of the
// Bedrock user guide ("Use the ApplyGuardrail API", "Include a guardrail with Converse").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/rpc/dispatcher.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

using Policy = script::GuardrailPolicy;

class Guardrails : public RuntimeTest {
 protected:
  void guard(std::vector<Policy> policies, std::vector<script::Outcome> model = {},
             std::vector<script::Outcome> rules = {}) {
    script::Guardrail guardrail;
    guardrail.behaviour.pattern = "gr*";
    guardrail.behaviour.latency = parts(40ms, 0ms);
    if (!rules.empty()) guardrail.behaviour.rules = {{"guardrail:1", {}, std::move(rules)}};
    guardrail.blocked_input = "No such questions.";
    guardrail.blocked_output = "No such answers.";
    guardrail.policies = std::move(policies);
    std::vector<script::Behaviour> models;
    if (!model.empty()) models.push_back({"*", {}, {{"model:1", {}, std::move(model)}}});
    runtime.use(script::Script(std::move(models)), {std::move(guardrail)});
  }

  Json apply(const std::string& source, const std::string& content, const std::string& more = "",
             const std::string& id = "gr1") {
    return call("ApplyGuardrail",
                R"({"source":")" + source + R"(","content":)" + content + more + "}", id)
        .json();
  }
  static std::string text(const std::string& text) {
    return R"([{"text":{"text":")" + text + R"("}}])";
  }
};

Policy policy(Policy::Kind kind, std::string name, std::string match,
              Policy::Action action = Policy::Action::kBlock) {
  Policy made;
  made.kind = kind;
  made.name = std::move(name);
  made.match = std::move(match);
  made.action = action;
  return made;
}

const std::string kTraced =
    R"(,"guardrailConfig":{"guardrailIdentifier":"gr1","guardrailVersion":"1","trace":"enabled"})";

TEST_F(Guardrails, BlocksATopic) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest")});
  const Json found = apply("INPUT", text("Should I INVEST and invest again?"));
  EXPECT_EQ(found["action"], "GUARDRAIL_INTERVENED");
  EXPECT_EQ(found["actionReason"], "Guardrail blocked.");
  EXPECT_EQ(found["outputs"], Json::parse(R"([{"text":"No such questions."}])"));
  EXPECT_EQ(found["assessments"][0]["topicPolicy"],
            Json::parse(R"({"topics":[{"name":"Investment","type":"DENY","action":"BLOCKED",)"
                        R"("detected":true}]})"));
  EXPECT_EQ(found["usage"]["topicPolicyUnits"], 1);
  EXPECT_EQ(found["usage"]["wordPolicyUnits"], 0);
  EXPECT_EQ(found["guardrailCoverage"]["textCharacters"]["total"], 33);
  EXPECT_EQ(found["assessments"][0]["invocationMetrics"]["guardrailProcessingLatency"], 40);
  EXPECT_EQ(apply("OUTPUT", text("You should invest."))["outputs"][0]["text"], "No such answers.");
}

// The version is the path's: a header of that name is InvokeModel's alone.
TEST_F(Guardrails, VersionsAreReadFromThePath) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest")});
  aws::HttpRequest request;
  request.method = "POST";
  request.target = "/guardrail/gr1/version/DRAFT/apply";
  request.headers.add("x-amzn-bedrock-guardrailversion", "no version");
  request.body = R"({"source":"INPUT","content":)" + text("Hi") + "}";
  const auto found = rpc::call_of(runtime, request);
  ASSERT_TRUE(found);
  EXPECT_EQ(call(*found).status, 200);
  request.headers = {{"X-Amzn-Bedrock-GuardrailVersion", "DRAFT"}};
  request.target = "/guardrail/gr1/version/v1/apply";
  const Delivered refused = call(rpc::call_of(runtime, request).value());
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, testing::HasSubstr("Value 'v1' at 'guardrailVersion'"));
}

TEST_F(Guardrails, PassesWhatItDoesNotFind) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest"),
         policy(Policy::Kind::kWord, "darn", "darn")});
  const Json found = apply("INPUT", text("Hello"));
  EXPECT_EQ(found["action"], "NONE");
  EXPECT_EQ(found["outputs"], Json::array());
  EXPECT_FALSE(found["assessments"][0].contains("topicPolicy"));
  const Json full = apply("INPUT", text("Hello"), R"(,"outputScope":"FULL")");
  EXPECT_EQ(full["assessments"][0]["topicPolicy"]["topics"][0]["detected"], false);
  EXPECT_EQ(full["assessments"][0]["topicPolicy"]["topics"][0]["action"], "NONE");
  EXPECT_FALSE(full["assessments"][0].contains("wordPolicy")) << "words have no full output scope";
}

TEST_F(Guardrails, MasksEveryMatch) {
  guard({policy(Policy::Kind::kPii, "EMAIL", "/[a-z]+@[a-z]+[.]org/", Policy::Action::kMask),
         policy(Policy::Kind::kRegex, "order", "/#[0-9]+/", Policy::Action::kMask)});
  const Json found = apply("OUTPUT", text("Mail ann@example.org or bob@example.org about #12."));
  EXPECT_EQ(found["outputs"][0]["text"], "Mail {EMAIL} or {EMAIL} about {order}.");
  EXPECT_EQ(found["actionReason"], "Guardrail masked.");
  const Json& sensitive = found["assessments"][0]["sensitiveInformationPolicy"];
  EXPECT_EQ(sensitive["piiEntities"].size(), 2U);
  EXPECT_EQ(sensitive["piiEntities"][1],
            Json::parse(R"({"match":"bob@example.org","type":"EMAIL","action":"ANONYMIZED",)"
                        R"("detected":true})"));
  EXPECT_EQ(sensitive["regexes"][0]["regex"], "#[0-9]+");
}

TEST_F(Guardrails, OnlyDetects) {
  guard({policy(Policy::Kind::kContent, "INSULTS", "idiot", Policy::Action::kDetect)});
  const Json found = apply("INPUT", text("You idiot"));
  EXPECT_EQ(found["action"], "NONE");
  EXPECT_EQ(found["assessments"][0]["contentPolicy"]["filters"][0]["action"], "NONE");
  EXPECT_EQ(found["assessments"][0]["contentPolicy"]["filters"][0]["confidence"], "HIGH");
}

TEST_F(Guardrails, Grounding) {
  Policy low = policy(Policy::Kind::kGrounding, "", "");
  low.score = 0.2;
  guard({low});
  const std::string qualified =
      R"([{"text":{"text":"Tokyo is the capital.","qualifiers":["grounding_source"]}},)"
      R"({"text":{"text":"What is the capital?","qualifiers":["query"]}},)"
      R"({"text":{"text":"Kyoto.","qualifiers":["guard_content"]}}])";
  const Json found = apply("OUTPUT", qualified);
  EXPECT_EQ(found["assessments"][0]["contextualGroundingPolicy"]["filters"][0],
            Json::parse(R"({"type":"GROUNDING","threshold":0.7,"score":0.2,"action":"BLOCKED",)"
                        R"("detected":true})"));
  EXPECT_EQ(apply("OUTPUT", text("Kyoto."))["action"], "NONE") << "nothing to compare with";
}

TEST_F(Guardrails, RulesOfApplyGuardrail) {
  guard({}, {}, {error("ThrottlingException"), answer("Not now."), answer("Never.")});
  EXPECT_EQ(call("ApplyGuardrail", R"({"source":"INPUT","content":[]})", "gr1").status, 429);
  const Json found = apply("INPUT", text("Hello"));
  EXPECT_EQ(found["action"], "GUARDRAIL_INTERVENED");
  EXPECT_EQ(found["outputs"][0]["text"], "Not now.");
}

TEST_F(Guardrails, Refusals) {
  EXPECT_EQ(apply("INPUT", text("Hi"))["action"], "NONE") << "without guardrails nothing is found";
  guard({});
  EXPECT_EQ(apply("INPUT", text("Hi"), "", "other")["message"],
            "The guardrail identifier or version provided in the request does not exist.");
  EXPECT_EQ(apply("INPUT", text("Hi"), "", "Not-An-Id")["message"],
            "The provided guardrail identifier is invalid.");
  EXPECT_EQ(apply("BOTH", text("Hi"))["message"],
            "1 validation error detected: Value 'BOTH' at 'source' failed to satisfy constraint: "
            "Member must satisfy enum value set: [INPUT, OUTPUT]");
  EXPECT_EQ(apply("INPUT", text("Hi"), "",
                  "arn:aws:bedrock:us-east-1:111122223333:guardrail/gr1")["action"],
            "NONE");
}

TEST_F(Guardrails, BlocksTheInputOfConverse) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest")},
        {answer("First."), answer("Second.")});
  const Delivered blocked = call("Converse", converse_body("Should I invest?", kTraced));
  const Json body = blocked.json();
  EXPECT_EQ(body["stopReason"], "guardrail_intervened");
  EXPECT_EQ(body["output"]["message"]["content"],
            Json::parse(R"([{"text":"No such questions."}])"));
  EXPECT_EQ(body["usage"], Json::parse(R"({"inputTokens":0,"outputTokens":0,"totalTokens":0})"));
  const Json& trace = body["trace"]["guardrail"];
  EXPECT_EQ(trace["inputAssessment"]["gr1"]["topicPolicy"]["topics"][0]["action"], "BLOCKED");
  EXPECT_EQ(trace["actionReason"], "Guardrail blocked.");
  EXPECT_EQ(blocked.last_due, 40ms);
  EXPECT_EQ(call("Converse", converse_body("Hi", kTraced))
                .json()["output"]["message"]["content"][0]["text"],
            "First.")
      << "the model had not been asked";
}

TEST_F(Guardrails, BlocksAndMasksTheOutputOfConverse) {
  guard({policy(Policy::Kind::kWord, "darn", "darn"),
         policy(Policy::Kind::kPii, "NAME", "Ann", Policy::Action::kMask)},
        {answer("Well, darn."), answer("I am Ann."), answer("Fine.")});
  const Json blocked = call("Converse", converse_body("Hi", kTraced)).json();
  EXPECT_EQ(blocked["output"]["message"]["content"][0]["text"], "No such answers.");
  EXPECT_EQ(blocked["stopReason"], "guardrail_intervened");
  EXPECT_EQ(blocked["trace"]["guardrail"]["modelOutput"][0], "Well, darn.");
  EXPECT_EQ(blocked["trace"]["guardrail"]["outputAssessments"]["gr1"][0]["wordPolicy"]
                   ["customWords"][0]["match"],
            "darn");
  const std::vector<std::string> events =
      events_of(call("ConverseStream", converse_body("Hi", kTraced)).body);
  std::string said;
  for (const std::string& event : events) {
    if (!event.starts_with("contentBlockDelta ")) continue;
    said += Json::parse(event.substr(event.find('{')))["delta"]["text"].get<std::string>();
  }
  EXPECT_EQ(said, "I am {NAME}.");
  EXPECT_THAT(events.back(), testing::HasSubstr(R"("trace":{"guardrail":)"));
  const Json fine = call("Converse", converse_body("Hi", kTraced)).json();
  EXPECT_EQ(fine["stopReason"], "end_turn");
}

// A stream waits too, each of its chunks, unless it is processed asynchronously (Bedrock user
// guide, "Configure streaming response behavior").
TEST_F(Guardrails, AnswersWaitForBothAssessments) {
  script::Outcome slow = answer("Fine, thank you.");
  slow.latency = parts(1s, 10ms);
  guard({policy(Policy::Kind::kWord, "darn", "darn")}, {slow});
  const Duration alone = call("Converse", converse_body("Hi")).last_due;
  const Delivered plain = call("Converse", converse_body("Hi", kTraced));
  EXPECT_EQ(plain.last_due, alone + 2 * 40ms);
  const Json trace = plain.json()["trace"]["guardrail"];
  for (const Json& assessment :
       {trace["inputAssessment"]["gr1"], trace["outputAssessments"]["gr1"][0]}) {
    EXPECT_EQ(assessment["invocationMetrics"]["guardrailProcessingLatency"], 40);
  }
  const Delivered stream = call("ConverseStream", converse_body("Hi", kTraced));
  EXPECT_EQ(stream.frames.front().due, 1s + 2 * 40ms);
  EXPECT_EQ(stream.last_due, alone + 2 * 40ms);
  std::string async = kTraced;
  async.insert(async.size() - 1, R"(,"streamProcessingMode":"async")");
  const Delivered at_once = call("ConverseStream", converse_body("Hi", async));
  EXPECT_EQ(at_once.frames.front().due, 1s + 40ms);
  EXPECT_EQ(at_once.last_due, alone + 40ms);
}

TEST_F(Guardrails, ErrorsOfTheModelComeAfterTheInputsAssessment) {
  script::Outcome failed = error("ModelErrorException");
  failed.latency = parts(1s, 0ms);
  guard({}, {failed, error("ThrottlingException")});
  EXPECT_EQ(call("Converse", converse_body("Hi", kTraced)).last_due, 1s + 40ms);
  EXPECT_EQ(call("Converse", converse_body("Hi", kTraced)).last_due, 0s) << "no work was begun";
}

TEST_F(Guardrails, InvokeModelStreamsMayNotWait) {
  script::Outcome slow = answer("Fine, thank you.");
  slow.latency = parts(1s, 10ms);
  guard({policy(Policy::Kind::kWord, "darn", "darn")}, {slow});
  const auto begins = [&](const std::string& mode) {
    rpc::Call request;
    request.service = "bedrock-runtime";
    request.operation = "InvokeModelWithResponseStream";
    request.resource = kHaiku;
    request.body = messages_body(
        "Hi", 100,
        R"(,"amazon-bedrock-guardrailConfig":{"streamProcessingMode":")" + mode + R"("})");
    request.headers = {{"X-Amzn-Bedrock-GuardrailIdentifier", "gr1"},
                       {"X-Amzn-Bedrock-GuardrailVersion", "1"}};
    return call(request).frames.front().due;
  };
  EXPECT_EQ(begins("SYNCHRONOUS"), 1s + 2 * 40ms);
  EXPECT_EQ(begins("ASYNCHRONOUS"), 1s + 40ms);
}

TEST_F(Guardrails, GuardContentIsAllThatIsGuarded) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest")});
  const auto ask = [&](const std::string& content) {
    return call("Converse",
                R"({"messages":[{"role":"user","content":[)" + content + "]}]" + kTraced + "}")
        .json()["stopReason"];
  };
  EXPECT_EQ(ask(R"({"text":"invest"},{"guardContent":{"text":{"text":"Hello"}}})"), "end_turn");
  EXPECT_EQ(ask(R"({"text":"Hello"},{"guardContent":{"text":{"text":"invest"}}})"),
            "guardrail_intervened");
}

TEST_F(Guardrails, InvokeModelSaysSoInItsBody) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest")});
  const auto invoke = [&](const std::string& operation, const std::string& body) {
    rpc::Call request;
    request.service = "bedrock-runtime";
    request.operation = operation;
    request.resource = kHaiku;
    request.body = body;
    request.headers = {{"X-Amzn-Bedrock-GuardrailIdentifier", "gr1"},
                       {"X-Amzn-Bedrock-GuardrailVersion", "1"},
                       {"X-Amzn-Bedrock-Trace", "ENABLED"}};
    return call(request);
  };
  const Json blocked = invoke("InvokeModel", messages_body("Should I invest?")).json();
  EXPECT_EQ(blocked["amazon-bedrock-guardrailAction"], "INTERVENED");
  EXPECT_EQ(blocked["content"][0]["text"], "No such questions.");
  EXPECT_EQ(blocked["amazon-bedrock-trace"]["guardrail"]["input"]["gr1"]["topicPolicy"]["topics"][0]
                   ["name"],
            "Investment");
  const Json passed = invoke("InvokeModel", messages_body("Hello")).json();
  EXPECT_EQ(passed["amazon-bedrock-guardrailAction"], "NONE");
  const std::vector<std::string> chunks =
      chunks_of(invoke("InvokeModelWithResponseStream", messages_body("invest")).body);
  EXPECT_EQ(Json::parse(chunks.back())["amazon-bedrock-guardrailAction"], "INTERVENED");
  // Only what stands between the tags is guarded.
  const std::string tagged = messages_body(
      "invest <amazon-bedrock-guardrails-guardContent_x>Hi"
      "</amazon-bedrock-guardrails-guardContent_x>",
      100, R"(,"amazon-bedrock-guardrailConfig":{"tagSuffix":"x"})");
  EXPECT_EQ(invoke("InvokeModel", tagged).json()["amazon-bedrock-guardrailAction"], "NONE");
}

// The service model requires neither; a guardrail that is half named guards nothing. An empty text
// is what its pattern allows for none.
TEST_F(Guardrails, ConverseTakesThemWhole) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest")});
  const auto ask = [&](const std::string& operation, const std::string& config) {
    return call(operation, converse_body("Hello", R"(,"guardrailConfig":{)" + config + "}"));
  };
  for (const std::string operation : {"Converse", "ConverseStream"}) {
    for (const std::string half : {R"("guardrailIdentifier":"gr1")", R"("guardrailVersion":"1")",
                                   R"("guardrailIdentifier":"gr1","guardrailVersion":"")"}) {
      const Delivered refused = ask(operation, half);
      EXPECT_EQ(refused.status, 400) << half;
      EXPECT_EQ(refused.json()["message"],
                "Guardrail was enabled but input is in incorrect format.");
    }
    EXPECT_EQ(ask(operation, R"("guardrailIdentifier":"gr1","guardrailVersion":"DRAFT")").status,
              200);
    EXPECT_EQ(ask(operation, R"("guardrailIdentifier":"","guardrailVersion":"")").status, 200);
    EXPECT_EQ(ask(operation, "").status, 200);
  }
}

// Service model, InvokeModelRequest.guardrailIdentifier: "An error will be thrown in the following
// situations." The sentence is one that AWS has for guardrails; for these it is unverified.
TEST_F(Guardrails, InvokeModelTakesThemWholeAndWithJson) {
  guard({policy(Policy::Kind::kTopic, "Investment", "invest")});
  const std::pair<std::string, std::string> named{"X-Amzn-Bedrock-GuardrailIdentifier", "gr1"};
  const std::pair<std::string, std::string> versioned{"X-Amzn-Bedrock-GuardrailVersion", "1"};
  const auto invoke = [&](const aws::Headers& headers, const std::string& more = "") {
    rpc::Call request;
    request.service = "bedrock-runtime";
    request.operation = "InvokeModel";
    request.resource = kHaiku;
    request.body = messages_body("Hello", 100, more);
    request.headers = headers;
    return call(request);
  };
  const std::string config = R"(,"amazon-bedrock-guardrailConfig":{"tagSuffix":"xyz"})";
  for (const Delivered& refused :
       {invoke({}, config), invoke({named}), invoke({versioned}), invoke({named}, config),
        invoke({named, versioned, {"Content-Type", "text/plain"}})}) {
    EXPECT_EQ(refused.status, 400);
    EXPECT_TRUE(refused.header("x-amzn-ErrorType").starts_with("ValidationException:"));
    EXPECT_EQ(refused.json()["message"], "Guardrail was enabled but input is in incorrect format.");
  }
  EXPECT_EQ(invoke({named, versioned}, config).status, 200);
  EXPECT_EQ(invoke({named, versioned, {"Content-Type", "application/json; charset=utf-8"}}).status,
            200);
}

}  // namespace
}  // namespace bedlam::bedrock::test
