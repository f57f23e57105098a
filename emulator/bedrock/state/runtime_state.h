// What the operations of a Bedrock Runtime share: the scenario's rules, what they counted, and what
// is under way.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "emulator/bedrock/operations/async_invoke.h"
#include "emulator/bedrock/quota/admission.h"
#include "emulator/bedrock/state/load.h"
#include "emulator/bedrock/state/prompt_cache.h"
#include "emulator/clock/scheduler.h"
#include "emulator/script/guardrail.h"

namespace bedlam::bedrock {

struct RuntimeState {
  // Borrows the scheduler.
  RuntimeState(Scheduler& on, std::uint64_t seed, std::string account)
      : scheduler(on), seeds(seed), prompt_cache(on), invocations(on, std::move(account)) {}

  Scheduler& scheduler;
  CallSeeds seeds;
  InFlight in_flight;
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

// How an operation turns what a script says into a plan.
struct Writers {
  std::function<rpc::Reply(const script::Answer* wanted, const script::Latency&)> answer;
  std::function<rpc::Reply(const script::Error&, const script::Latency&)> failure;
};

// What rules see of a call, beside its prompt.
script::Facts facts_of(const rpc::Call& call, std::string prompt, const Json& body);

// Asks the script, has the outcome written, and adds to the plan what the journal says of the
// choice and the fault that belongs to it. `model`: whose calls in flight it joins; "" for none.
rpc::Reply scripted(const Handling& handling, script::Script& script, const script::Facts& facts,
                    const std::string& model, const Writers& writers);
// The same for what the script has chosen.
rpc::Reply played(const Handling& handling, const script::Choice& choice,
                  const script::Facts& facts, const std::string& model, const Writers& writers);

// The body of an answer, where the script's has nothing to say in its place: `wanted` may be
// nullptr.
using WriteBody = std::function<Json(const script::Answer* wanted)>;
// Answers what is no call of a model: CountTokens, GetAsyncInvoke, ListAsyncInvokes. Of the rules
// only those are asked that have an `operation`, so that the others count calls of models alone. Of
// an answer a body is sent as it is; the entry's latency is a model's, and not used.
rpc::Reply scripted_question(const Handling& handling, script::Facts facts, const WriteBody& write);

}  // namespace bedlam::bedrock
