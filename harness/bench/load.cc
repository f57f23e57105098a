#include "harness/bench/load.h"

#include <sys/prctl.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace bedlam::harness {
namespace {

using MachineClock = std::chrono::steady_clock;

// How long a worker sleeps at most before it asks whether the run was interrupted.
constexpr Duration kLongestNap = std::chrono::milliseconds(50);

struct Ticket {
  std::uint64_t number = 0;
  std::optional<MachineTime> due;  // of an open loop
  bool warm_up = false;
  MachineTime may_call_since{};  // before that the money limit forbade it
};

class StageRun {
 public:
  StageRun(const Target& target, const Stage& stage, const LoadSettings& settings,
           const std::atomic<bool>& interrupted)
      : target_(target),
        stage_(stage),
        settings_(settings),
        interrupted_(interrupted),
        arrivals_(stage.pattern, stage.a_second.value_or(1),
                  Random(settings.seed).derive("arrivals")) {
    result_.stage = stage;
  }

  Result<StageResult, std::string> run() {
    if (auto first = Caller::open(target_); !first) return first.error();
    StallWatch watch;
    origin_ = MachineClock::now();
    const int workers = stage_.open() ? 1 : stage_.concurrency;
    for (int i = 0; i < workers && add_worker(); ++i) {
    }
    await_workers();
    result_.stalls = watch.finish();
    if (workers_.empty()) return result_.trouble;
    std::stable_sort(result_.calls.begin(), result_.calls.end(),
                     [](const CallSample& a, const CallSample& b) { return a.due < b.due; });
    finish();
    return std::move(result_);
  }

