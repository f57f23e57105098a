#include "tests/simulation/expectation.h"

#include <algorithm>
#include <queue>

namespace bedlam::simulation {
namespace {

constexpr Duration kNever = Duration::max();
constexpr std::size_t kMostInline = 40;  // Map, inline mode: iterations at once
constexpr Duration kExpressLasts = std::chrono::minutes(5);

// How a state or a chain of them ends.
struct Course {
  enum class How { kGoesOn, kEnds /* Succeed */, kFails };
  How how = How::kGoesOn;
  Duration end{};
  std::string error;
  bool heartbeat = false;  // States.Timeout, of a heartbeat
  bool tied = false;
  std::vector<ExpectedCall> calls;

  bool fails() const { return how == How::kFails; }
  bool final() const { return error == "States.Runtime"; }  // neither retried nor caught

  // Something else ended it then.
  void cut(Duration at) {
    std::erase_if(calls, [&](const ExpectedCall& call) { return call.at > at; });
    for (ExpectedCall& call : calls) call.certain = call.certain && call.at < at;
  }
  void take_calls(const Course& other) {
    calls.insert(calls.end(), other.calls.begin(), other.calls.end());
    tied = tied || other.tied;
  }
};

bool names_failure(const std::vector<std::string>& errors, const Course& course) {
  return std::any_of(errors.begin(), errors.end(), [&](const std::string& name) {
    return name == "States.ALL" || name == course.error ||
           (name == "States.TaskFailed" && course.error != "States.Timeout") ||
           (name == "States.HeartbeatTimeout" && course.heartbeat);
  });
}

Course failure(Duration at, std::string error) {
  Course course;
  course.how = Course::How::kFails;
  course.end = at;
  course.error = std::move(error);
  return course;
}

class Oracle {
 public:
  Oracle(const Plan& plan, const NextCall& next_call) : plan_(plan), next_call_(next_call) {}

  Course chain(const Chain& nodes, const std::string& key, Duration start) {
    Course whole;
    whole.end = start;
    for (const Node& node : nodes) {
      const Course course = state(node, key, whole.end);
      whole.take_calls(course);
      whole.end = course.end;
      whole.error = course.error;
      whole.heartbeat = course.heartbeat;
      whole.how = course.how;
      if (course.how != Course::How::kGoesOn || course.end == kNever) break;
    }
    return whole;
  }

 private:
  // A visit: attempts, retries, the catcher's handler.
  Course state(const Node& node, const std::string& key, Duration start) {
    std::vector<std::uint64_t> uses(node.retriers.size());
    Course visit;
    Duration at = start;
    while (true) {
      const Course course = attempt(node, key, at);
      visit.take_calls(course);
      visit.end = course.end;
      if (!course.fails()) {
        visit.how = course.how;
        return visit;
      }
      const std::optional<Duration> delay = retried(node, key, course, uses);
      if (!delay) return caught(node, key, course, std::move(visit));
      visit.end = at = *delay == kNever ? kNever : course.end + *delay;
      if (at == kNever) return visit;
    }
  }

  // The first retrier that names the failure, if it may once more; how long it waits.
  std::optional<Duration> retried(const Node& node, const std::string& key, const Course& course,
                                  std::vector<std::uint64_t>& uses) {
    if (course.final()) return std::nullopt;
    for (std::size_t i = 0; i < node.retriers.size(); ++i) {
      const PlannedRetrier& retrier = node.retriers[i];
      if (!names_failure(retrier.errors, course)) continue;
      if (uses[i] >= retrier.max_attempts) return std::nullopt;
      Duration delay = std::chrono::seconds(retrier.interval_s);
      constexpr std::int64_t kQuarters = 4;
      for (std::uint64_t use = 0; use < uses[i]; ++use) {
        delay = delay * retrier.rate_quarters / kQuarters;
      }
      if (retrier.max_delay_s) {
        delay = std::min<Duration>(delay, std::chrono::seconds(*retrier.max_delay_s));
      }
      ++uses[i];
      return retrier.full_jitter ? drawn(node, key, course.end, delay) : delay;
    }
    return std::nullopt;
  }

  Duration drawn(const Node& node, const std::string& key, Duration failed, Duration most) {
    const std::optional<Duration> next = next_call_(node.name, key, failed);
    if (!next) return kNever;
    if (*next - failed > most) return kNever;  // that call belongs to another visit
    return *next - failed;
  }

