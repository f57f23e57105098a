#include "tests/simulation/plan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bedlam::simulation {
namespace {

constexpr std::uint64_t kDeepest = 3;       // states inside states
constexpr std::uint64_t kMostStates = 40;   // of one workflow
constexpr std::uint64_t kMostStrands = 60;  // side by side, so that no history gets too long
constexpr std::array<const char*, 3> kErrors{"Busy", "Broken", "Lost"};

class Planner {
 public:
  explicit Planner(std::uint64_t seed) : random_(Random(seed).derive("plan")) {}

  Plan plan(std::uint64_t seed) {
    Plan plan;
    plan.seed = seed;
    in_nested_ = true;
    plan.nested = chain(1, 1, true);
    in_nested_ = false;
    states_ = 0;
    plan.chain = chain(0, 1, true);
    if (chance(15)) plan.timeout_s = 1 + static_cast<std::int64_t>(random_.below(90));
    const std::uint64_t executions = 1 + random_.below(3);
    for (std::uint64_t i = 0; i < executions; ++i) {
      PlannedStart start;
      start.at = i == 0 ? Duration{} : some_time(30);
      start.key = "e" + std::to_string(i);
      if (chance(15)) start.stop = start.at + some_time(60);
      plan.starts.push_back(std::move(start));
    }
    plan.redrives = chance(25);
    return plan;
  }

