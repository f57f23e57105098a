// AWS Step Functions as a service behind the dispatcher: AWS JSON 1.0 on `X-Amz-Target:
// AWSStepFunctions.<Operation>` (botocore model `stepfunctions/2016-11-23`). Owns the state
// machines and their executions; borrows the scheduler they run on and the dispatcher their tasks
// call.
//
// Differs from AWS: nothing is eventually consistent; traces are accepted and not written; roles
// and keys are not looked up. Operations that are to come are listed in operations.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/rpc/service.h"
#include "emulator/states/api/account.h"
#include "emulator/states/api/log_destinations.h"
#include "emulator/states/api/started_execution.h"

namespace bedlam::states {

class StepFunctions : public rpc::Service {
 public:
  struct Options {
    std::string account = "123456789012";
    std::string region = "us-east-1";  // of what is deployed here; calls bring their own
    std::uint64_t seed = 1;
    LogDestinations* logs = nullptr;  // borrowed; nullptr: log groups are not looked up
  };

  StepFunctions(Scheduler& scheduler, rpc::Dispatcher& dispatcher, Options options);

  std::string_view name() const override { return "states"; }
  std::string_view signing_name() const override { return "states"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;
  rpc::Reply refuse(const aws::Error& error) override;

  // Creates the machine, or gives it this definition; one of another type is replaced, and its
  // executions end. The ARN, or what AWS would refuse the definition for.
  Result<std::string, std::vector<Finding>> deploy(const std::string& name,
                                                   std::string_view definition,
                                                   std::string_view type = "STANDARD");
  // Of a machine in the default Region, by its name.
  std::optional<std::string> find_arn(std::string_view name) const;
  // By ARN; nullptr where there is none, or where it is long over and forgotten.
  std::shared_ptr<const Execution> find_execution(std::string_view arn) const;

  // Those that are remembered, in the order of their starts, from that number on.
  std::vector<StartedExecution> executions(std::uint64_t from) const;
  // The number of the next one.
  std::uint64_t next_execution() const { return account_->next_execution(); }

  // Replaces the mock configuration that executions may ask for a test case of; null: none.
  void use(std::shared_ptr<const script::MockConfig> config) { account_->use(std::move(config)); }

  // Aborts what runs and forgets everything. Ids go on, so that none comes twice.
  void reset() { account_->clear(); }

 private:
  std::string next_request_id();

  Options options_;
  Random random_;
  std::uint64_t requests_ = 0;
  std::shared_ptr<Account> account_;
};

}  // namespace bedlam::states
