#include "emulator/script/script.h"

#include <gtest/gtest.h>

namespace bedlam::script {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHaiku = "anthropic.claude-3-haiku-20240307-v1:0";

Outcome answer(std::string text, std::optional<Latency> latency = std::nullopt) {
  return {Answer{std::move(text), ""}, std::move(latency), std::nullopt};
}
Outcome error(std::string name, std::optional<Latency> latency = std::nullopt) {
  return {Error{std::move(name), ""}, std::move(latency), std::nullopt};
}
Latency total(Duration duration) {
  return {Constant{duration}, std::nullopt, std::nullopt};
}

Facts facts(std::string prompt = "Hi") {
  Facts facts;
  facts.resource = kHaiku;
  facts.operation = "InvokeModel";
  facts.region = "us-east-1";
  facts.prompt = std::move(prompt);
  return facts;
}

// The answer's text or the error's name; "" where no rule matched.
std::string result_of(const Choice& choice) {
  if (choice.outcome == nullptr) return "";
  if (const auto* failed = std::get_if<Error>(&choice.outcome->result)) return failed->name;
  return std::get<std::string>(std::get<Answer>(choice.outcome->result).content);
}

Duration total_of(const Choice& choice) {
  return choice.latency.total ? std::get<Constant>(*choice.latency.total).value : Duration{};
}

When prompt(std::string pattern) {
  When when;
  when.prompt = std::move(pattern);
  return when;
}

Script one_rule(When when) {
  return Script({{"anthropic.*", {}, {{"f:1", std::move(when), {answer("yes")}}}}});
}

bool takes(When when, const Facts& about) {
  return result_of(one_rule(std::move(when)).choose(about)) == "yes";
}

TEST(Choose, TheFirstRuleThatMatchesAnswers) {
  Script script({{"anthropic.*",
                  {},
                  {{"f:1", prompt("*advert*"), {answer("advert")}},
                   {"f:2", prompt("*tagline*"), {answer("tagline")}},
                   {"f:3", {}, {answer("else")}},
                   {"f:4", prompt("*never*"), {answer("never")}}}}});
  EXPECT_EQ(result_of(script.choose(facts("an advert with a tagline"))), "advert");
  EXPECT_EQ(result_of(script.choose(facts("a tagline"))), "tagline");
  const Choice last = script.choose(facts("never"));
  EXPECT_EQ(result_of(last), "else");
  EXPECT_EQ(last.rule, "f:3");
  EXPECT_EQ(last.mismatch, "");
}

TEST(Choose, RulesOfEarlierEntriesComeFirst) {
  Script script({{"*haiku*", {}, {{"f:1", prompt("a"), {answer("first")}}}},
                 {"anthropic.*", {}, {{"f:2", {}, {answer("second")}}}}});
  EXPECT_EQ(result_of(script.choose(facts("a"))), "first");
  EXPECT_EQ(result_of(script.choose(facts("b"))), "second");
}

TEST(Choose, OutcomesGoOneACallAndTheLastRepeats) {
  Script script(
      {{"*", {}, {{"f:1", {}, {error("ThrottlingException"), error("Other"), answer("Hello")}}}}});
  EXPECT_EQ(result_of(script.choose(facts())), "ThrottlingException");
  EXPECT_EQ(result_of(script.choose(facts())), "Other");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(result_of(script.choose(facts())), "Hello");
}

TEST(Choose, RulesCountTheirOwnCalls) {
  Script script({{"*",
                  {},
                  {{"f:1", prompt("a"), {answer("a1"), answer("a2")}},
                   {"f:2", prompt("b"), {answer("b1"), answer("b2")}}}}});
  EXPECT_EQ(result_of(script.choose(facts("a"))), "a1");
  EXPECT_EQ(result_of(script.choose(facts("b"))), "b1");
  EXPECT_EQ(result_of(script.choose(facts("a"))), "a2");
  EXPECT_EQ(result_of(script.choose(facts("b"))), "b2");
}

TEST(Choose, CallIsTheNumberAmongOtherwiseMatchingCalls) {
  When third = prompt("a");
  third.call = 3;
  Script script({{"*", {}, {{"f:1", third, {answer("third")}}, {"f:2", {}, {answer("other")}}}}});
  EXPECT_EQ(result_of(script.choose(facts("a"))), "other");
  EXPECT_EQ(result_of(script.choose(facts("b"))), "other");  // does not count
  EXPECT_EQ(result_of(script.choose(facts("a"))), "other");
  EXPECT_EQ(result_of(script.choose(facts("a"))), "third");
  EXPECT_EQ(result_of(script.choose(facts("a"))), "other");
}

TEST(Choose, CallsTakenByRulesAboveDoNotCount) {
  When first;
  first.call = 1;
  Script script(
      {{"*", {}, {{"f:1", prompt("a"), {answer("above")}}, {"f:2", first, {answer("first")}}}}});
  EXPECT_EQ(result_of(script.choose(facts("a"))), "above");
  EXPECT_EQ(result_of(script.choose(facts("b"))), "first");
  EXPECT_EQ(result_of(script.choose(facts("b"))), "");
}

TEST(Choose, AllConditionsMustHold) {
  When when = prompt("*advert*");
  when.operation = "InvokeModel*";
  when.region = "us-*";
  when.attempt = 1;
  EXPECT_TRUE(takes(when, facts("an advert")));
  Facts other = facts("an advert");
  other.region = "eu-west-1";
  EXPECT_FALSE(takes(when, other));
  other = facts("an advert");
  other.operation = "Converse";
  EXPECT_FALSE(takes(when, other));
  other = facts("an advert");
  other.attempt = 2;
  EXPECT_FALSE(takes(when, other));
  EXPECT_FALSE(takes(when, facts("a poem")));
}

TEST(Choose, PromptsMayBeRegularExpressions) {
  EXPECT_TRUE(takes(prompt("/[0-9]+ words?/"), facts("an advert of 500 words\nplease")));
  EXPECT_FALSE(takes(prompt("/^[0-9]+/"), facts("an advert of 500 words")));
}

TEST(Choose, HeadersAreFoundWhateverTheirCase) {
  const aws::Headers headers{{"X-Amzn-Bedrock-Trace", "ENABLED"}, {"user-agent", "Boto3/1.35"}};
  Facts about = facts();
  When when;
  when.headers = {{"x-amzn-bedrock-trace", "ENABLED"}, {"User-Agent", "Boto3/*"}};
  EXPECT_FALSE(takes(when, about));  // no headers at all
  about.headers = &headers;
  EXPECT_TRUE(takes(when, about));
  when.headers["User-Agent"] = "/^aws-cli/";
  EXPECT_FALSE(takes(when, about));
  when.headers = {{"absent", "*"}};
  EXPECT_FALSE(takes(when, about));
}

TEST(Choose, BodyPathsFollowNamesAndIndexes) {
  const Json body = *parse_json(
      R"({"max_tokens":300,"messages":[{"role":"user","content":[{"type":"text","text":"Hi you"}]},)"
      R"({"role":"assistant"}],"temperature":0.5,"stop":null,"":{"x":1}})");
  Facts about = facts();
  about.body = &body;
  const auto holds = [&](const std::string& path, const Json& value) {
    When when;
    when.body = {{path, value}};
    return takes(when, about);
  };
  EXPECT_TRUE(holds("$.max_tokens", 300));
  EXPECT_TRUE(holds("$.max_tokens", 300.0));
  EXPECT_FALSE(holds("$.max_tokens", "300"));
  EXPECT_TRUE(holds("max_tokens", 300));
  EXPECT_TRUE(holds("$.messages[0].content[0].text", "Hi you"));
  EXPECT_TRUE(holds("$.messages[0].content[0].text", "Hi*"));
  EXPECT_TRUE(holds("$.messages[0].content[0].text", "/you$/"));
  EXPECT_TRUE(holds("$.messages[1]", Json{{"role", "assistant"}}));
  EXPECT_TRUE(holds("$.stop", nullptr));
  EXPECT_TRUE(holds("$", body));
  for (const char* path :
       {"$.absent", "$.messages[2]", "$.messages[-1]", "$.messages[0", "$.messages[",
        "$.messages[]", "$.messages[x]", "$.messages[99999999999999999999]", "$.messages.role",
        "$.max_tokens[0]", "$..max_tokens", "$.", "$.stop.x"}) {
    EXPECT_FALSE(holds(path, nullptr)) << path;
  }
  about.body = nullptr;
  EXPECT_FALSE(holds("$.stop", nullptr));
}

TEST(Choose, PatternsMatchIdsInArnsAndNoProfiles) {
  const auto answers = [](std::string pattern, std::string resource) {
    Script script({{std::move(pattern), {}, {{"f:1", {}, {answer("yes")}}}}});
    Facts about = facts();
    about.resource = std::move(resource);
    return script.choose(about).outcome != nullptr;
  };
  const std::string arn = "arn:aws:bedrock:us-east-1::foundation-model/" + std::string(kHaiku);
  const std::string profile_arn =
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us." + std::string(kHaiku);
  EXPECT_TRUE(answers("anthropic.claude-3-*", kHaiku));
  EXPECT_TRUE(answers("anthropic.claude-3-*", arn));
  EXPECT_TRUE(answers("arn:aws:bedrock:us-east-1:*", arn));
  EXPECT_FALSE(answers("anthropic.claude-3-*", "us." + std::string(kHaiku)));
  EXPECT_FALSE(answers("anthropic.claude-3-*", profile_arn));
  EXPECT_TRUE(answers("us.anthropic.claude-3-*", "us." + std::string(kHaiku)));
  EXPECT_TRUE(answers("us.anthropic.claude-3-*", profile_arn));
  EXPECT_FALSE(answers("us.anthropic.claude-3-*", kHaiku));
}

TEST(ChooseLatency, TheOutcomesComesBeforeTheModels) {
  Script script({{"*", total(5s), {{"f:1", {}, {answer("a", total(1s)), answer("b")}}}}});
  EXPECT_EQ(total_of(script.choose(facts())), 1s);
  EXPECT_EQ(total_of(script.choose(facts())), 5s);
}

TEST(ChooseLatency, ErrorsComeAtOnceUnlessTheySayOtherwise) {
  Script script({{"*", total(5s), {{"f:1", {}, {error("A"), error("B", total(2s))}}}}});
  EXPECT_EQ(total_of(script.choose(facts())), 0s);
  EXPECT_EQ(total_of(script.choose(facts())), 2s);
}

TEST(ChooseLatency, TheDefaultAnswerTakesTheModels) {
  Script script({{"*", total(5s), {{"f:1", prompt("x"), {answer("a")}}}}});
  const Choice choice = script.choose(facts("y"));
  EXPECT_EQ(choice.outcome, nullptr);
  EXPECT_EQ(total_of(choice), 5s);
}

TEST(ChooseLatency, AnEntryWithoutOneTakesThatOfAnother) {
  Script script({{"*haiku*", {}, {{"f:1", {}, {answer("a")}}}}, {"anthropic.*", total(3s), {}}});
  EXPECT_EQ(total_of(script.choose(facts())), 3s);
  Script own({{"*", total(3s), {}}, {"*haiku*", total(4s), {{"f:1", {}, {answer("a")}}}}});
  EXPECT_EQ(total_of(own.choose(facts())), 4s);
}

TEST(ChooseMismatch, NamesTheNearestRuleAndWhy) {
  When far = prompt("*x*");
  far.operation = "Converse";
  Script script({{"*",
                  {},
                  {{"f:1", far, {answer("a")}},
                   {"f:2", prompt("*tagline*"), {answer("b")}},
                   {"f:3", prompt("*advert*"), {answer("c")}}}}});
  const Choice choice = script.choose(facts("a poem"));
  EXPECT_EQ(choice.outcome, nullptr);
  EXPECT_EQ(choice.rule, "");
  EXPECT_EQ(choice.mismatch, "f:2: prompt 'a poem' does not match '*tagline*'");
}

TEST(ChooseMismatch, SaysEachReason) {
  const auto why = [](When when, Facts about) {
    return one_rule(std::move(when)).choose(about).mismatch;
  };
  const Json body = *parse_json(R"({"prompt":"x","n":1})");
  const aws::Headers headers{{"a", "b"}};
  Facts about = facts("Hi");
  about.body = &body;
  about.headers = &headers;
  When when;
  when.operation = "Converse";
  EXPECT_EQ(why(when, about), "f:1: operation 'InvokeModel' does not match 'Converse'");
  when = {};
  when.region = "eu-*";
  EXPECT_EQ(why(when, about), "f:1: region 'us-east-1' does not match 'eu-*'");
  when = {};
  when.attempt = 2;
  EXPECT_EQ(why(when, about), "f:1: attempt 1 is not 2");
  when = {};
  when.headers = {{"c", "*"}};
  EXPECT_EQ(why(when, about), "f:1: there is no header c");
  when.headers = {{"A", "c*"}};
  EXPECT_EQ(why(when, about), "f:1: header A is 'b', not 'c*'");
  when = {};
  when.body = {{"$.n", 2}};
  EXPECT_EQ(why(when, about), "f:1: $.n is '1', not 2");
  when.body = {{"$.m", 2}};
  EXPECT_EQ(why(when, about), "f:1: the body has no $.m");
  when = {};
  when.call = 2;
  EXPECT_EQ(why(when, about), "f:1: this is call 1, not call 2");
}

// A rule that only waits for its turn is nearer than one that wants another prompt, and a body's
// member that is called "prompt" is still a body's.
TEST(ChooseMismatch, LaterConditionsAreNearer) {
  When turn, in_body;
  turn.call = 2;
  in_body.body = {{"prompt", "y"}};
  const Json body = *parse_json(R"({"prompt":"x"})");
  Facts about = facts("Hi");
  about.body = &body;
  Script script({{"*",
                  {},
                  {{"f:1", in_body, {answer("a")}},
                   {"f:2", prompt("*z*"), {answer("b")}},
                   {"f:3", turn, {answer("c")}}}}});
  EXPECT_EQ(script.choose(about).mismatch, "f:3: this is call 1, not call 2");
  EXPECT_EQ(result_of(script.choose(about)), "c");
  EXPECT_EQ(script.choose(about).mismatch, "f:3: this is call 3, not call 2");
  Script prompts(
      {{"*", {}, {{"f:1", in_body, {answer("a")}}, {"f:2", prompt("*z*"), {answer("b")}}}}});
  EXPECT_EQ(prompts.choose(about).mismatch, "f:2: prompt 'Hi' does not match '*z*'");
}

TEST(ChooseMismatch, CutsLongPromptsBetweenCharacters) {
  std::string euros = "x";
  for (int i = 0; i < 40; ++i) euros += "\u20ac";
  Script script = one_rule(prompt("no"));
  const std::string why = script.choose(facts(euros)).mismatch;
  EXPECT_EQ(why, "f:1: prompt '" + euros.substr(0, 58) + "…' does not match 'no'");
  EXPECT_EQ(to_text(Json(why)).find("\uFFFD"), std::string::npos);
}

TEST(ChooseMismatch, SaysWhereNoEntryMatches) {
  Script script({{"amazon.*", total(1s), {}}});
  EXPECT_EQ(script.choose(facts()).mismatch,
            "no entry of models matches 'anthropic.claude-3-haiku-20240307-v1:0'");
}

TEST(ChooseMismatch, IsSilentWhereThereIsNothingToMiss) {
  EXPECT_EQ(Script().choose(facts()).mismatch, "");
  EXPECT_EQ(Script({Behaviour{"*", {}, {}}}).choose(facts()).mismatch, "");
  EXPECT_EQ(Script({Behaviour{"*", total(1s), {}}}).choose(facts()).mismatch, "");
}

// docs/scenarios.md: what an entry does not say, the next that matches the model and says it does.
TEST(Settings, ComeFromTheNextEntryThatHasThem) {
  Behaviour silent{"anthropic.*", {}, {}};
  Behaviour other{"amazon.*", {}, {}};
  other.tokens = TokenRule{TokenRule::Kind::kCharacters, 4};
  Behaviour words{"*", {}, {}};
  words.tokens = TokenRule{TokenRule::Kind::kWords, 0};
  words.chunks = ChunkRule{3, 0};
  const Script script({silent, other, words});
  EXPECT_EQ(script.token_rule(kHaiku).kind, TokenRule::Kind::kWords);
  ASSERT_TRUE(script.chunk_rule(kHaiku));
  EXPECT_EQ(script.chunk_rule(kHaiku)->tokens, 3);
  EXPECT_EQ(script.token_rule("amazon.nova-lite-v1:0").kind, TokenRule::Kind::kCharacters);
  EXPECT_EQ(Script({silent}).token_rule(kHaiku).kind, TokenRule::Kind::kDefault);
}

}  // namespace
}  // namespace bedlam::script
