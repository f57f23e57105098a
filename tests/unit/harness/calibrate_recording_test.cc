// Recordings that somebody edited, calibrated and written: all of them is there, or what cannot be
// taken over is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/calibrate/calibration.h"
#include "harness/record/writer.h"

namespace bedlam::harness {
namespace {

using testing::HasSubstr;

scenario::Scenario edited(const std::string& text) {
  auto scenario = scenario::parse_scenario(text, "edited.yaml");
  if (scenario.ok()) return *std::move(scenario);
  ADD_FAILURE() << format(scenario.error().front(), text) << "\n" << text;
  return {};
}

// The scenario that `calibrate --write` would leave.
scenario::Scenario rewritten(const std::vector<std::string>& texts) {
  std::vector<scenario::Scenario> recordings;
  std::vector<ModelTimes> times;
  for (const std::string& text : texts) {
    recordings.push_back(edited(text));
    add_times(recordings.back().models, times);
  }
  EXPECT_EQ(why_not_writable(recordings), std::nullopt);
  const Recording recording = calibrated(recordings, fit_models(std::move(times)));
  return edited(write_recording(recording, "out").parts.front());
}

std::string recorded_model(const std::string& replies) {
  return "models:\n  m:\n    recorded: true\n    replies:\n" + replies;
}

constexpr const char* kStream =
    "answer: {frames: [{at: 10ms, event: x, tokens: 2, json: {a: 1}}, {at: 20ms, event: x, "
    "tokens: 2, json: {a: 2}}]}\n        ";

TEST(EditedRecording, EveryPlaceOfAFaultIsWritten) {
  for (const char* fault :
       {"{after_tokens: 2, stall: 2s}", "{after: 15ms, reset: true}",
        "{at_frame: 1, byte: 3, cut: true}", "{at_frame: last, duplicate: true}",
        "{after_frames: 1, byte: 3, reset: true}", "{byte: 3, close: true}",
        "{before_headers: true, close: true}"}) {
    const std::string text =
        recorded_model("      - " + std::string(kStream) + "fault: " + fault + "\n");
    auto before = scenario::parse_scenario(text, "edited.yaml");
    if (!before.ok()) {
      ADD_FAILURE() << fault << ": " << before.error().front().message;
      continue;
    }
    const scenario::Scenario after = rewritten({text});
    ASSERT_EQ(after.models.size(), 1U) << fault;
    const auto& was = before->models[0].rules[0].outcomes[0].fault;
    const auto& is = after.models[0].rules[0].outcomes[0].fault;
    ASSERT_TRUE(was && is) << fault;
    EXPECT_EQ(fault::describe(*is), fault::describe(*was));
    EXPECT_EQ(is->where.byte, was->where.byte);
    EXPECT_EQ(is->argument, was->argument);
    // What was broken by hand keeps its times.
    const auto& answer = std::get<script::Answer>(after.models[0].rules[0].outcomes[0].result);
    EXPECT_EQ(std::get<script::Verbatim>(answer.content).frames[1].at,
              std::chrono::milliseconds(20));
  }
}

TEST(EditedRecording, EveryConditionIsWritten) {
  const scenario::Scenario after = rewritten({recorded_model(
      "      - {when: {operation: Converse, prompt: Ho, attempt: 1}, answer: {body: {n: 1}}}\n"
      "      - {when: {operation: Converse, prompt: Ho, attempt: 2}, answer: {body: {n: 2}}}\n"
      "      - {when: {operation: Converse, prompt: Ho, headers: {X-A: \"b*\"}}, answer: {body: "
      "{n: 3}}}\n"
      "      - {when: {operation: Converse, prompt: Ho, body: {$.a: 1}}, answer: {body: {n: 4}}}\n"
      "      - {when: {region: eu-west-1, call: 3}, answer: {body: {n: 5}}}\n"
      "      - {when: {operation: Converse, call: 1}, answer: {body: {n: 6}}}\n"
      "      - {answer: {body: {n: 7}}}\n")});
  ASSERT_EQ(after.models.size(), 1U);
  const std::vector<script::Rule>& rules = after.models[0].rules;
  ASSERT_EQ(rules.size(), 7U);
  EXPECT_EQ(rules[0].when.attempt, 1);
  EXPECT_EQ(rules[1].when.attempt, 2);
  EXPECT_EQ(rules[2].when.headers.at("X-A"), "b*");
  EXPECT_EQ(rules[3].when.body, (std::map<std::string, Json>{{"$.a", 1}}));
  EXPECT_EQ(rules[4].when.region, "eu-west-1");
  EXPECT_EQ(rules[4].when.call, 3);
  EXPECT_EQ(rules[5].when.call, 1);
  EXPECT_EQ(rules[6].when.operation, std::nullopt);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    ASSERT_EQ(rules[i].outcomes.size(), 1U);
    const auto& answer = std::get<script::Answer>(rules[i].outcomes[0].result);
    EXPECT_EQ(std::get<script::Verbatim>(answer.content).body,
              "{\"n\":" + std::to_string(i + 1) + "}");
  }
}

// A long rule stands in pieces, in one file or several, which are one rule again.
TEST(EditedRecording, PiecesOfARuleAreOneAgain) {
  const auto piece = [](const std::string& when, int n) {
    return recorded_model("      - {when: {" + when + "}, answer: {body: {n: " + std::to_string(n) +
                          "}}}\n");
  };
  const scenario::Scenario after =
      rewritten({piece("operation: Converse, call: 1", 1), piece("operation: Converse, call: 1", 2),
                 piece("operation: Converse", 3)});
  ASSERT_EQ(after.models[0].rules.size(), 1U);
  EXPECT_EQ(after.models[0].rules[0].outcomes.size(), 3U);
  EXPECT_EQ(after.models[0].rules[0].when.call, std::nullopt);
}

TEST(EditedRecording, PatternsOfOneFileDoNotTakeTheCallsOfAnother) {
  const scenario::Scenario after = rewritten(
      {recorded_model("      - {when: {prompt: \"from * on\"}, answer: {body: {n: 1}}}\n"),
       recorded_model("      - {when: {prompt: from here on}, answer: {body: {n: 2}}}\n")});
  EXPECT_EQ(after.models[0].rules[0].when.prompt, "from here on");
  EXPECT_EQ(after.models[0].rules[1].when.prompt, "from * on");
}

TEST(EditedRecording, TheModelsLatencyAndTheClientsAreWritten) {
  const scenario::Scenario after = rewritten(
      {"models:\n  m:\n    recorded: true\n    latency: 3s\n    replies:\n"
       "      - {answer: {body: {a: 1}}}\n"
       "      - {when: {operation: Converse}, error: {name: ModelErrorException, message: no, "
       "original_status: 500}}\n"
       "run:\n"
       "  - call: Converse\n    prompt: Hi\n    max_tokens: 7\n    as: mine\n"
       "    client: {retries: standard, max_attempts: 4, read_timeout: 1s}\n    deadline: 9s\n"
       "    expect: {outcome: partial, takes: \"<= 2s\"}\n"});
  ASSERT_TRUE(after.models[0].latency && after.models[0].latency->total);
  EXPECT_EQ(yaml_distribution(*after.models[0].latency->total), "3s");
  EXPECT_EQ(std::get<script::Error>(after.models[0].rules[1].outcomes[0].result).original_status,
            500);
  ASSERT_EQ(after.run.size(), 1U);
  const auto& call = std::get<scenario::CallStep>(after.run[0].action);
  EXPECT_EQ(after.run[0].as, "mine");
  EXPECT_EQ(call.prompt, "Hi");
  EXPECT_EQ(call.max_tokens, 7);
  EXPECT_EQ(call.client.retries, "standard");
  EXPECT_EQ(call.client.max_attempts, 4);
  EXPECT_EQ(call.client.read_timeout, std::chrono::seconds(1));
  EXPECT_EQ(call.deadline, std::chrono::seconds(9));
  ASSERT_TRUE(after.run[0].expect);
  EXPECT_EQ(after.run[0].expect->value, (Json{{"outcome", "partial"}, {"takes", "<= 2s"}}));
}

TEST(EditedRecording, WhatCannotBeTakenOverIsNamed) {
  const std::string model = recorded_model("      - {answer: {body: {n: 1}}}\n");
  const auto why = [&](const std::string& more) {
    return why_not_writable({edited(model + more)}).value_or("");
  };
  EXPECT_EQ(why(""), "");
  EXPECT_THAT(why("  other: {replies: [{answer: Hi}]}\n"),
              testing::AllOf(HasSubstr("edited.yaml: "), HasSubstr("the model other")));
  EXPECT_THAT(why("run:\n  - wait: 1s\n"), HasSubstr("no call of a model"));
  EXPECT_THAT(why("buckets: {bucket1: {k: text}}\n"), HasSubstr("the section 'buckets'"));
  const std::string slow = recorded_model("      - {answer: {body: {n: 1}}}\n    latency: 2s\n");
  EXPECT_THAT(why_not_writable({edited(model), edited(slow)}).value_or(""),
              HasSubstr("the latency of m"));
}

}  // namespace
}  // namespace bedlam::harness
