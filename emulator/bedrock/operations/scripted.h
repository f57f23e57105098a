// How the operations ask a script: which outcome it has for a call, and the plan of that with
// everything around it that is the same for all of them.
#pragma once

#include <functional>
#include <string>

#include "emulator/bedrock/operations/operation.h"

namespace bedlam::bedrock {

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
