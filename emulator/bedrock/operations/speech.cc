// InvokeModelWithBidirectionalStream: opens a session, and answers its turns by the script. Every
// turn takes an outcome; an error is an exception in the stream, since the headers go out when the
// session opens.
#include <algorithm>

#include "emulator/aws/event_stream.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/bedrock/operations/scripted.h"
#include "emulator/bedrock/speech/session_quota.h"
#include "emulator/bedrock/speech/speech_session.h"

namespace bedlam::bedrock {
namespace {

// Refuses everything that comes.
class NoSession final : public rpc::InputStream {
 public:
  std::string on_input(std::string_view /*bytes*/) override { return {}; }
  void on_input_end() override {}
};

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
    if (const auto* text = std::get_if<TextBlock>(&block)) words += text->pieces.text();
  }
  return words;
}

rpc::Reply said_reply(SpeechTurn& turn, const script::Answer* wanted,
                      const script::Latency& latency, const Random& random) {
  const Answer answer = compose(wanted, turn.conversation, random);
  const int tokens = std::max(answer.output_tokens, 1);
  const Timeline timeline(answer.ready.empty() ? script::ready_times(latency, tokens, random)
                                               : answer.ready);
  std::vector<Event> events;
  if (turn.first) events.push_back(turn.events.completion_start());
  events.push_back(turn.events.usage(turn.usage, 0));
  if (!turn.transcript.empty()) append(events, turn.events.heard(turn.transcript));
  append(events, turn.events.said(answer));
  const SpeechUsage said = output_usage(turn.events, answer.output_tokens);
  events.push_back(turn.events.usage(said, tokens));
  turn.conversation.turns.push_back({false, {words_of(answer)}, 0});
  const int all = said.text_out + said.speech_out;
  rpc::Reply reply = speech_frames(events, timeline, random.derive("padding"), all);
  reply.note.outcome = "answer";
  reply.note.input_tokens = turn.usage.speech_in + turn.usage.text_in;
  reply.note.output_tokens = all;
  return reply;
}

// Asks the script for a turn's answer.
rpc::Reply answer_turn(SpeechTurn& turn, const Handling& handling, const std::string& model) {
  script::Script& script = handling.state.script;
  Writers writers;
  writers.answer = [&](const script::Answer* wanted, const script::Latency& latency) {
    return said_reply(turn, wanted, latency, handling.random);
  };
  writers.failure = [&](const script::Error& failure, const script::Latency& latency) {
    return speech_exception(errors::named(failure.name, failure.message),
                            script::answer_time(latency, handling.random));
  };
  const script::Facts facts =
      facts_of(handling.call, prompt_of(turn.conversation), turn.prompt_start);
  return scripted(handling, script, facts, model, writers);
}

}  // namespace

std::shared_ptr<rpc::InputStream> open_speech(const Handling& handling, rpc::MoreOfReply more) {
  RuntimeState& state = handling.state;
  const std::optional<Model> model = find_model(handling.call.resource);
  if (!model || !model->family->speaks()) {
    more(error_reply(model ? errors::bidirectional_unsupported()
                           : errors::invalid_model_identifier()));
    return std::make_shared<NoSession>();
  }
  const rpc::Call& call = handling.call;
  const auto quotas = std::make_shared<SessionQuota>(
      state.admission, state.scheduler,
      quota::Asked{call.resource, call.caller.region, model->id, {}});
  if (const auto refused = quotas->open()) {
    more(throttled_reply(*refused));
    return std::make_shared<NoSession>();
  }
  rpc::Reply head;
  head.note.quota = quotas->journal();
  head.steps.push_back(
      {Duration{}, rpc::Head{200, {{"Content-Type", std::string(aws::kEventStreamType)}}}});
  more(std::move(head));
  const auto answer = [&state, call, quotas, random = handling.random,
                       id = model->id](SpeechTurn& turn) {
    turn.conversation.token_rule = state.script.token_rule(call.resource);
    turn.conversation.chunk_rule = state.script.chunk_rule(call.resource);
    const Random own = random.derive("turn", turn.number);
    const int input = turn.usage.speech_in + turn.usage.text_in;
    rpc::Reply reply;
    if (const auto refused = quotas->ask_turn(input, turn.conversation.max_tokens)) {
      reply = speech_exception(throttling_error(*refused->refused_by), Duration{});
    } else {
      reply = answer_turn(turn, {state, call, own}, id);
      quotas->begin_turn(reply);
    }
    reply.note.quota = quotas->journal();
    return reply;
  };
  const auto over = [quotas](const rpc::Ending& ending, rpc::Note& note) {
    quotas->end(ending.at);
    note.quota = quotas->journal();
  };
  return std::make_shared<SpeechSession>(state.scheduler, handling.random, answer, std::move(more),
                                         over, call.event_chain);
}

}  // namespace bedlam::bedrock
