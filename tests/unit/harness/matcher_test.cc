// Expectations: what each form accepts and refuses, and what an author hears about a wrong one.
#include <gtest/gtest.h>

#include "harness/expect/expectation.h"
#include "harness/expect/matchers/quantity.h"

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string>& steps_before() {
  static const std::vector<std::string> steps{"chain"};
  return steps;
}

// One field of a step, compiled from JSON and checked against a value.
struct Outcome {
  Diagnostics mistakes;
  std::vector<Verdict> failed;
  bool held() const { return mistakes.empty() && failed.empty(); }
  std::string line() const {
    if (!mistakes.empty()) return mistakes[0].message;
    return failed.empty() ? "" : failed[0].expected + " | " + failed[0].actual;
  }
};

Outcome check(const std::string& field, const std::string& expected, Value actual,
              const Fields& fields = start_fields(), double tolerance = 0,
              bool real_clock = false) {
  Outcome outcome;
  scenario::Located source{Json{{field, *parse_json(expected)}}, {{"/" + field, {7, 3}}}};
  const Expectation expectation =
      Expectation::compile(source, fields, "case.yaml", steps_before(), outcome.mistakes);
  Observed observed;
  observed.step = "step";
  observed.fields[field] = std::move(actual);
  const std::map<std::string, Duration> took{{"chain", 30800ms}};
  outcome.failed = expectation.check(observed, {&took, tolerance, real_clock});
  return outcome;
}

struct DurationCase {
  const char* expected;
  Duration actual;
  bool holds;
};

TEST(DurationMatchers, CompareExactly) {
  const std::vector<DurationCase> table{
      {R"("19.2s")", 19200ms, true},
      {R"("19.2s")", 19200ms + 1ns, false},
      {R"(">= 3s")", 3s, true},
      {R"("> 3s")", 3s, false},
      {R"("<= 3s")", 3s, true},
      {R"("< 3s")", 3s - 1ns, true},
      {R"("!= 3s")", 3s, false},
      {R"("!= 3s")", 4s, true},
      {R"("== 3s")", 3s, true},
      {R"("1s..2s")", 1s, true},
      {R"("1s..2s")", 2s, true},
      {R"("1s .. 2s")", 2s + 1ns, false},
      {R"("19.2s ± 2%")", 19584ms, true},
      {R"("19.2s ± 2%")", 19585ms, false},
      {R"("19.2s +/- 100ms")", 19100ms, true},
      {R"("19.2s ± 100ms")", 19301ms, false},
      {R"(["> 1s", "< 3s"])", 2s, true},
      {R"(["> 1s", "< 3s"])", 3s, false},
      {R"("37.7% less than chain")", 19200ms, true},
      {R"("10% more than chain")", 33880ms, true},
  };
  for (const DurationCase& row : table) {
    const Outcome outcome = check("takes", row.expected, row.actual);
    EXPECT_EQ(outcome.held(), row.holds) << row.expected << ": " << outcome.line();
    EXPECT_TRUE(outcome.mistakes.empty()) << row.expected;
  }
}

// 30.8 s → 19.2 s is 37.66… % less.
TEST(DurationMatchers, RoundPercentagesToTheirOwnDecimals) {
  EXPECT_TRUE(differs_by_percent(30800ms, 19200ms, 377, 1, true));
  EXPECT_TRUE(differs_by_percent(30800ms, 19200ms, 38, 0, true));
  EXPECT_TRUE(differs_by_percent(30800ms, 19200ms, 3766, 2, true));
  EXPECT_FALSE(differs_by_percent(30800ms, 19200ms, 3767, 2, true));
  EXPECT_FALSE(differs_by_percent(30800ms, 19200ms, 376, 1, true));
  EXPECT_FALSE(differs_by_percent(30800ms, 19200ms, 377, 1, false));
  EXPECT_TRUE(differs_by_percent(30800ms, 19600ms, 364, 1, true));
  EXPECT_TRUE(differs_by_percent(200s, 199s, 5, 1, true));         // exactly 0.5
  EXPECT_TRUE(differs_by_percent(1000s, 1004500ms, 5, 1, false));  // 0.45 rounds half up to 0.5
}

TEST(DurationMatchers, SayHowFarOffAComparisonIs) {
  EXPECT_EQ(check("takes", R"("37.7% less than chain")", 24400ms).line(),
            "37.7 % less than chain | it took 24.4 s, 20.8 % less than chain (30.8 s)");
  EXPECT_EQ(check("takes", R"("19.2s")", 24400ms).line(), "19.2 s | it took 24.4 s");
}

