// InvokeModel, Converse and their streams: guardrail, quotas, script.
#include <algorithm>

#include "emulator/bedrock/operations/replies.h"
#include "emulator/bedrock/operations/scripted.h"

namespace bedlam::bedrock {
namespace {

// What of an answered request is in the prompt cache, and is so now.
void read_cache(RuntimeState& state, ModelRequest& request) {
  const ConversingFamily* family = conversing(request);
  if (family == nullptr || request.cache_prefix.points.empty()) return;
  request.cache = state.prompt_cache.use(request.cache_prefix,
                                         request.model.id + " " + request.call->caller.region,
                                         family->cache_minimum(request.model.id));
}

// Whether some rule does. A prompt may have megabytes, of which a copy is made only then.
bool reads_prompts(const script::Script& script) {
  const auto reads = [](const script::Rule& rule) {
    return rule.when.prompt.has_value() || rule.when.prompt_sha256.has_value();
  };
  const auto& behaviours = script.behaviours();
  return std::any_of(behaviours.begin(), behaviours.end(), [&](const auto& behaviour) {
    return std::any_of(behaviour.rules.begin(), behaviour.rules.end(), reads);
  });
}

// A guardrail looks at the input before the model is asked.
void wait_for_guardrail(rpc::Reply& reply, const ModelRequest& request) {
  if (request.guardrail) delay(reply, request.guardrail->input_takes);
}

rpc::Reply scripted_call(const Handling& handling, ModelRequest& request) {
  const Conversation& conversation = request.converse.conversation;
  const bool asked = reads_prompts(handling.state.script);
  const script::Facts facts =
      facts_of(handling.call, asked ? prompt_of(conversation) : "", request.body);
  const auto answer = [&](const script::Answer* wanted, const script::Latency& latency) {
    read_cache(handling.state, request);
    rpc::Reply reply = answer_reply(request, wanted, latency, handling.random);
    reply.note.outcome = "answer";
    wait_for_guardrail(reply, request);
    return reply;
  };
  const auto failure = [&](const script::Error& error, const script::Latency& latency) {
    rpc::Reply reply = failure_reply(error, latency, handling.random);
    reply.note.input_tokens = input_tokens(conversation);
    // An error at once, such as a throttle, comes before all work.
    if (last_due(reply) > Duration{}) wait_for_guardrail(reply, request);
    return reply;
  };
  return scripted(handling, handling.state.script, facts, request.model.id,
                  {std::ref(answer), std::ref(failure)});
}

// As far as the quotas admit it.
rpc::Reply admitted_call(const Handling& handling, ModelRequest& request) {
  RuntimeState& state = handling.state;
  if (!state.admission.limits()) return scripted_call(handling, request);
  const rpc::Call& call = handling.call;
  const Conversation& conversation = request.converse.conversation;
  const quota::Wish wish{input_tokens(conversation), conversation.max_tokens};
  auto decision = state.admission.ask({call.resource, call.caller.region, request.model.id, wish},
                                      state.scheduler.now());
  if (decision && decision->refused_by) return throttled_reply(*decision);
  rpc::Reply reply = scripted_call(handling, request);
  if (!decision) return reply;
  reply.note.quota = std::move(decision->journal);
  quota::settle_when_over(reply, std::move(decision->grant), state.scheduler);
  return reply;
}

rpc::Reply call_read_model(const Handling& handling, const Operation& operation) {
  RuntimeState& state = handling.state;
  Result<ModelRequest, aws::Error> request = read_request(
      handling.call, operation, ReadFor::kAnswer, state.scheduler.wall_now(), state.script);
  if (!request.ok()) return error_reply(request.error());
  const ReleaseAtEnd body(request->body);
  if (const auto refused = guard_input(*request, state.guardrails, handling.random)) {
    return error_reply(*refused);
  }
  if (auto blocked = blocked_reply(*request, handling.random)) return *std::move(blocked);
  return admitted_call(handling, *request);
}

}  // namespace

rpc::Reply call_model(const Handling& handling, const Operation& operation) {
  std::string mismatch;
  std::optional<rpc::Reply> recorded = recorded_reply(handling, operation, mismatch);
  const bool is_recorded = recorded.has_value();
  rpc::Reply reply = is_recorded ? *std::move(recorded) : call_read_model(handling, operation);
  if (!is_recorded && reply.note.rule.empty() && !mismatch.empty()) {
    reply.note.mismatch = std::move(mismatch);
  }
  return reply;
}

}  // namespace bedlam::bedrock
