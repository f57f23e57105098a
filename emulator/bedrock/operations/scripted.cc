#include "emulator/bedrock/operations/scripted.h"

#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {

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
  rpc::InFlight& in_flight = handling.state.in_flight;
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
    const auto* body = wanted == nullptr ? nullptr : std::get_if<script::Body>(&wanted->content);
    rpc::Reply reply = rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}},
                                        to_text(body != nullptr ? body->value : write(wanted)),
                                        script::answer_time(latency, handling.random));
    reply.note.outcome = "answer";
    return reply;
  };
  writers.failure = [&](const script::Error& failure, const script::Latency& latency) {
    return failure_reply(failure, latency, handling.random);
  };
  return played(handling, choice, facts, "", writers);
}

}  // namespace bedlam::bedrock