TEST(DurationMatchers, AreStretchedByTheToleranceOfARealRun) {
  EXPECT_TRUE(check("takes", R"("10s")", 10150ms, start_fields(), 0.02, true).held());
  EXPECT_FALSE(check("takes", R"("10s")", 10250ms, start_fields(), 0.02, true).held());
  EXPECT_TRUE(
      check("takes", R"("37.7% less than chain")", 19400ms, start_fields(), 0.02, true).held());
  EXPECT_FALSE(
      check("takes", R"("37.7% less than chain")", 19700ms, start_fields(), 0.02, true).held());
}

struct ValueCase {
  const char* field;
  const char* expected;
  const char* actual;  // JSON
  const char* line;    // "" where it holds
};

TEST(ValueMatchers, HoldOrSayWhatCame) {
  const std::vector<ValueCase> table{
      {"status", R"("SUCCEEDED")", R"("SUCCEEDED")", ""},
      {"status", R"("SUCCEEDED")", R"("FAILED")", "SUCCEEDED | it was FAILED"},
      {"error", R"("States.*")", R"("States.Timeout")", ""},
      {"error", R"("Bedrock.*")", R"("States.Timeout")",
       "a text that matches Bedrock.* | it was States.Timeout"},
      {"error", R"("States.Timeout")", "null", "States.Timeout | there was none"},
      {"cause", R"("/^Too many (tokens|requests)/")", R"("Too many tokens, wait")", ""},
      {"attempts", "4", "4", ""},
      {"attempts", "4", "6", "4 | it was 6"},
      {"attempts", R"(">= 5")", "4", ">= 5 | it was 4"},
      {"attempts", R"("3..5")", "4", ""},
      {"attempts", R"([">= 1", "<= 3"])", "4", "<= 3 | it was 4"},
      {"states", R"(["A","B"])", R"(["A","B"])", ""},
      {"states", R"(["A","B"])", R"(["A","B","C"])", R"(["A","B"] | it was ["A","B","C"])"},
      {"states", R"({"contains":"B"})", R"(["A","B"])", ""},
      {"states", R"({"length":3})", R"(["A","B"])", "length 3 | it was 2 long"},
      {"output", R"({"contains":"Room for"})", R"({"text":"Room for everyone."})", ""},
      {"output", R"({"contains":"Boot"})", R"({"text":"Room"})",
       R"(something that contains Boot | it was {"text":"Room"})"},
      {"output", R"({"contains":{"a":1}})", R"([{"b":2},{"a":1,"c":3}])", ""},
      {"output", R"({"contains":["Room","one"]})", R"("Room for everyone.")", ""},
      {"output", R"({"length":2})", R"({"a":1,"b":2})", ""},
      {"output", R"({"length":4})", R"("Töne")", ""},
      {"output", R"({"a":{"b":1}})", R"({"a":{"b":1.0,"c":2},"d":3})", ""},
      {"output", R"({"a":1})", R"({"b":1})", R"(a member a | it was {"b":1})"},
      {"output", R"({"$.a[1].b":">= 2"})", R"({"a":[{},{"b":3}]})", ""},
      {"output", R"({"$.a[1].b":"x*"})", R"({"a":[{},{"b":"y"}]})",
       "a text that matches x* | it was y"},
      {"output", R"({"$.a":1})", R"({"b":1})",
       R"(something at $.a | there was nothing in {"b":1})"},
      {"output", R"({"$['a b'].c":{"length":"<= 2"}})", R"({"a b":{"c":[1,2]}})", ""},
      {"output", R"([1,{"contains":"x"}])", R"([1,"xy"])", ""},
      {"output", "true", "true", ""},
      {"output", "{}", "{}", ""},
      {"output", "{}", R"({"a":1})", R"({} | it was {"a":1})"},
  };
  for (const ValueCase& row : table) {
    const Outcome outcome = check(row.field, row.expected, *parse_json(row.actual));
    EXPECT_EQ(outcome.line(), row.line) << row.field << ": " << row.expected;
  }
}

TEST(ValueMatchers, SayWhereInTheFieldItWas) {
  const Outcome outcome =
      check("output", R"({"$.a":{"b":[1,2]}})", *parse_json(R"({"a":{"b":[1,3]}})"));
  ASSERT_EQ(outcome.failed.size(), 1U);
  EXPECT_EQ(outcome.failed[0].field, "output $.a.b[1]");
  EXPECT_EQ(outcome.failed[0].position.line, 7U);
}

