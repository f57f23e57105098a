// What the operations of a Bedrock Runtime share: the scenario's rules, what they counted, and what
// is under way.
#pragma once

#include <string>
#include <vector>

#include "emulator/bedrock/operations/async_invoke.h"
#include "emulator/bedrock/quota/admission.h"
#include "emulator/bedrock/state/prompt_cache.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/call_seeds.h"
#include "emulator/rpc/in_flight.h"
#include "emulator/script/guardrail.h"

namespace bedlam::bedrock {

struct RuntimeState {
  // Borrows the scheduler.
  RuntimeState(Scheduler& on, std::uint64_t seed, std::string account)
      : scheduler(on),
        seeds(seed, "bedrock-runtime call"),
        prompt_cache(on),
        invocations(on, std::move(account)) {}

  Scheduler& scheduler;
  rpc::CallSeeds seeds;
  rpc::InFlight in_flight;
  script::Script script;
  quota::Admission admission;
  std::vector<script::Guardrail> guardrails;
  script::Script guardrail_rules;
  PromptCache prompt_cache;
  AsyncInvocations invocations;
};

// A call with all that its operation's handler works with. Borrows everything.
struct Handling {
  RuntimeState& state;
  const rpc::Call& call;
  const Random& random;  // the call's own
};

}  // namespace bedlam::bedrock
