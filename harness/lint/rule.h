// What a configuration linter knows: one row a rule in catalog.cc, the functions beside it by
// topic. A rule looks at one state of a workflow or at one step of a scenario, and says what will
// hurt there and how to mend it. What AWS refuses, or what surprises at run time, is not told here
// (emulator/states/machine/).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::harness {

// A workflow, and what is known of the world around it.
struct LintedMachine {
  const Json& json;
  bool express = false;
  // Quotas and functions; nullptr: a definition alone.
  const scenario::Scenario* scenario = nullptr;
};

struct LintedState {
  const LintedMachine& machine;
  std::string name;
  const Json& json;
  std::string place;                // "/States/Write/Branches[0]/States/Advert"
  const LintedState* around;        // the Map or Parallel that it stands in; nullptr: none
  std::vector<const Json*> blocks;  // of a Map or Parallel: StartAt and States inside
};

struct LintedStep {
  const scenario::Scenario& scenario;
  const scenario::Step& step;
};

// Takes what a rule has to say.
class LintNotes {
 public:
  struct Note {
    std::string place;    // below the state's or step's own: "/Retry[0]", "/client/read_timeout"
    std::string message;  // without full stop
    std::string hint;     // how to mend it
  };
  void add(std::string place, std::string message, std::string hint) {
    notes.push_back({std::move(place), std::move(message), std::move(hint)});
  }
  std::vector<Note> notes;
};

struct LintRule {
  std::string_view name;
  std::string_view why;
  std::string_view source;
  void (*of_state)(const LintedState&, LintNotes&) = nullptr;
  void (*of_step)(const LintedStep&, LintNotes&) = nullptr;
};

// In the order of the documentation.
const std::vector<LintRule>& lint_rules();

namespace lint {

// tasks.cc
void task_without_timeout(const LintedState& state, LintNotes& notes);
void throttle_not_retried(const LintedState& state, LintNotes& notes);
void retry_without_jitter(const LintedState& state, LintNotes& notes);
void name_of_a_stream(const LintedState& state, LintNotes& notes);
void map_without_tolerance(const LintedState& state, LintNotes& notes);

// budgets.cc
void state_outlasts_caller(const LintedState& state, LintNotes& notes);
void nested_retries(const LintedState& state, LintNotes& notes);
void function_outlasts_state(const LintedState& state, LintNotes& notes);
void read_timeout_above_limit(const LintedStep& step, LintNotes& notes);
void call_without_end(const LintedStep& step, LintNotes& notes);
void attempts_outlast_caller(const LintedStep& step, LintNotes& notes);

// reservations.cc
void state_reserves_quota(const LintedState& state, LintNotes& notes);
void step_reserves_quota(const LintedStep& step, LintNotes& notes);

// A model call of a workflow: of Bedrock's own integration, or of the one by AWS SDK.
struct ModelCall {
  std::string operation;   // "invokeModel", "converse"
  std::string throttle;    // the error's name there: "Bedrock.ThrottlingException"
  const Json* parameters;  // or Arguments; nullptr: none
  std::string model;       // "" where it is not written out
};
std::optional<ModelCall> model_call_of(const Json& state);

// The index of the first of a state's retriers that takes an error of that whole name; nullopt:
// none.
std::optional<std::size_t> retrier_taking(const Json& state, const std::string& error);
// Whether a Catch of the state takes it.
bool catches(const Json& state, const std::string& error);
// Whether a list of ErrorEquals takes it.
bool error_list_takes(const Json& rule, const std::string& error);

}  // namespace lint
}  // namespace bedlam::harness