  Course caught(const Node& node, const std::string& key, const Course& failed, Course visit) {
    visit.how = Course::How::kFails;
    visit.error = failed.error;
    visit.heartbeat = failed.heartbeat;
    if (failed.final()) return visit;
    for (const PlannedCatcher& catcher : node.catchers) {
      if (!names_failure(catcher.errors, failed)) continue;
      Course handled = chain(catcher.handler, key, failed.end);
      handled.take_calls(visit);
      return handled;
    }
    return visit;
  }

  Course attempt(const Node& node, const std::string& key, Duration start) {
    Course course;
    course.end = start;
    switch (node.kind) {
      case NodeKind::kPass:
        return course;
      case NodeKind::kWait:
        return wait(node, start);
      case NodeKind::kTask:
        return task(node, key, start);
      case NodeKind::kChoice:
        return choice(node, key, start);
      case NodeKind::kParallel:
        return parallel(node, key, start);
      case NodeKind::kMap:
        return node.distributed ? distributed_map(node, key, start) : inline_map(node, key, start);
      case NodeKind::kFail:
        return failure(start, node.error);
      case NodeKind::kSucceed:
        course.how = Course::How::kEnds;
        break;
    }
    return course;
  }

  static Course wait(const Node& node, Duration start) {
    Course course;
    const Duration seconds = std::chrono::seconds(node.wait_s);
    course.end =
        node.wait_form == WaitForm::kTimestamp ? std::max(start, seconds) : start + seconds;
    if (node.wait_form != WaitForm::kMissing) return course;
    return failure(start, node.jsonata ? "States.QueryEvaluationError" : "States.Runtime");
  }

  Course task(const Node& node, const std::string& key, Duration start) {
    if (node.task_form == TaskForm::kNested) return nested(node, key, start);
    const Scripted answer = scripted(plan_.seed, node, key, start);
    Course course;
    course.end = kNever;
    if (answer.kind != Scripted::Kind::kNeverAnswers) course.end = start + answer.latency;
    if (answer.kind == Scripted::Kind::kFails) course = failure(course.end, answer.error);
    course = limited(node, std::move(course), start);
    course.calls.push_back({node.name, key, start});
    return course;
  }

  // The task with its timeout and its heartbeat, which nobody sends.
  static Course limited(const Node& node, Course course, Duration start) {
    for (const bool heartbeat : {false, true}) {
      const auto& limit = heartbeat ? node.heartbeat_s : node.timeout_s;
      if (!limit || course.end < start + std::chrono::seconds(*limit)) continue;
      const Duration end = start + std::chrono::seconds(*limit);
      Course expired = failure(end, "States.Timeout");
      expired.heartbeat = heartbeat;
      expired.tied = course.end == end;
      course.cut(end);
      expired.take_calls(course);
      course = std::move(expired);
    }
    return course;
  }

  // The execution is stopped where the task ends first.
  Course nested(const Node& node, const std::string& key, Duration start) {
    Course course = chain(plan_.nested, nested_key(node, key), start);
    if (course.fails()) {
      course.error = "States.TaskFailed";
      course.heartbeat = false;
    }
    course.how = course.fails() ? Course::How::kFails : Course::How::kGoesOn;
    return limited(node, std::move(course), start);
  }

  Course choice(const Node& node, const std::string& key, Duration start) {
    const bool matches = key.ends_with(node.marker);
    if (!matches && !node.has_default) return failure(start, "States.NoChoiceMatched");
    return chain(node.inside[matches ? 0 : 1], key, start);
  }

  Course parallel(const Node& node, const std::string& key, Duration start) {
    std::vector<Course> branches;
    for (const Chain& branch : node.inside) branches.push_back(chain(branch, key, start));
    return joined(std::move(branches), start);
  }

  // The end of the last, or the first failure.
  static Course joined(std::vector<Course> strands, Duration start) {
    Course whole;
    whole.end = start;
    const Course* first = nullptr;
    for (const Course& strand : strands) {
      if (strand.end == kNever || !strand.fails()) {
        whole.end = std::max(whole.end, strand.end);
      } else if (first == nullptr || strand.end < first->end) {
        first = &strand;
      }
    }
    if (first != nullptr) whole = first_failure(strands, *first);
    for (const Course& strand : strands) whole.take_calls(strand);
    return whole;
  }

