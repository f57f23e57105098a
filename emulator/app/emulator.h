// The whole emulator as a library: Bedrock Runtime, Step Functions and the control plane behind one
// dispatcher, on a scheduler that its owner advances. No socket, no thread, no clock: `bedlam
// serve` and the harness add those. Constructing one takes well under a millisecond.
//
//   app::Emulator emulator({.seed = 7});
//   emulator.load(scenario);
//   emulator.dispatcher().dispatch(request, "test", receiver);
//   emulator.scheduler().run();
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/credentials.h"
#include "emulator/base/result.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/dispatcher.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::states {
class Execution;
struct StartedExecution;
}  // namespace bedlam::states

namespace bedlam::app {

// 2024-10-04T00:00:00Z, the day of the article; a virtual run starts there, so that its journal
// repeats.
inline constexpr WallTime kVirtualEpoch{std::chrono::seconds(1'728'000'000)};

// What a request below /_bedlam/ is answered with.
struct ControlAnswer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
};

struct EmulatorOptions {
  std::uint64_t seed = 1;
  WallTime epoch = kVirtualEpoch;
  std::string account = "123456789012";
  std::string region = "us-east-1";
  // Who may call; nullopt: everybody, with any signature or none.
  std::optional<aws::Credentials> credentials{};
  // Whether a signature's time must be near the emulator's; its clock must be the callers' then.
  bool compare_signing_times = true;
  rpc::JournalLimits journal{};
  bool advance_by_hand = false;  // POST /_bedlam/clock may move the clock
};

class Emulator {
 public:
  explicit Emulator(EmulatorOptions options);
  ~Emulator();
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  Scheduler& scheduler();
  const Scheduler& scheduler() const;
  rpc::Dispatcher& dispatcher();
  rpc::Journal& journal();
  const rpc::Journal& journal() const;
  const EmulatorOptions& options() const;

  // Replaces what models, functions and tasks answer, a mock configuration where the scenario has
  // one, and deploys the scenario's buckets and workflows beside what is there.
  // The error: a definition that AWS would refuse.
  Result<Done, Diagnostics> load(const scenario::Scenario& scenario);
  // The ARN of a deployed workflow; "" where there is none of that name.
  std::string state_machine_arn(const std::string& name) const;
  // By ARN; nullptr where there is none, or where it is long over and forgotten.
  std::shared_ptr<const states::Execution> find_execution(const std::string& arn) const;
  // What Amazon S3 holds now, by "bucket/key".
  std::map<std::string, std::shared_ptr<const std::string>> objects() const;

  // Executions that are remembered, in the order of their starts, from that number on
  // (states/api/started_execution.h), and the number that the next one gets.
  std::vector<states::StartedExecution> executions(std::uint64_t from = 1) const;
  std::uint64_t next_execution() const;

  // How late the timers ran, in seconds: what `GET /_bedlam/lateness` tells, once whoever drives
  // the scheduler on a real clock has said how to find out. `anew`: from then on it counts anew.
  using LatenessReport = std::function<Json(bool anew)>;
  void report_lateness(LatenessReport report);
  const LatenessReport& lateness_report() const;

  // `METHOD /_bedlam/PATH` is answered by whoever owns the emulator; "" is /_bedlam/ itself. One
  // that the emulator has already is replaced.
  using Control = std::function<ControlAnswer(const std::string& body)>;
  void add_control(std::string method, std::string path, Control control);
  // By method and path; nullptr where nobody added one.
  const Control* find_control(std::string_view method, std::string_view path) const;
  // The paths of those that were added, "" left out, each once.
  std::vector<std::string> added_paths() const;

  // Forgets everything: scripts, workflows, executions, journal. Time goes on.
  void reset();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace bedlam::app
