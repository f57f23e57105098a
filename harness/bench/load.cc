#include "harness/bench/load.h"

#include <sys/prctl.h>

#include <algorithm>
#include <deque>
#include <mutex>
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
    origin_ = MachineClock::now();
    const int workers = stage_.open() ? 1 : stage_.concurrency;
    for (int i = 0; i < workers; ++i) add_worker();
    join_all();
    std::stable_sort(result_.calls.begin(), result_.calls.end(),
                     [](const CallSample& a, const CallSample& b) { return a.due < b.due; });
    finish();
    return std::move(result_);
  }

 private:
  void add_worker() {
    const std::lock_guard lock(workers_mutex_);
    ++worker_count_;
    workers_.emplace_back([this] { work(); });
  }

  // Workers start others while we wait for the first ones.
  void join_all() {
    for (std::size_t i = 0;; ++i) {
      std::thread* worker = nullptr;
      {
        const std::lock_guard lock(workers_mutex_);
        if (i == workers_.size()) return;
        worker = &workers_[i];
      }
      worker->join();
    }
  }

  void work() {
    prctl(PR_SET_TIMERSLACK, 1);  // ns: naps end when they are due
    auto caller = Caller::open(target_);
    if (!caller) return;
    std::optional<MachineTime> free_since;
    while (const auto ticket = stage_.open() ? wait_for_arrival() : take_next()) {
      std::vector<Duration> gaps;
      CallSample sample = (*caller)->call(ticket->number, origin_, ticket->due, gaps);
      if (!stage_.open() && free_since) {
        const MachineTime made = origin_ + sample.due;
        sample.late =
            std::max(Duration{}, std::chrono::duration_cast<Duration>(made - *free_since));
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
    if (!target_.budget->reserve()) return cut(CutShort::kMaxCost);
    (warm_up ? result_.warm_up_calls : measured_) += 1;
    return Ticket{number_++, due, warm_up};
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
    if (ticket.warm_up) return;
    const std::lock_guard lock(mutex_);
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
  std::deque<std::thread> workers_;  // grows while others refer to its elements

  std::mutex mutex_;  // guards all below
  StageResult result_;
  std::uint64_t number_ = 0, measured_ = 0;
  std::optional<Duration> measured_from_;
  Duration last_end_{};
};

}  // namespace

Result<StageResult, std::string> run_stage(const Target& target, const Stage& stage,
                                           const LoadSettings& settings,
                                           const std::atomic<bool>& interrupted) {
  return StageRun(target, stage, settings, interrupted).run();
}

}  // namespace bedlam::harness