Gaps gaps(std::initializer_list<Duration> pauses) {
  Gaps result;
  int retry = 0;
  for (const Duration pause : pauses) result.pauses.push_back({retry++, pause});
  return result;
}

TEST(GapMatchers, KnowThePoliciesBands) {
  EXPECT_TRUE(check("gaps", R"("standard")", gaps({1s, 2s, 4s, 8s, 16s, 20s})).held());
  EXPECT_EQ(check("gaps", R"("standard")", gaps({1s, 2100ms})).line(),
            "standard, 0 s..2 s | the pause before attempt 3 was 2.1 s");
  EXPECT_TRUE(check("gaps", R"("legacy")", gaps({1s, 2s, 4s, 8s, 16s, 32s})).held());
  EXPECT_FALSE(check("gaps", R"("standard")", gaps({1s, 2s, 4s, 8s, 16s, 21s})).held());
  EXPECT_TRUE(check("gaps", R"("legacy")", gaps({})).held());
  EXPECT_TRUE(check("gaps", R"("legacy")", gaps({1200ms}), start_fields(), 0, true).held())
      << "a program on the real clock needs time to get going";
  EXPECT_FALSE(check("gaps", R"("legacy")", gaps({1300ms}), start_fields(), 0, true).held());
}

TEST(GapMatchers, TakeDurationsAndLists) {
  EXPECT_TRUE(check("gaps", R"(["1s", "2s"])", gaps({1s, 2s})).held());
  EXPECT_EQ(check("gaps", R"(["1s", "2s"])", gaps({1s})).line(), "2 pauses | there were 1 (1 s)");
  EXPECT_EQ(check("gaps", R"(["1s", "2s..3s"])", gaps({1s, 4s})).line(),
            "2 s..3 s | the pause before attempt 3 was 4 s");
  EXPECT_TRUE(check("gaps", R"("1s..5s")", gaps({1s, 4s})).held());
}

CallRecord call(const std::string& operation, int attempts, int status) {
  CallRecord record;
  record.fields = {{"operation", Json(operation)}, {"model", Json("m")},
                   {"attempts", Json(attempts)},   {"status", Json(status)},
                   {"outcome", Json("answer")},    {"gaps", gaps({500ms})}};
  return record;
}

Calls two_calls() {
  return {{call("Converse", 3, 200), call("InvokeModel", 1, 429)}};
}

TEST(CallMatchers, TakeAListACountOrBoth) {
  EXPECT_TRUE(check("calls", R"([{"operation":"Converse","attempts":3,"gaps":"standard"},
                                 {"status":">= 400"}])",
                    two_calls())
                  .held());
  EXPECT_TRUE(check("calls", "2", two_calls()).held());
  EXPECT_TRUE(check("calls", R"({"count":1,"operation":"Converse"})", two_calls()).held());
  EXPECT_TRUE(check("calls", R"({"count":2,"operation":"*"})", two_calls()).held());
  EXPECT_TRUE(check("calls", R"({"status":429})", two_calls()).held());
  EXPECT_TRUE(check("calls", "[]", Calls{}).held());

  EXPECT_EQ(check("calls", R"([{"operation":"Converse"}])", two_calls()).line(),
            "1 call | there were 2, next: InvokeModel of m, 429 answer");
  EXPECT_EQ(check("calls", R"([{}, {}, {}])", two_calls()).line(), "3 calls | there were only 2");
  EXPECT_EQ(check("calls", R"([{"attempts":2}, {}])", two_calls()).line(), "2 | it was 3");
  EXPECT_EQ(check("calls", R"({"count":2,"operation":"Converse"})", two_calls()).line(),
            "2 calls with operation Converse | there were 1; nearest: InvokeModel of m, "
            "429 answer, expected operation Converse");
  EXPECT_EQ(check("calls", R"({"status":500})", Calls{}).line(),
            "a call with status 500 | there was none");
}

struct Mistake {
  const char* field;
  const char* expected;
  const char* message;
};

