// ARNs of Step Functions resources (service authorization reference, "Resource types defined by AWS
// Step Functions").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/result.h"

namespace bedlam::states {

struct Arn {
  std::string region, account;
  std::string type;  // "stateMachine", "execution", "express", "activity", "mapRun"
  std::string name;  // what follows the type: "advert", "advert:run-1"
};

// InvalidArn where `text` is no ARN of a Step Functions resource of that type.
Result<Arn, aws::Error> parse_arn(std::string_view text, std::string_view type);

std::string state_machine_arn(std::string_view region, std::string_view account,
                              std::string_view name);
std::string activity_arn(std::string_view region, std::string_view account, std::string_view name);
std::string execution_arn(std::string_view state_machine_arn, std::string_view name);
// Express executions: `id` keeps those of the same name apart.
std::string express_arn(std::string_view state_machine_arn, std::string_view name,
                        std::string_view id);

// `labelled`: of a state machine with the label of a distributed Map,
// "…:stateMachine:advert/Vehicles".
std::string map_run_arn(std::string_view labelled_arn, std::string_view id);

// Whether AWS takes it as the name of a state machine, an execution or an activity; its length is
// the model's matter (CreateStateMachine, "name").
bool is_valid_name(std::string_view name);

}  // namespace bedlam::states
