// A workflow that the simulation makes up: a tree that is written as a definition (definition.h),
// run by the emulator (world.h), and worked out on paper (expectation.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "emulator/base/duration.h"
#include "emulator/base/random.h"

namespace bedlam::simulation {

struct PlannedRetrier {
  std::vector<std::string> errors;
  std::int64_t interval_s = 1;
  std::uint64_t max_attempts = 0;
  std::int64_t rate_quarters = 8;  // BackoffRate in quarters, so that delays are whole nanoseconds
  std::optional<std::int64_t> max_delay_s;
  bool full_jitter = false;
};

struct Node;
using Chain = std::vector<Node>;  // states one after the other

struct PlannedCatcher {
  std::vector<std::string> errors;
  Chain handler;  // goes on behind the state that failed
};

enum class NodeKind { kPass, kWait, kTask, kChoice, kParallel, kMap, kFail, kSucceed };
enum class WaitForm { kSeconds, kExpression, kTimestamp, kMissing };
enum class TaskForm { kFunction, kInvoke, kService, kCallback, kNested };

struct Node {
  NodeKind kind{};
  std::string name;
  bool jsonata = false;
  std::vector<PlannedRetrier> retriers;
  std::vector<PlannedCatcher> catchers;

  WaitForm wait_form{};  // kMissing: an expression that finds nothing
  std::int64_t wait_s = 0;

  TaskForm task_form{};
  std::optional<std::int64_t> timeout_s, heartbeat_s;
  std::uint64_t fails_percent = 0;  // of its calls
  bool stalls = false;              // some of its calls are never answered

  std::string marker;           // Choice: taken where the key ends in it
  bool has_default = true;      // or nothing matches
  std::vector<Chain> inside;    // Choice: then, otherwise; Parallel: branches; Map: the processor
  std::size_t items = 0;        // of a Map
  std::size_t concurrency = 0;  // 0: as many as there may be
  bool distributed = false, express = false;
  std::uint64_t tolerated = 0;  // ToleratedFailureCount

  std::string error;  // of a Fail state
};

// One execution of it.
struct PlannedStart {
  Duration at{};
  std::string key;               // names every call that it makes
  std::optional<Duration> stop;  // when it is stopped, on the emulator's time line
};

struct Plan {
  std::uint64_t seed = 0;
  Chain chain;
  Chain nested;  // of the machine that tasks start and wait for
  std::optional<std::int64_t> timeout_s;
  std::vector<PlannedStart> starts;
  bool redrives = false;                     // what did not succeed is redriven once
  std::map<std::string, const Node*> tasks;  // by name; into both chains
};

Plan make_plan(std::uint64_t seed);

// What the service answers to the call of a task at that time: a function of who asks and when, so
// that it can be known without counting calls.
struct Scripted {
  enum class Kind { kSucceeds, kFails, kNeverAnswers };
  Kind kind = Kind::kSucceeds;
  std::string error;  // kFails
  Duration latency{};
};
Scripted scripted(std::uint64_t seed, const Node& task, const std::string& key, Duration now);

// Of the executions that it starts.
inline std::string nested_key(const Node& task, const std::string& key) {
  return key + "/" + task.name;
}

// The lists that items come from stand in every input: lists[n] has n elements.
inline constexpr std::size_t kLongestList = 6;
// Likewise seconds[n] is n.
inline constexpr std::int64_t kLongestWaitSeconds = 12;
// More items than inline iterations at once.
inline constexpr std::size_t kManyItems = 45;

}  // namespace bedlam::simulation