TEST(Mistakes, AreToldBeforeAnythingRuns) {
  const std::vector<Mistake> table{
      {"take", R"("1s")", "nothing here is called 'take', did you mean 'takes'?"},
      {"takes", "3", "'3' has no unit"},
      {"takes", R"(">= 3")", "'3' has no unit"},
      {"takes", R"("soon")", "'soon' is no duration"},
      {"takes", R"("2s..1s")", "the range ends before it begins"},
      {"takes", R"("10% less than chan")",
       "no step before this one is called 'chan', did you mean 'chain'?"},
      {"takes", R"("10% of chain")", "'10% of chain' is no comparison"},
      {"takes", R"("ten% less than chain")", "'ten' is no percentage"},
      {"attempts", R"("many")", "'many' is no number"},
      {"attempts", R"({"a":1})", "expected a number"},
      {"status", R"("SUCCEDED")", "'SUCCEDED' can never be, did you mean 'SUCCEEDED'?"},
      {"gaps", R"("standart")", "'standart' is no retry policy, did you mean 'standard'?"},
      {"handed_back", R"("honest partly")",
       "'honest partly' is no verdict, did you mean 'honest partial'?"},
      {"handed_back", R"({"in":"stdout"})", "'is' is missing: which verdict"},
      {"handed_back", R"({"is":"complete","request":0})", "'request' is a whole number from 1"},
      {"handed_back", R"({"is":"complete","in":"the log"})", nullptr},
      {"waited", "3", "'3' has no unit"},
      {"calls", R"([{"opperation":"x"}])",
       "nothing here is called 'opperation', did you mean 'operation'?"},
      {"calls", R"(["Converse"])", "expected a call"},
      {"output", R"({"$.a":{"$..[":1}})", nullptr},
      {"output", R"("/(/")", nullptr},
  };
  for (const Mistake& row : table) {
    const Outcome outcome = check(row.field, row.expected, Json());
    ASSERT_EQ(outcome.mistakes.size(), 1U) << row.expected;
    if (row.message != nullptr) {
      EXPECT_EQ(outcome.mistakes[0].message, row.message);
    }
    EXPECT_EQ(outcome.mistakes[0].file, "case.yaml");
  }
}

TEST(Expectations, AssumeSuccessUnlessSomethingElseIsExpected) {
  Observed failed;
  failed.fields["status"] = Json("FAILED");
  Expectation expectation;
  expectation.assume("status", "SUCCEEDED", {"status", "error"}, {4, 5}, "nobody said otherwise");
  const std::map<std::string, Duration> took;
  const std::vector<Verdict> verdicts = expectation.check(failed, {&took, 0, false});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].position.line, 4U);
  EXPECT_EQ(verdicts[0].notes, std::vector<std::string>{"nobody said otherwise"});

  Diagnostics mistakes;
  Expectation other = Expectation::compile({Json{{"error", "*"}}, {}}, start_fields(), "f",
                                           steps_before(), mistakes);
  other.assume("status", "SUCCEEDED", {"status", "error"}, {4, 5}, "");
  EXPECT_EQ(other.size(), 1U);
}

Value stored(const std::map<std::string, std::string>& objects) {
  Objects value;
  for (const auto& [name, body] : objects) {
    value.bodies[name] = std::make_shared<const std::string>(body);
  }
  return value;
}

TEST(ObjectMatchers, FindObjectsByNameAndReadThem) {
  const Value objects = stored({{"out/1/manifest.json", R"({"size": 2})"},
                                {"out/1/rows.jsonl", "{\"id\": 1}\n{\"id\": 2}\n"},
                                {"out/2/note.txt", "two lines\nof text"}});
  struct Case {
    const char* expected;
    const char* line;
  };
  const std::vector<Case> table{
      {R"({"out/1/manifest.json": {"$.size": 2}})", ""},
      {R"({"out/*/manifest.json": {"$.size": 3}})", "3 | it was 2"},
      {R"({"out/1/rows.jsonl": {"$[1].id": 2, "$": {"length": 2}}})", ""},
      {R"({"out/2/*": "two*text", "out/3/*": null})", ""},
      {R"({"out/1/*": null})", "no such object | there is out/1/manifest.json"},
      {R"({"in/*": "x"})",
       "an object of this name | there are out/1/manifest.json, out/1/rows.jsonl, out/2/note.txt"},
      {R"({"out/*": {"contains": "two"}})", R"(something that contains two | it was {"size":2})"},
      {R"(["out"])", "expected objects by their names"},
  };
  for (const Case& c : table) {
    EXPECT_EQ(check("objects", c.expected, objects).line(), c.line) << c.expected;
  }
}

}  // namespace
}  // namespace bedlam::harness
