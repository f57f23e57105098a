// The operations of the service model (bedrock-runtime 2023-09-30), and a call of a model between
// its read request and its finished plan.
#pragma once

#include <optional>
#include <string>

#include "emulator/bedrock/bedrock_runtime.h"
#include "emulator/bedrock/converse.h"
#include "emulator/bedrock/guardrail.h"

namespace bedlam::bedrock {

struct Operation {
  std::string_view method, path;  // as in the service model, "model/{}/invoke"
  std::string_view name;
  bool served = false;
  bool converse = false, streams = false;
};

// nullptr: no such operation.
const Operation* operation_named(std::string_view name);

// What a request's method and path call; `parameters` stand at the path's `{}`.
struct Route {
  const Operation* operation;
  std::vector<std::string> parameters;
};
std::optional<Route> find_route(std::string_view method, const std::vector<std::string>& path);

// The guardrail that a request asks for.
struct GuardrailUse {
  std::string identifier, version;
  bool trace = false, full_trace = false;
  std::string tag_suffix;                        // of InvokeModel: marks what is to be guarded
  const script::Guardrail* guardrail = nullptr;  // nullptr: the scenario has no guardrails
  std::optional<Assessment> input;
};

// A request that was found valid.
struct Request {
  const rpc::Call* call;
  const Operation* operation;
  Model model;
  WallTime received;
  Json body;
  ConverseRequest converse;  // of InvokeModel too, where only the conversation is set
  std::optional<GuardrailUse> guardrail;
  CachePrefix cache_prefix;
  CacheUse cache;
};

// The error is what AWS answers.
Result<Request, aws::Error> read_request(const rpc::Call& call, const Operation& operation,
                                         WallTime received);

// The answer to CountTokens: the input tokens of an InvokeModel or Converse body, by the same rule
// as an answer's usage. It is a question about a request, not a call of the model: no rule of a
// script is asked, and no outcome taken.
rpc::Reply count_tokens_reply(const rpc::Call& call, WallTime received, script::TokenRule rule);

// Looks the guardrail up among those of the scenario and applies it to the input. The error is
// what AWS answers.
std::optional<aws::Error> guard_input(Request& request,
                                      const std::vector<script::Guardrail>& guardrails,
                                      const Random& random);
// The plan where the guardrail blocked the input: the model is not asked. nullopt: it did not.
std::optional<rpc::Reply> blocked_reply(const Request& request, const Random& random);
// Applies the guardrail to an answer: its texts, its stop reason, its report.
void guard_output(const Request& request, Answer& answer);

// The answer to ApplyGuardrail. `rules`: those under the scenario's guardrails.
rpc::Reply apply_guardrail_reply(const rpc::Call& call,
                                 const std::vector<script::Guardrail>& guardrails,
                                 script::Script& rules, const Random& random);

// The plan for what the script wants said; nullptr: the default text.
rpc::Reply answer_reply(const Request& request, const script::Answer* wanted,
                        const script::Latency& latency, const Random& random);

// The plan for an error of the script.
rpc::Reply failure_reply(const script::Error& failure, const script::Latency& latency,
                         const Random& random);
// What the journal says of the choice, and the fault that belongs to it.
void follow_choice(const script::Choice& choice, rpc::Reply& reply);

rpc::Reply error_reply(const aws::Error& error, Duration due = {});

}  // namespace bedlam::bedrock
