// A state machine definition, parsed once and shared by all executions. Start with
// Definition::parse; the states themselves stand in state/, one file a type.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/duration.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"

namespace bedlam::states {

// One finding about a definition, in the form of ValidateStateMachineDefinition.
struct Finding {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  std::string code;      // "SCHEMA_VALIDATION_FAILED", "INVALID_JSON_DESCRIPTION", …
  std::string message;   // AWS's text where it is known
  std::string location;  // "/States/Advert/Next"; "" where AWS gives none
  std::string hint{};    // ours: how to fix it; may be empty
};

// The state of that name in a machine, its branches and item processors; nullptr: there is none.
const Json* state_named(const Json& machine, const std::string& name);

struct StatesBlock;  // StartAt and States, of the machine, a branch or an item processor

class Definition {
 public:
  // Every mistake found, errors first in document order; a definition with warnings only is valid.
  static Result<std::shared_ptr<const Definition>, std::vector<Finding>> parse(
      std::string_view text, std::string_view type /* STANDARD | EXPRESS */);
  // One state to be run alone, of `machine` unless that is null. Its transitions lead to states
  // that are only names.
  static Result<std::shared_ptr<const Definition>, std::vector<Finding>> parse_state(
      const Json& machine, const Json& state, const std::string& name);
  // Of the children of a distributed Map.
  static std::shared_ptr<const Definition> of_block(std::unique_ptr<const StatesBlock> block,
                                                    bool express);
  ~Definition();

  const StatesBlock& root() const { return *root_; }
  const std::vector<Finding>& warnings() const { return warnings_; }
  bool is_express() const { return express_; }
  std::optional<Duration> timeout() const { return timeout_; }  // TimeoutSeconds of the machine
  // By state, the variables that it reads (variables.h).
  const Json& variable_references() const { return variable_references_; }

 private:
  Definition();

  std::unique_ptr<const StatesBlock> root_;
  std::vector<Finding> warnings_;
  bool express_ = false;
  std::optional<Duration> timeout_;
  Json variable_references_;
};

}  // namespace bedlam::states
