// What the steps of one scenario share while it runs: the emulator, its clients, and the settings.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "emulator/app/emulator.h"
#include "harness/client/client.h"
#include "harness/expect/observed.h"
#include "harness/retry/catalog.h"
#include "harness/runner/pacer.h"

namespace bedlam::harness {

// What running a step gave.
struct Ran {
  Observed observed;
  std::string trouble;   // how it ended, where that was not well: "FAILED, States.Timeout"
  bool gave_up = false;  // it told its caller that not all is there
  bool stuck = false;    // it was not over and nothing was pending any more

  void add_note(std::string note) {
    if (!note.empty()) observed.notes.push_back(std::move(note));
  }
};

class Session {
 public:
  struct Settings {
    Clock clock = Clock::kVirtual;
    std::uint64_t seed = 1;
    std::map<std::string, std::string> environment;  // of commands, beside what they always get
    std::string directory;                           // of the scenario: commands run there
  };
  explicit Session(Settings settings) : settings_(std::move(settings)), emulator_(options()) {}

  const Settings& settings() const { return settings_; }
  app::Emulator& emulator() { return emulator_; }
  // The job that a StartAsyncInvoke started last; "" before the first.
  std::string& last_job() { return last_job_; }
  Instant now() { return emulator_.scheduler().now(); }

  // The client with these settings: calls with the same share one, as a program's would, and so its
  // retry quota.
  Client& client(const scenario::CallStep& step);

 private:
  app::EmulatorOptions options() const {
    app::EmulatorOptions options;
    options.seed = settings_.seed;
    return options;
  }

  Settings settings_;
  app::Emulator emulator_;
  std::string last_job_;
  using ClientKey =
      std::tuple<std::string, std::string, std::optional<int>, std::optional<Duration>>;
  std::map<ClientKey, std::unique_ptr<Client>> clients_;
};

// One function for each kind of step, in a file of its own under steps/.
// `express`: the workflow's type, which decides how it is started.
Ran run_start(Session& session, const scenario::StartStep& step, bool express);
Ran run_call(Session& session, const scenario::CallStep& step);
Ran run_shell(Session& session, const scenario::CommandStep& step);
Ran run_wait(Session& session, const scenario::WaitStep& step);

}  // namespace bedlam::harness
