// Versions and aliases of state machines (developer guide, "Manage continuous deployments with
// versions and aliases"): qualified ARNs, and publishing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/result.h"
#include "emulator/states/api/account.h"

namespace bedlam::states {

// Step Functions quotas, "Quotas related to versions and aliases": of one state machine.
inline constexpr std::size_t kMaxVersions = 1'000;
inline constexpr std::size_t kMaxAliases = 100;

// `arn:…:stateMachine:advert:3` in two: the machine's ARN and "3"; "" where it is unqualified.
struct QualifiedArn {
  std::string machine_arn, qualifier;

  bool is_qualified() const { return !qualifier.empty(); }
  // Version numbers are digits only, and names of aliases never are.
  std::optional<std::uint64_t> version() const;
};
// InvalidArn where it is no ARN of a state machine.
Result<QualifiedArn, aws::Error> parse_machine_arn(std::string_view arn);

// What an ARN names: the machine, and the version or the alias where it is qualified.
struct Target {
  StateMachine* machine = nullptr;
  const Version* version = nullptr;
  const Alias* alias = nullptr;
};
// Errors: InvalidArn, StateMachineDoesNotExist.
Result<Target, aws::Error> find_target(Account& account, std::string_view arn);
// The same for operations that take no qualified ARN: there is no such machine (recorded of
// UpdateStateMachine).
Result<StateMachine*, aws::Error> find_unqualified(Account& account, std::string_view arn);

std::string version_arn(const StateMachine& machine, std::uint64_t number);
const Version* find_version(Account& account, std::string_view arn);

// The number of the version of the machine's current revision; a new one where it has none yet.
// Error: too many versions.
Result<std::uint64_t, aws::Error> publish(Account& account, StateMachine& machine,
                                          const std::string* description);

}  // namespace bedlam::states
