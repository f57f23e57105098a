#include "tests/simulation/invariants.h"

#include <algorithm>
#include <map>

#include "emulator/states/machine/history.h"
#include "tests/simulation/definition.h"

namespace bedlam::simulation {
namespace {

// Ends one complaint with what it is about.
class Complainer {
 public:
  Complainer(const SeenExecution& execution, Complaints& complaints)
      : execution_(execution), complaints_(complaints) {}

  void require(bool holds, const std::string& what) {
    if (!holds) complaints_.push_back(execution_.arn + ": " + what);
  }

 private:
  const SeenExecution& execution_;
  Complaints& complaints_;
};

std::string type_of(const Json& event) {
  return event.at("type");
}

bool is_terminal(const std::string& type) {
  return type == "ExecutionSucceeded" || type == "ExecutionFailed" || type == "ExecutionAborted" ||
         type == "ExecutionTimedOut";
}

std::string terminal_of(const std::string& status) {
  static const std::map<std::string, std::string> kTypes{{"SUCCEEDED", "ExecutionSucceeded"},
                                                         {"FAILED", "ExecutionFailed"},
                                                         {"ABORTED", "ExecutionAborted"},
                                                         {"TIMED_OUT", "ExecutionTimedOut"}};
  const auto found = kTypes.find(status);
  return found == kTypes.end() ? "" : found->second;
}

void check_links(const SeenExecution& execution, Complainer& complain) {
  double last = 0;
  for (std::size_t i = 0; i < execution.events.size(); ++i) {
    const Json& event = execution.events[i];
    const auto id = event.at("id").get<std::uint64_t>();
    const std::string what = "event " + std::to_string(id) + " " + type_of(event);
    complain.require(id == i + 1, what + " is number " + std::to_string(i + 1));
    complain.require(event.at("previousEventId").get<std::uint64_t>() < id,
                     what + " points to itself or to what comes later");
    const auto at = event.at("timestamp").get<double>();
    complain.require(at >= last, what + " is earlier than the one before");
    last = at;
  }
}

void check_end(const SeenExecution& execution, Complainer& complain) {
  if (execution.events.empty()) return complain.require(false, "has no events");
  complain.require(type_of(execution.events.front()) == "ExecutionStarted",
                   "does not begin with ExecutionStarted");
  complain.require(type_of(execution.events.back()) == terminal_of(execution.status),
                   "is " + execution.status + " and ends with " + type_of(execution.events.back()));
  std::uint64_t ends = 0;
  for (std::size_t i = 0; i < execution.events.size(); ++i) {
    if (!is_terminal(type_of(execution.events[i]))) continue;
    ++ends;
    const bool goes_on = i + 1 < execution.events.size();
    complain.require(!goes_on || type_of(execution.events[i + 1]) == "ExecutionRedriven",
                     "goes on after its end, with event " + std::to_string(i + 2));
  }
  complain.require(ends == execution.redrives + 1, "has " + std::to_string(ends) + " ends and " +
                                                       std::to_string(execution.redrives) +
                                                       " redrives");
}

std::string name_of(const Json& event, const char* details) {
  return event.at(details).at("name");
}

// Each StateExited goes back, link by link, to a StateEntered of its own; none is left twice.
void check_exits(const SeenExecution& execution, Complainer& complain) {
  std::vector<bool> left(execution.events.size() + 1);
  for (const Json& event : execution.events) {
    if (!type_of(event).ends_with("StateExited")) continue;
    const std::string name = name_of(event, "stateExitedEventDetails");
    auto id = event.at("previousEventId").get<std::uint64_t>();
    while (id != 0) {
      const Json& before = execution.events.at(id - 1);
      if (type_of(before).ends_with("StateEntered") &&
          name_of(before, "stateEnteredEventDetails") == name) {
        break;
      }
      id = before.at("previousEventId").get<std::uint64_t>();
    }
    const std::string what = "event " + to_text(event.at("id")) + " leaves " + name;
    complain.require(id != 0, what + ", which was not entered before it");
    complain.require(id == 0 || !left[id], what + ", which was left before");
    left[id] = true;
  }
}

// Entered as often as left, aborted or failed, by type of state.
void check_balance(const SeenExecution& execution, Complainer& complain) {
  std::map<std::string, std::int64_t> count;
  for (const Json& event : execution.events) ++count[type_of(event)];
  // Recorded: of an execution that is stopped or times out, nothing inside is reported.
  if (execution.status == "ABORTED" || execution.status == "TIMED_OUT") return;
  // The state that fails the machine itself is not reported as aborted.
  const std::int64_t open = execution.status == "SUCCEEDED" ? 0 : 1;
  for (const char* type : {"Pass", "Wait", "Task", "Succeed", "Parallel", "Map"}) {
    const std::string state = std::string(type) + "State";
    const std::int64_t missing =
        count[state + "Entered"] - count[state + "Exited"] - count[state + "Aborted"];
    const std::int64_t failed = count[state + "Failed"];
    complain.require(missing >= 0, std::string(type) + " states are left more often than entered");
    // A Wait of a branch that finds no time fails it; in JSONPath without an event of its own.
    if (type == std::string("Wait") && execution.error == "States.Runtime") continue;
    const std::int64_t evaluated = type == std::string("Wait") ? count["EvaluationFailed"] : 0;
    complain.require(missing <= open + failed + evaluated,
                     std::to_string(missing) + " " + type + " states are neither left nor ended");
  }
}

// Each iteration that starts ends once.
void check_iterations(const SeenExecution& execution, Complainer& complain) {
  std::map<std::string, std::int64_t> open;
  for (const Json& event : execution.events) {
    const std::string type = type_of(event);
    if (!type.starts_with("MapIteration")) continue;
    std::string details = "m" + type.substr(1) + "EventDetails";
    const std::string iteration = to_text(event.at(details));
    open[iteration] += type == "MapIterationStarted" ? 1 : -1;
    complain.require(open[iteration] >= 0, iteration + " ends twice");
  }
  if (execution.status == "ABORTED" || execution.status == "TIMED_OUT") return;
  for (const auto& [iteration, count] : open) {
    complain.require(count <= 0, iteration + " never ends");
  }
}

std::string in_seconds(Duration duration) {
  return std::to_string(std::chrono::duration<double>(duration).count()) + " s";
}

std::string told(const std::string& status, const std::string& error, Duration end) {
  return status + (error.empty() ? "" : " with " + error) + " at " + in_seconds(end);
}

bool is_full(const Seen& seen) {
  const auto full = [](const SeenExecution& execution) {
    return execution.events.size() >= states::kMaxHistoryEvents;
  };
  return std::any_of(seen.started.begin(), seen.started.end(), full) ||
         std::any_of(seen.children.begin(), seen.children.end(), full);
}

bool belongs_to(const ExpectedCall& call, const std::string& key) {
  return call.key == key || call.key.starts_with(key + "/");
}

void check_calls(const PlannedStart& start, const Expectation& expected, const Seen& seen,
                 Complaints& complaints) {
  using Who = std::tuple<Duration, std::string, std::string>;
  std::map<Who, std::pair<int, int>> most;  // certain, and with what may be
  for (const ExpectedCall& call : expected.calls) {
    auto& [certain, all] = most[{call.at, call.task, call.key}];
    certain += call.certain ? 1 : 0;
    ++all;
  }
  std::map<Who, int> made;
  for (const ExpectedCall& call : seen.calls) {
    if (belongs_to(call, start.key)) ++made[{call.at, call.task, call.key}];
  }
  for (const auto& [who, count] : made) most.try_emplace(who, 0, 0);
  for (const auto& [who, limits] : most) {
    const int count = made[who];
    if (count >= limits.first && count <= limits.second) continue;
    const auto& [at, task, key] = who;
    complaints.push_back(start.key + ": " + std::to_string(count) + " calls of " + task + " for " +
                         key + " at " + in_seconds(at) + ", expected " +
                         std::to_string(limits.first));
  }
}

}  // namespace

void check_history(const SeenExecution& execution, Complaints& complaints) {
  Complainer complain(execution, complaints);
  check_links(execution, complain);
  check_end(execution, complain);
  if (execution.redrives > 0) return;  // what was left open goes on without being entered again
  check_exits(execution, complain);
  check_balance(execution, complain);
  check_iterations(execution, complain);
}

void check_map_runs(const SeenExecution& execution, Complaints& complaints) {
  Complainer complain(execution, complaints);
  for (const SeenMapRun& run : execution.map_runs) {
    const Json& counts = run.description.at("executionCounts");
    const auto count = [&](const char* name) { return counts.at(name).get<std::uint64_t>(); };
    const std::string what = run.description.at("mapRunArn").get<std::string>() + " ";
    const std::uint64_t started =
        count("succeeded") + count("failed") + count("aborted") + count("timedOut");
    complain.require(count("running") == 0, what + "is over and runs");
    complain.require(count("total") == started + count("pending"), what + "counts wrongly");
    // The counts of a Map Run that was redriven begin anew.
    const bool anew = run.description.value("redriveCount", 0) > 0;
    complain.require(anew ? started <= run.children : started == run.children,
                     what + "has " + std::to_string(run.children) + " children and counts " +
                         std::to_string(started));
    complain.require(run.description.at("status") != "RUNNING", what + "never ended");
  }
}

void check_against_plan(const Plan& plan, const Seen& seen, Complaints& complaints) {
  if (is_full(seen)) return;  // which the plan cannot know
  const NextCall next_call = [&](const std::string& task, const std::string& key,
                                 Duration after) -> std::optional<Duration> {
    for (const ExpectedCall& call : seen.calls) {
      if (call.task == task && call.key == key && call.at > after) return call.at;
    }
    return std::nullopt;
  };
  for (std::size_t i = 0; i < plan.starts.size(); ++i) {
    const PlannedStart& start = plan.starts[i];
    const SeenExecution& execution = seen.started[i];
    const Expectation expected = expect_execution(plan, start, next_call);
    if (expected.tied) continue;
    const std::string error = execution.status == "FAILED" ? execution.error : "";
    const std::string was = told(execution.status, error, execution.stopped);
    const std::string planned = told(expected.status, expected.error, expected.end);
    if (execution.status != expected.status || error != expected.error ||
        execution.stopped != expected.end) {
      complaints.push_back(start.key + ": " + was + ", expected " + planned);
    }
    if (execution.output && *execution.output != input_of(start.key)) {
      complaints.push_back(start.key + ": the output is " + to_text(*execution.output));
    }
    check_calls(start, expected, seen, complaints);
  }
}

}  // namespace bedlam::simulation
