// What all operations that ask a script have in common, and the calls of a model.
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {
namespace {

// What of an answered request is in the prompt cache, and is so now.
void read_cache(RuntimeState& state, Request& request) {
  const ConversingFamily* family = conversing(request);
  if (family == nullptr || request.cache_prefix.points.empty()) return;
  request.cache = state.prompt_cache.use(request.cache_prefix,
                                         request.model.id + " " + request.call->caller.region,
                                         family->cache_minimum(request.model.id));
}

rpc::Reply scripted_call(const Handling& handling, Request& request) {
  const Conversation& conversation = request.converse.conversation;
  const script::Facts facts = facts_of(handling.call, prompt_of(conversation), request.body);
  Writers writers;
  writers.answer = [&](const script::Answer* wanted, const script::Latency& latency) {
    read_cache(handling.state, request);
    rpc::Reply reply = answer_reply(request, wanted, latency, handling.random);
    reply.note.outcome = "answer";
    return reply;
  };
  writers.failure = [&](const script::Error& failure, const script::Latency& latency) {
    rpc::Reply reply = failure_reply(failure, latency, handling.random);
    reply.note.input_tokens = input_tokens(conversation);
    return reply;
  };
  return scripted(handling, handling.state.script, facts, request.model.id, writers);
}

}  // namespace

script::Facts facts_of(const rpc::Call& call, std::string prompt, const Json& body) {
  script::Facts facts;
  facts.resource = call.resource;
  facts.operation = call.operation;
  facts.region = call.caller.region;
  facts.prompt = std::move(prompt);
  facts.attempt = call.caller.attempt;
  facts.headers = &call.headers;
  facts.body = &body;
  return facts;
}

rpc::Reply scripted(const Handling& handling, script::Script& script, const script::Facts& facts,
                    const std::string& model, const Writers& writers) {
  return played(handling, script.choose(facts), facts, model, writers);
}

rpc::Reply played(const Handling& handling, const script::Choice& choice,
                  const script::Facts& facts, const std::string& model, const Writers& writers) {
  const script::Outcome* outcome = choice.outcome;
  InFlight& in_flight = handling.state.in_flight;
  const Instant now = handling.state.scheduler.now();
  script::Latency latency = choice.latency;
  if (!model.empty()) {
    latency = script::at_load(latency, in_flight.arrive(model, facts.region, now));
  }
  const auto* failure = outcome == nullptr ? nullptr : std::get_if<script::Error>(&outcome->result);
  const auto* wanted = outcome == nullptr ? nullptr : std::get_if<script::Answer>(&outcome->result);
  rpc::Reply reply =
      failure != nullptr ? writers.failure(*failure, latency) : writers.answer(wanted, latency);
  // The model is done then, whatever a fault makes of the reply.
  const Duration work = last_due(reply);
  if (!model.empty() && work > Duration{}) in_flight.done_at(model, facts.region, now + work);
  reply.note.rule = choice.rule;
  reply.note.mismatch = choice.mismatch;
  if (outcome != nullptr && outcome->fault) {
    fault::apply(*outcome->fault, reply, {errors::union_member, errors::default_payload});
  }
  return reply;
}

rpc::Reply scripted_question(const Handling& handling, script::Facts facts,
                             const WriteBody& write) {
  facts.wants_operation = true;
  script::Choice choice = handling.state.script.choose(facts);
  choice.latency = script::Latency{};
  choice.mismatch.clear();
  if (choice.outcome != nullptr && choice.outcome->latency) {
    choice.latency = *choice.outcome->latency;
  }
  Writers writers;
  writers.answer = [&](const script::Answer* wanted, const script::Latency& latency) {
    Random draws = handling.random.derive("latency");
    const auto* body = wanted == nullptr ? nullptr : std::get_if<script::Body>(&wanted->content);
    rpc::Reply reply = rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}},
                                        to_text(body != nullptr ? body->value : write(wanted)),
                                        script::token_times(latency, 1, draws).back());
    reply.note.outcome = "answer";
    return reply;
  };
  writers.failure = [&](const script::Error& failure, const script::Latency& latency) {
    return failure_reply(failure, latency, handling.random);
  };
  return played(handling, choice, facts, "", writers);
}

rpc::Reply failure_reply(const script::Error& failure, const script::Latency& latency,
                         const Random& random) {
  Random draws = random.derive("latency");
  aws::Error error = errors::named(failure.name, failure.message);
  if (failure.original_status != 0) error.members["originalStatusCode"] = failure.original_status;
  if (!failure.original_message.empty()) {
    error.members["originalMessage"] = failure.original_message;
  }
  if (!failure.resource_name.empty()) error.members["resourceName"] = failure.resource_name;
  return rpc::with_headers(error_reply(error, script::token_times(latency, 1, draws).back()),
                           failure.headers);
}

aws::Error throttling_error(quota::Limit refused_by) {
  switch (refused_by) {
    case quota::Limit::kTokens:
      return errors::too_many_tokens();
    case quota::Limit::kDailyTokens:
      return errors::too_many_tokens_per_day();
    case quota::Limit::kConcurrent:
      return errors::too_many_connections();
    case quota::Limit::kRequests:
      break;
  }
  return errors::too_many_requests();
}

rpc::Reply throttled_reply(const quota::Decision& decision) {
  rpc::Reply reply = error_reply(throttling_error(*decision.refused_by));
  reply.note.input_tokens = decision.journal["input_tokens"];
  reply.note.quota = decision.journal;
  return reply;
}

namespace {

rpc::Reply call_read_model(const Handling& handling, const Operation& operation) {
  RuntimeState& state = handling.state;
  const rpc::Call& call = handling.call;
  Result<Request, aws::Error> request =
      read_request(call, operation, state.scheduler.wall_now(), state.script);
  if (!request.ok()) return error_reply(request.error());
  if (const auto refused = guard_input(*request, state.guardrails, handling.random)) {
    return error_reply(*refused);
  }
  if (auto blocked = blocked_reply(*request, handling.random)) return *std::move(blocked);

  std::optional<quota::Decision> decision;
  if (state.admission.limits()) {
    const Conversation& conversation = request->converse.conversation;
    const quota::Wish wish{input_tokens(conversation), conversation.max_tokens};
    decision = state.admission.ask({call.resource, call.caller.region, request->model.id, wish},
                                   state.scheduler.now());
  }
  if (decision && decision->refused_by) return throttled_reply(*decision);
  rpc::Reply reply = scripted_call(handling, *request);
  if (!decision) return reply;
  reply.note.quota = std::move(decision->journal);
  quota::settle_when_over(reply, std::move(decision->grant), state.scheduler);
  return reply;
}

}  // namespace

rpc::Reply call_model(const Handling& handling, const Operation& operation) {
  std::string mismatch;
  if (auto recorded = recorded_reply(handling, operation, mismatch)) return *std::move(recorded);
  rpc::Reply reply = call_read_model(handling, operation);
  if (reply.note.rule.empty() && !mismatch.empty()) reply.note.mismatch = std::move(mismatch);
  return reply;
}

}  // namespace bedlam::bedrock