 private:
  // False: the system gives no more threads.
  bool add_worker() {
    const std::lock_guard lock(workers_mutex_);
    try {
      workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {
      thread_trouble_ = "after " + std::to_string(worker_count_) +
                        " of them no thread could be started: " + error.what();
      return false;
    }
    ++worker_count_;
    ++running_;
    return true;
  }

  // Workers start others meanwhile. Where the run was interrupted, calls that go on beyond the
  // grace are ended.
  void await_workers() {
    std::optional<MachineTime> last_end;
    std::unique_lock lock(workers_mutex_);
    while (!idle_.wait_for(lock, kLongestNap, [this] { return running_ == 0; })) {
      if (!interrupted_) continue;
      if (!last_end) last_end = MachineClock::now() + settings_.grace;
      if (MachineClock::now() < *last_end) continue;
      for (Caller* caller : callers_) caller->stop();
    }
    for (std::thread& worker : workers_) worker.join();
    result_.trouble = thread_trouble_;
  }

  void work() {
    prctl(PR_SET_TIMERSLACK, 1);  // ns: naps end when they are due
    if (auto caller = Caller::open(target_)) {
      enter(caller->get());
      make_calls(**caller);
      leave(caller->get());
    }
    const std::lock_guard lock(workers_mutex_);
    --running_;
    idle_.notify_all();
  }

  void enter(Caller* caller) {
    const std::lock_guard lock(workers_mutex_);
    callers_.push_back(caller);
  }
  void leave(Caller* caller) {
    const std::lock_guard lock(workers_mutex_);
    callers_.erase(std::find(callers_.begin(), callers_.end(), caller));
  }

  void make_calls(Caller& caller) {
    std::optional<MachineTime> free_since;
    while (const auto ticket = stage_.open() ? wait_for_arrival() : take_next()) {
      std::vector<Duration> gaps;
      CallSample sample = caller.call(ticket->number, origin_, ticket->due, gaps);
      if (!stage_.open() && free_since) {
        const MachineTime made = origin_ + sample.due;
        const MachineTime free = std::max(*free_since, ticket->may_call_since);
        sample.late = std::max(Duration{}, std::chrono::duration_cast<Duration>(made - free));
      }
      free_since = MachineClock::now();
      record(*ticket, std::move(sample), std::move(gaps));
    }
  }

  // The next call of a closed loop.
  std::optional<Ticket> take_next() {
    const std::lock_guard lock(mutex_);
    return admit(MachineClock::now() - origin_, std::nullopt);
  }

  // The next call of an open loop, when it is due. One worker at a time is here, the others queue
  // for it or call.
  std::optional<Ticket> wait_for_arrival() {
    ++waiting_;
    const std::lock_guard next(arrival_mutex_);
    --waiting_;
    if (over_) return std::nullopt;
    const Duration offset = arrivals_.next();
    const MachineTime due = origin_ + offset;
    if (waiting_ == 0 && worker_count_ < settings_.most_workers) add_worker();
    while (MachineClock::now() < due && !interrupted_) {
      std::this_thread::sleep_until(std::min(due, MachineClock::now() + kLongestNap));
    }
    const std::lock_guard lock(mutex_);
    auto ticket = admit(offset, due);
    over_ = over_ || !ticket;
    return ticket;
  }

  // nullopt: the stage is over. `at`: when the call is made, from the start.
  std::optional<Ticket> admit(Duration at, std::optional<MachineTime> due) {
    if (interrupted_) return cut(CutShort::kInterrupted);
    const bool warm_up = in_warm_up(at);
    if (!warm_up && !measured_from_) measured_from_ = at;
    const Extent& extent = settings_.extent;
    if (!warm_up && extent.calls && measured_ >= *extent.calls) return std::nullopt;
    if (!warm_up && extent.time && at - *measured_from_ >= *extent.time) return std::nullopt;
    if (result_.cut_short != CutShort::kNo) return std::nullopt;
    if (!reserve()) return cut(CutShort::kMaxCost);
    if (interrupted_) {
      target_.budget->settle({}, true);
      return cut(CutShort::kInterrupted);
    }
    (warm_up ? result_.warm_up_calls : measured_) += 1;
    return Ticket{number_++, due, warm_up, may_call_since_};
  }

  // An open loop keeps its time: it waits for no call. A closed one does, and is not late for that.
  bool reserve() {
    if (target_.budget->reserve(false)) return true;
    if (stage_.open()) return false;
    const bool reserved = target_.budget->reserve(true);
    may_call_since_ = MachineClock::now();
    return reserved;
  }

  bool in_warm_up(Duration at) const {
    const Extent& extent = settings_.warm_up;
    if (measured_from_) return false;
    return extent.calls ? result_.warm_up_calls < *extent.calls
                        : at < extent.time.value_or(Duration{});
  }

  std::optional<Ticket> cut(CutShort why) {
    if (result_.cut_short == CutShort::kNo) result_.cut_short = why;
    return std::nullopt;
  }

  void record(const Ticket& ticket, CallSample sample, std::vector<Duration> gaps) {
    const std::lock_guard lock(mutex_);
    if (!sample.has_signature) {
      cut(CutShort::kNoCredentials);
      credentials_trouble_ = sample.kind;
    }
    unanswered_ = sample.answered ? 0 : unanswered_ + 1;
    if (unanswered_ >= kMostUnanswered) cut(CutShort::kNoAnswers);
    if (ticket.warm_up) return;
    last_end_ = std::max(last_end_, sample.due + sample.whole);
    result_.calls.push_back(std::move(sample));
    result_.gaps.insert(result_.gaps.end(), gaps.begin(), gaps.end());
  }

  void finish() {
    // An open loop that ran its time is over with the time, where its answers came before.
    const Duration asked = settings_.extent.time.value_or(Duration{});
    const Duration from = measured_from_.value_or(Duration{});
    const bool whole = stage_.open() && result_.cut_short == CutShort::kNo;
    result_.workers = worker_count_;
    if (result_.cut_short == CutShort::kNoCredentials) result_.trouble = credentials_trouble_;
    result_.took = std::max(last_end_ - from, whole ? asked : Duration{});
  }

  const Target& target_;
  const Stage stage_;
  const LoadSettings settings_;
  const std::atomic<bool>& interrupted_;
  MachineTime origin_;

  std::mutex arrival_mutex_;  // whoever waits for the next arrival; guards the next two
  Arrivals arrivals_;
  bool over_ = false;
  std::atomic<int> waiting_ = 0;

  std::mutex workers_mutex_;
  std::atomic<std::size_t> worker_count_ = 0;
  std::deque<std::thread> workers_;
  std::vector<Caller*> callers_;  // of workers that run
  std::size_t running_ = 0;
  std::condition_variable idle_;
  std::string thread_trouble_;

  std::mutex mutex_;  // guards all below
  StageResult result_;
  std::uint64_t number_ = 0, measured_ = 0;
  std::optional<Duration> measured_from_;
  Duration last_end_{};
  MachineTime may_call_since_{};
  std::uint64_t unanswered_ = 0;  // calls in a row
  std::string credentials_trouble_;
};

}  // namespace

Result<StageResult, std::string> run_stage(const Target& target, const Stage& stage,
                                           const LoadSettings& settings,
                                           const std::atomic<bool>& interrupted) {
  return StageRun(target, stage, settings, interrupted).run();
}

}  // namespace bedlam::harness