  // Ends them all. Of several in that instant, any may be first.
  static Course first_failure(std::vector<Course>& strands, const Course& first) {
    Course whole = failure(first.end, first.error);
    whole.heartbeat = first.heartbeat;
    bool alone = true;
    for (const Course& strand : strands) {
      if (&strand == &first || !strand.fails() || strand.end != first.end) continue;
      alone = false;
      if (strand.error != first.error || strand.heartbeat != first.heartbeat) whole.tied = true;
    }
    for (Course& strand : strands) {
      if (&strand != &first || !alone) strand.cut(whole.end);
    }
    return whole;
  }

  // Takes each item when a place is free, in their order, as long as `goes_on` says so.
  template <typename GoesOn, typename Run>
  static std::vector<Course> in_places(std::size_t items, std::size_t places, Duration start,
                                       const GoesOn& goes_on, const Run& run) {
    std::priority_queue<Duration, std::vector<Duration>, std::greater<>> free;
    for (std::size_t i = 0; i < std::min(items, places); ++i) free.push(start);
    std::vector<Course> courses;
    for (std::size_t i = 0; i < items; ++i) {
      const Duration at = free.top();
      free.pop();
      if (at == kNever || !goes_on(courses, at)) break;
      courses.push_back(run(i, at));
      free.push(courses.back().end);
    }
    return courses;
  }

  static std::string item_key(const std::string& key, std::size_t index) {
    return key + "/" + std::to_string(index);
  }

  Course inline_map(const Node& node, const std::string& key, Duration start) {
    const std::size_t places =
        node.concurrency == 0 ? kMostInline : std::min(node.concurrency, kMostInline);
    const auto none_failed = [](const std::vector<Course>& courses, Duration at) {
      return std::none_of(courses.begin(), courses.end(),
                          [&](const Course& c) { return c.fails() && c.end < at; });
    };
    std::vector<Course> iterations = in_places(
        node.items, places, start, none_failed,
        [&](std::size_t i, Duration at) { return chain(node.inside[0], item_key(key, i), at); });
    return joined(std::move(iterations), start);
  }

  Course distributed_map(const Node& node, const std::string& key, Duration start) {
    const std::size_t places = node.concurrency == 0 ? node.items : node.concurrency;
    const auto tolerated = [&](const std::vector<Course>& courses, Duration at) {
      const auto failed = std::count_if(courses.begin(), courses.end(),
                                        [&](const Course& c) { return c.fails() && c.end < at; });
      return static_cast<std::uint64_t>(failed) <= node.tolerated;
    };
    std::vector<Course> children =
        in_places(node.items, places, start, tolerated,
                  [&](std::size_t i, Duration at) { return child(node, item_key(key, i), at); });
    std::vector<Duration> failed;
    for (const Course& course : children) {
      if (course.fails()) failed.push_back(course.end);
    }
    std::sort(failed.begin(), failed.end());
    Course whole;
    whole.end = start;
    if (failed.size() > node.tolerated) {
      whole = failure(failed[node.tolerated], "States.ExceedToleratedFailureThreshold");
      for (Course& course : children) course.cut(whole.end);
    } else {
      for (const Course& course : children) whole.end = std::max(whole.end, course.end);
    }
    for (const Course& course : children) whole.take_calls(course);
    return whole;
  }

  Course child(const Node& node, const std::string& key, Duration start) {
    Course course = chain(node.inside[0], key, start);
    if (!node.express || course.end < start + kExpressLasts) return course;
    const bool tied = course.end == start + kExpressLasts;
    course.cut(start + kExpressLasts);
    Course timed_out = failure(start + kExpressLasts, "States.Timeout");
    timed_out.take_calls(course);
    timed_out.tied = timed_out.tied || tied;
    return timed_out;
  }

  const Plan& plan_;
  const NextCall& next_call_;
};

}  // namespace

Expectation expect_execution(const Plan& plan, const PlannedStart& start,
                             const NextCall& next_call) {
  Course course = Oracle(plan, next_call).chain(plan.chain, start.key, start.at);
  Expectation expected;
  expected.end = course.end;
  expected.status = course.end == kNever ? "" : course.fails() ? "FAILED" : "SUCCEEDED";
  expected.error = course.error;
  const auto end_at = [&](Duration at, const char* status) {
    if (expected.end < at) return;
    expected.tied = expected.tied || expected.end == at;
    expected.end = at;
    expected.status = status;
    expected.error.clear();
    course.cut(at);
  };
  if (plan.timeout_s) end_at(start.at + std::chrono::seconds(*plan.timeout_s), "TIMED_OUT");
  if (start.stop) end_at(*start.stop, "ABORTED");
  expected.calls = std::move(course.calls);
  expected.tied = expected.tied || course.tied;
  return expected;
}

}  // namespace bedlam::simulation
