// `bedlam retries`: what an SDK, or the Retry of a workflow's state, does about failures, and what
// it comes to at worst.
#include <CLI/CLI.hpp>
#include <climits>
#include <iostream>

#include "cli/commands.h"
#include "cli/files.h"
#include "harness/retry/catalog.h"
#include "harness/retry/schedule.h"

namespace bedlam::cli {
namespace {

struct RetriesOptions {
  std::string policy, asl, read_timeout, limit;
  int max_attempts = 0;
  bool json = false;
};

// The file and the state that FILE#STATE names; a state machine as text and its parts.
struct State {
  std::string file, name;
};

std::optional<State> parse_state_name(const std::string& text) {
  const std::size_t hash = text.find('#');
  if (hash == std::string::npos || hash == 0 || hash + 1 == text.size()) return std::nullopt;
  return State{text.substr(0, hash), text.substr(hash + 1)};
}

Result<harness::AslRetries, FileError> read_state(const State& state) {
  const auto text = read_file(state.file);
  if (!text) return text.error();
  const auto machine = parse_json(*text);
  if (!machine) {
    const JsonError& error = machine.error();
    return FileError{state.file + ":" + std::to_string(error.line) + ":" +
                     std::to_string(error.column) + ": " + error.message};
  }
  auto retries = harness::asl_retries(*machine, state.name);
  if (!retries) return FileError{state.file + ": there is no state '" + state.name + "'"};
  return *std::move(retries);
}

template <typename... Arguments>
int print_schedule(bool json, const Arguments&... of) {
  if (json) {
    std::cout << to_text(harness::schedule_json(of...)) << '\n';
  } else {
    std::cout << harness::schedule_text(of...);
  }
  return kAllHeld;
}

int print_state(const RetriesOptions& options, const harness::RetryPolicy* policy,
                const harness::ScheduleOptions& schedule) {
  const auto state = parse_state_name(options.asl);
  if (!state) return complain("--asl: '" + options.asl + "' is not like machine.asl.json#State");
  const auto retries = read_state(*state);
  if (!retries) return complain(retries.error().message);
  return print_schedule(options.json, *retries, policy, schedule);
}

int retries(const RetriesOptions& options) {
  harness::ScheduleOptions schedule;
  if (options.max_attempts > 0) schedule.max_attempts = options.max_attempts;
  for (const auto& [text, name, to] :
       {std::tuple(&options.read_timeout, "--read-timeout", &schedule.read_timeout),
        std::tuple(&options.limit, "--limit", &schedule.limit)}) {
    if (text->empty()) continue;
    *to = parse_duration(*text);
    if (!*to) return complain(std::string(name) + ": '" + *text + "' is not like 60s");
  }
  const harness::RetryPolicy* policy = nullptr;
  if (!options.policy.empty()) {
    policy = harness::find_retry_policy(options.policy);
    if (policy == nullptr) {
      return complain(harness::no_such_policy(options.policy) + " (there are " +
                      harness::names_of_policies() + ")");
    }
  }
  if (!options.asl.empty()) return print_state(options, policy, schedule);
  if (policy != nullptr) return print_schedule(options.json, *policy, schedule);
  std::cout << harness::list_policies();
  return kAllHeld;
}

}  // namespace

void add_retries(CLI::App& app, int& exit_status) {
  CLI::App* command =
      app.add_subcommand("retries", "List retry policies, or show one and its worst case");
  auto options = std::make_shared<RetriesOptions>();
  command->add_option("POLICY", options->policy, "its name, such as botocore-standard");
  command->add_option("--asl", options->asl, "the Retry of a workflow's state: FILE#STATE");
  command->add_option("--read-timeout", options->read_timeout,
                      "how long an attempt waits; by default as long as the SDK does");
  command->add_option("--limit", options->limit, "of the caller, such as its function's timeout");
  command->add_option("--max-attempts", options->max_attempts, "in place of the policy's")
      ->check(CLI::Range(1, INT_MAX));
  command->add_flag("--json", options->json, "print JSON; durations in seconds");
  command->callback([options, &exit_status] { exit_status = retries(*options); });
}

}  // namespace bedlam::cli
