// BedrockRuntime's side of InvokeModelWithBidirectionalStream: opens a session, and answers its
// turns by the script. Every turn takes an outcome; an error is an exception in the stream, since
// the headers go out when the session opens.
#include <algorithm>

#include "emulator/bedrock/bedrock_runtime.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/bedrock/speech/speech_session.h"

namespace bedlam::bedrock {
namespace {

// Refuses everything that comes.
class NoSession final : public rpc::InputStream {
 public:
  std::string on_input(std::string_view /*bytes*/) override { return {}; }
  void on_input_end() override {}
};

script::Facts facts_of(const rpc::Call& call, const SpeechTurn& turn) {
  script::Facts facts;
  facts.resource = call.resource;
  facts.operation = call.operation;
  facts.region = call.caller.region;
  facts.prompt = prompt_of(turn.conversation);
  facts.attempt = call.caller.attempt;
  facts.headers = &call.headers;
  facts.body = &turn.prompt_start;
  return facts;
}

void append(std::vector<Event>& to, std::vector<Event> more) {
  for (Event& event : more) to.push_back(std::move(event));
}

SpeechUsage output_usage(const SpeechEvents& events, int tokens) {
  SpeechUsage usage;
  usage.text_out = tokens;
  if (events.output().audio) usage.speech_out = tokens;
  return usage;
}

std::string words_of(const Answer& answer) {
  std::string words;
  for (const Block& block : answer.blocks) {
    if (const auto* text = std::get_if<TextBlock>(&block)) words += joined(text->pieces);
  }
  return words;
}

rpc::Reply said_reply(SpeechTurn& turn, const script::Answer* wanted,
                      const script::Latency& latency, const Random& random) {
  const Answer answer = compose(wanted, turn.conversation, random);
  const int tokens = std::max(answer.output_tokens, 1);
  Random draws = random.derive("latency");
  const Timeline timeline(answer.ready.empty() ? script::token_times(latency, tokens, draws)
                                               : answer.ready);
  std::vector<Event> events;
  if (turn.first) events.push_back(turn.events.completion_start());
  events.push_back(turn.events.usage(turn.usage, 0));
  if (!turn.transcript.empty()) append(events, turn.events.heard(turn.transcript));
  append(events, turn.events.said(answer));
  events.push_back(turn.events.usage(output_usage(turn.events, answer.output_tokens), tokens));
  turn.conversation.turns.push_back({false, {words_of(answer)}, 0});
  rpc::Reply reply = speech_frames(events, timeline, random.derive("padding"));
  reply.note.outcome = "answer";
  reply.note.input_tokens = turn.usage.speech_in + turn.usage.text_in;
  reply.note.output_tokens = answer.output_tokens;
  return reply;
}

rpc::Reply answer_turn(SpeechTurn& turn, const script::Choice& choice,
                       const script::Latency& latency, const Random& random) {
  const script::Outcome* outcome = choice.outcome;
  const auto* failure = outcome == nullptr ? nullptr : std::get_if<script::Error>(&outcome->result);
  const auto* wanted = outcome == nullptr ? nullptr : std::get_if<script::Answer>(&outcome->result);
  rpc::Reply reply;
  if (failure != nullptr) {
    Random draws = random.derive("latency");
    reply = speech_exception(errors::named(failure->name, failure->message),
                             script::token_times(latency, 1, draws).back());
  } else {
    reply = said_reply(turn, wanted, latency, random);
  }
  reply.note.rule = choice.rule;
  reply.note.mismatch = choice.mismatch;
  if (outcome != nullptr && outcome->fault) {
    fault::apply(*outcome->fault, reply, errors::default_message);
  }
  return reply;
}

}  // namespace

bool BedrockRuntime::hears_input(const rpc::Call& call) const {
  return call.operation == "InvokeModelWithBidirectionalStream";
}

std::shared_ptr<rpc::InputStream> BedrockRuntime::open(const rpc::Call& call,
                                                       rpc::MoreOfReply more) {
  const Random random = seeds_.next(call);
  const std::optional<Model> model = find_model(call.resource);
  if (!model || !model->family->speaks()) {
    more(finished(error_reply(model ? errors::bidirectional_unsupported()
                                    : errors::invalid_model_identifier()),
                  random));
    return std::make_shared<NoSession>();
  }
  rpc::Reply head;
  head.steps.push_back(
      {Duration{}, rpc::Head{200, {{"Content-Type", "application/vnd.amazon.eventstream"}}}});
  more(finished(std::move(head), random));
  const auto answer = [this, call, random, id = model->id](SpeechTurn& turn) {
    turn.conversation.token_rule = script_.token_rule(call.resource);
    turn.conversation.chunk_rule = script_.chunk_rule(call.resource);
    const script::Choice choice = script_.choose(facts_of(call, turn));
    const int in_flight = in_flight_.arrive(id, call.caller.region, scheduler_.now());
    rpc::Reply reply = answer_turn(turn, choice, script::at_load(choice.latency, in_flight),
                                   random.derive("turn", turn.number));
    const Duration work = reply.steps.empty() ? Duration{} : reply.steps.back().due;
    if (work > Duration{}) in_flight_.done_at(id, call.caller.region, scheduler_.now() + work);
    return reply;
  };
  return std::make_shared<SpeechSession>(scheduler_, random, answer, std::move(more));
}

}  // namespace bedlam::bedrock
