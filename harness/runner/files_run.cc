#include "harness/runner/files_run.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <locale>
#include <mutex>
#include <optional>
#include <thread>

namespace bedlam::harness {
namespace {

bool lives_in_real_time(const scenario::Scenario& scenario, const RunOptions& options) {
  if (options.clock == Clock::kReal || !scenario.needs.empty()) return true;
  return std::any_of(scenario.run.begin(), scenario.run.end(), [](const scenario::Step& step) {
    return std::holds_alternative<scenario::CommandStep>(step.action);
  });
}

// libstdc++'s std::ctype fills its tables when a character is first asked for, without a lock (GCC
// bug 77704), and std::regex asks it. Full tables are only read.
void fill_character_tables() {
  const auto& characters = std::use_facet<std::ctype<char>>(std::locale());
  for (int c = 1; c < 256; ++c) {
    characters.narrow(static_cast<char>(c), '\0');
    characters.widen(static_cast<char>(c));
  }
}

// Worker threads take files in order; a result waits until all before it have been told.
class SideBySide {
 public:
  explicit SideBySide(const FilesRun& run) : run_(run), slots_(run.files.size()) {
    fill_character_tables();
    const std::size_t workers = std::min<std::size_t>(run.jobs, run.files.size());
    for (std::size_t i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
  }
  ~SideBySide() { join(); }
  SideBySide(const SideBySide&) = delete;
  SideBySide& operator=(const SideBySide&) = delete;

  void tell_all() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      run_.started(i);
      wait_for(i);
      Slot slot = std::move(slots_[i]);
      if (slot.alone) {
        join();  // nobody else runs then
        slot.result = run_scenario(*slot.alone, run_.options(i));
      }
      run_.finished(i, slot.result);
    }
  }

 private:
  struct Slot {
    bool ready = false;
    std::optional<scenario::Scenario> alone;  // read, and not run yet
    ScenarioResult result;
  };

  void work() {
    for (std::size_t i = next_++; i < slots_.size(); i = next_++) {
      Slot slot;
      const RunOptions options = run_.options(i);
      auto scenario = scenario::read_scenario(run_.files[i]);
      if (!scenario) {
        slot.result = unreadable_result(run_.files[i], std::move(scenario.error()), options);
      } else if (lives_in_real_time(*scenario, options)) {
        slot.alone = std::move(*scenario);
      } else {
        slot.result = run_scenario(*scenario, options);
      }
      const std::lock_guard lock(mutex_);
      slots_[i] = std::move(slot);
      slots_[i].ready = true;
      changed_.notify_one();
    }
  }

  void wait_for(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return slots_[index].ready; });
  }

  void join() {
    for (std::thread& worker : workers_) {
      if (worker.joinable()) worker.join();
    }
  }

  const FilesRun& run_;
  std::vector<Slot> slots_;
  std::vector<std::thread> workers_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

void run_files(const FilesRun& run) {
  if (run.jobs > 1 && run.files.size() > 1) {
    SideBySide(run).tell_all();
    return;
  }
  for (std::size_t i = 0; i < run.files.size(); ++i) {
    run.started(i);
    run.finished(i, run_scenario(run.files[i], run.options(i)));
  }
}

unsigned usual_jobs() {
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) != 0) return 1;
  return std::max(1, CPU_COUNT(&processors));
}

}  // namespace bedlam::harness
