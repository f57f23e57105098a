// AWS Lambda's Invoke, answered by the functions of a scenario (botocore lambda/2015-03-31). No
// code runs: a function answers, raises or takes its time as its script says. Workflows' tasks and
// SDKs reach it alike.
//
// Differs from AWS: functions are only what a scenario names; Event invocations are taken once and
// never tried again.
#pragma once

#include <string>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/call_seeds.h"
#include "emulator/rpc/service.h"
#include "emulator/script/services.h"

namespace bedlam::services {

class Lambda final : public rpc::Service {
 public:
  // Borrows the scheduler. `account`: of the ARNs in messages.
  Lambda(Scheduler& scheduler, std::uint64_t seed, std::string account);

  std::string_view name() const override { return "lambda"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

  // Replaces the functions.
  void use(std::vector<script::Function> functions);
  // As new.
  void reset();

 private:
  const script::Function* find(std::string_view name) const;
  rpc::Reply answer(const rpc::Call& call, const Random& random);
  rpc::Reply invoke(const script::Function& function, const rpc::Call& call, const Json& event,
                    const Random& random);
  rpc::Reply not_found(const rpc::Call& call, const std::string& name, const Random& random) const;

  Scheduler& scheduler_;
  std::string account_;
  rpc::CallSeeds seeds_;
  std::vector<script::Function> functions_;
  script::Script script_;
};

}  // namespace bedlam::services