 private:
  bool chance(std::uint64_t percent) { return random_.below(100) < percent; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low +
           static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  // Never a whole second, at which waits and timeouts end.
  Duration some_time(std::int64_t most_s) {
    return std::chrono::seconds(between(0, most_s)) +
           std::chrono::nanoseconds(between(1, 999'999'999));
  }
  std::string some_error() { return kErrors[random_.below(kErrors.size())]; }
  std::string name(const char* what) {
    return (in_nested_ ? "Nested" : "") + std::string(what) + std::to_string(++states_);
  }

  // `strands`: how many there may be of it at one time. Ends in a state that goes on, unless
  // `may_end`.
  Chain chain(std::uint64_t depth, std::uint64_t strands, bool may_end) {
    Chain nodes;
    const std::int64_t length = between(1, depth == 0 ? 6 : 3);
    while (static_cast<std::int64_t>(nodes.size()) < length && states_ < kMostStates) {
      nodes.push_back(node(depth, strands));
    }
    if (may_end && chance(12)) {
      nodes.push_back(last());
    } else if (nodes.empty() || nodes.back().kind == NodeKind::kChoice ||
               !nodes.back().catchers.empty()) {
      nodes.push_back(pass());  // what others lead to
    }
    return nodes;
  }

  Node last() {
    Node node;
    node.kind = chance(60) ? NodeKind::kFail : NodeKind::kSucceed;
    node.name = name(node.kind == NodeKind::kFail ? "Fail" : "Succeed");
    node.jsonata = chance(50);
    node.error = some_error();
    return node;
  }
  Node pass() {
    Node node;
    node.kind = NodeKind::kPass;
    node.name = name("Pass");
    node.jsonata = chance(50);
    return node;
  }

  Node node(std::uint64_t depth, std::uint64_t strands) {
    const std::uint64_t kind = random_.below(100);
    if (kind < 12) return pass();
    if (kind < 30) return wait();
    if (kind < 65 || depth == kDeepest || strands >= kMostStrands) return task(depth, strands);
    if (kind < 75) return choice(depth, strands);
    return kind < 87 ? parallel(depth, strands) : map(depth, strands);
  }

  Node wait() {
    Node node;
    node.kind = NodeKind::kWait;
    node.name = name("Wait");
    node.jsonata = chance(50);
    node.wait_s = between(0, kLongestWaitSeconds);
    const std::uint64_t form = random_.below(100);
    node.wait_form = form < 60   ? WaitForm::kSeconds
                     : form < 80 ? WaitForm::kExpression
                     : form < 97 ? WaitForm::kTimestamp
                                 : WaitForm::kMissing;
    if (node.wait_form == WaitForm::kTimestamp) node.wait_s = between(0, 40);
    return node;
  }

  Node task(std::uint64_t depth, std::uint64_t strands) {
    Node node;
    node.kind = NodeKind::kTask;
    node.name = name("Task");
    node.jsonata = chance(50);
    node.task_form = in_express_                 ? static_cast<TaskForm>(random_.below(3))
                     : !in_nested_ && chance(12) ? TaskForm::kNested
                                                 : static_cast<TaskForm>(random_.below(4));
    if (chance(40)) node.timeout_s = between(2, 9);
    if (chance(20)) node.heartbeat_s = between(1, node.timeout_s.value_or(8) - 1);
    node.stalls = (node.timeout_s || node.heartbeat_s) && chance(40);
    constexpr std::array<std::uint64_t, 5> kFails{0, 0, 25, 60, 100};
    node.fails_percent = kFails[random_.below(kFails.size())];
    add_errors(node, depth, strands);
    return node;
  }

  Node choice(std::uint64_t depth, std::uint64_t strands) {
    Node node;
    node.kind = NodeKind::kChoice;
    node.name = name("Choice");
    node.jsonata = chance(50);
    node.marker = chance(50) ? std::to_string(random_.below(3)) : "none";
    node.has_default = chance(85);
    node.inside.push_back(chance(80) ? chain(depth + 1, strands, node.has_default) : Chain{});
    node.inside.push_back(node.has_default && chance(70) ? chain(depth + 1, strands, false)
                                                         : Chain{});
    return node;
  }

  Node parallel(std::uint64_t depth, std::uint64_t strands) {
    Node node;
    node.kind = NodeKind::kParallel;
    node.name = name("Parallel");
    node.jsonata = chance(50);
    const std::uint64_t branches = 1 + random_.below(4);
    for (std::uint64_t i = 0; i < branches; ++i) {
      node.inside.push_back(chain(depth + 1, strands * branches, true));
    }
    add_errors(node, depth, strands);
    return node;
  }

  Node map(std::uint64_t depth, std::uint64_t strands) {
    Node node;
    node.kind = NodeKind::kMap;
    node.name = name("Map");
    node.jsonata = chance(50);
    node.items = random_.below(kLongestList + 1);
    if (node.jsonata && strands == 1 && chance(8)) node.items = kManyItems;
    node.concurrency = random_.below(4);
    node.distributed = !in_express_ && chance(35);
    node.express = node.distributed && chance(40);
    if (node.distributed) node.tolerated = random_.below(3);
    const std::uint64_t inside = strands * std::max<std::uint64_t>(1, node.items);
    const bool around = std::exchange(in_express_, in_express_ || node.express);
    node.inside.push_back(chain(depth + 1, inside, true));
    in_express_ = around;
    add_errors(node, depth, strands);
    return node;
  }

  void add_errors(Node& node, std::uint64_t depth, std::uint64_t strands) {
    if (chance(55)) {
      for (std::uint64_t left = 1 + random_.below(2); left > 0; --left) {
        node.retriers.push_back(retrier(node, left == 1));
      }
    }
    if (chance(50)) {
      for (std::uint64_t left = 1 + random_.below(2); left > 0; --left) {
        PlannedCatcher catcher;
        catcher.errors = errors(left == 1);
        if (chance(60)) catcher.handler = chain(depth + 1, strands, true);
        node.catchers.push_back(std::move(catcher));
      }
    }
  }

  PlannedRetrier retrier(const Node& node, bool is_last) {
    PlannedRetrier retrier;
    retrier.errors = errors(is_last);
    retrier.interval_s = between(1, 4);
    // States with states inside are tried again less often, or their work would multiply.
    retrier.max_attempts = random_.below(node.kind == NodeKind::kTask ? 5 : 2);
    retrier.rate_quarters = between(4, 12);
    if (chance(30)) retrier.max_delay_s = retrier.interval_s + between(1, 4);
    // The delay is told by the next call, which a nested execution does not make.
    retrier.full_jitter =
        node.kind == NodeKind::kTask && node.task_form != TaskForm::kNested && chance(20);
    return retrier;
  }

  // States.ALL stands alone in the last list.
  std::vector<std::string> errors(bool is_last) {
    if (is_last && chance(50)) return {"States.ALL"};
    constexpr std::array<const char*, 4> kOwn{"States.TaskFailed", "States.Timeout",
                                              "States.HeartbeatTimeout",
                                              "States.ExceedToleratedFailureThreshold"};
    std::vector<std::string> errors{some_error()};
    if (chance(40)) errors.emplace_back(kOwn[random_.below(kOwn.size())]);
    return errors;
  }

  Random random_;
  std::uint64_t states_ = 0;
  bool in_nested_ = false;
  bool in_express_ = false;  // no nested executions, callbacks and no distributed Maps there
};

void find_tasks(const Chain& chain, std::map<std::string, const Node*>& tasks) {
  for (const Node& node : chain) {
    if (node.kind == NodeKind::kTask) tasks[node.name] = &node;
    for (const Chain& inside : node.inside) find_tasks(inside, tasks);
    for (const PlannedCatcher& catcher : node.catchers) find_tasks(catcher.handler, tasks);
  }
}

}  // namespace

Plan make_plan(std::uint64_t seed) {
  Plan plan = Planner(seed).plan(seed);
  find_tasks(plan.chain, plan.tasks);
  find_tasks(plan.nested, plan.tasks);
  return plan;
}

Scripted scripted(std::uint64_t seed, const Node& task, const std::string& key, Duration now) {
  constexpr std::uint64_t kMostSeconds = 7;
  Random random =
      Random(seed).derive(task.name + ' ' + key, static_cast<std::uint64_t>(now.count()));
  Scripted answer;
  // Never a whole second, at which timeouts end.
  if (random.below(100) >= 20) {
    answer.latency = std::chrono::seconds(random.below(kMostSeconds + 1)) +
                     std::chrono::microseconds(1 + random.below(999'999));
  }
  if (task.stalls && random.below(100) < 30) {
    answer.kind = Scripted::Kind::kNeverAnswers;
  } else if (random.below(100) < task.fails_percent) {
    answer.kind = Scripted::Kind::kFails;
    answer.error = kErrors[random.below(kErrors.size())];
  }
  return answer;
}

}  // namespace bedlam::simulation
