// Answers that were recorded: whatever the model and however the emulator would judge the request,
// the bytes that came then.
#include <algorithm>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "emulator/bedrock/conversation/prompt.h"
#include "emulator/bedrock/operations/replies.h"
#include "emulator/bedrock/operations/scripted.h"
#include "emulator/fault/where.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

// The recorded headers, and those that are not written because such answers always have them.
aws::Headers headers_of(const script::Verbatim& recorded, const Operation& operation) {
  aws::Headers headers;
  const bool stream = !recorded.frames.empty();
  if (!recorded.headers.contains("Content-Type")) {
    headers.add("Content-Type", std::string(stream ? aws::kEventStreamType : kJson));
  }
  if (stream && !operation.converse) {
    headers.add("X-Amzn-Bedrock-Content-Type", std::string(kJson));
  }
  for (const auto& [name, value] : recorded.headers) headers.add(name, value);
  return headers;
}

std::string bytes_of(const script::VerbatimFrame& frame) {
  if (frame.headers) return aws::encode({*frame.headers, frame.payload});
  return frame.exception ? aws::encode_exception(frame.event, frame.payload)
                         : aws::encode_event(frame.event, frame.payload);
}

rpc::Reply frames_reply(const script::Verbatim& recorded, aws::Headers headers,
                        const script::Latency& latency, const Random& random) {
  int all = 0, tokens = 0, index = 0;
  for (const script::VerbatimFrame& frame : recorded.frames) all += frame.tokens;
  const Timeline timeline(script::ready_times(latency, all, random));
  rpc::Reply reply;
  const script::VerbatimFrame& first = recorded.frames.front();
  reply.steps.push_back({first.at.value_or(timeline.of(first.tokens)),
                         rpc::Head{recorded.status, std::move(headers)}});
  for (const script::VerbatimFrame& frame : recorded.frames) {
    tokens += frame.tokens;
    std::string bytes = bytes_of(frame);
    reply.steps.push_back(
        {frame.at.value_or(timeline.of(tokens)),
         rpc::Bytes{std::move(bytes), rpc::FrameLabel{index++, frame.event, tokens, tokens}}});
  }
  reply.steps.push_back({last_due(reply), rpc::End{}});
  return reply;
}

// The event of the model's own in a recorded chunk.
std::string_view event_in(const rpc::Bytes& frame, const ConversingFamily& family) {
  const std::optional<aws::EventStreamMessage> message = fault::message_of(frame);
  const auto payload = parse_json(message ? message->payload : "");
  const Json* encoded = payload.ok() ? find(*payload, "bytes") : nullptr;
  if (encoded == nullptr || !encoded->is_string()) return {};
  const auto chunk = parse_json(base64_decode(encoded->get_ref<const std::string&>()).value_or(""));
  return chunk.ok() ? family.event_of(*chunk) : std::string_view{};
}

// Only a fault asks what is in a chunk.
void name_events(std::string_view model, rpc::Reply& reply) {
  const Family* family = find_family(script::base_model_id(model));
  if (family == nullptr || family->conversing() == nullptr) return;
  for (rpc::Step& step : reply.steps) {
    auto* bytes = std::get_if<rpc::Bytes>(&step.action);
    if (bytes == nullptr || !bytes->frame || bytes->frame->event != "chunk") continue;
    bytes->frame->inner = event_in(*bytes, *family->conversing());
  }
}

rpc::Reply verbatim_reply(const script::Answer& answer, const Operation& operation,
                          const script::Latency& latency, const Random& random) {
  const auto& recorded = std::get<script::Verbatim>(answer.content);
  aws::Headers headers = headers_of(recorded, operation);
  rpc::Reply reply;
  if (!recorded.frames.empty()) {
    reply = frames_reply(recorded, std::move(headers), latency, random);
  } else {
    const Duration due =
        script::ready_times(latency, answer.output_tokens.value_or(1), random).back();
    reply = rpc::plain_reply(recorded.status, std::move(headers), recorded.body, due);
  }
  reply.note.outcome = recorded.status < 400 ? "answer" : std::to_string(recorded.status);
  reply.note.input_tokens = answer.input_tokens.value_or(0);
  reply.note.output_tokens = answer.output_tokens.value_or(0);
  return reply;
}

}  // namespace

std::optional<rpc::Reply> recorded_reply(const Handling& handling, const Operation& operation,
                                         std::string& mismatch) {
  script::Script& script = handling.state.script;
  if (!script.has_recorded()) return std::nullopt;
  const Result<Json, JsonError> body = parse_json(handling.call.body);
  const Json none;
  const Json& asked = body.ok() ? *body : none;
  const script::Facts facts = facts_of(handling.call, unchecked_prompt(asked), asked);
  const script::Choice choice = script.choose_recorded(facts);
  mismatch = choice.mismatch;
  if (choice.outcome == nullptr) return std::nullopt;
  Writers writers;
  writers.answer = [&](const script::Answer* wanted, const script::Latency& latency) {
    rpc::Reply reply = verbatim_reply(*wanted, operation, latency, handling.random);
    const bool stream = !std::get<script::Verbatim>(wanted->content).frames.empty();
    if (stream && choice.outcome->fault) {
      name_events(handling.call.resource, reply);
      // A stream that broke off some time behind its last frame was open until then.
      fault::end_later_than(choice.outcome->fault->where, reply.steps);
    }
    return reply;
  };
  writers.failure = [&](const script::Error& failure, const script::Latency& latency) {
    return failure_reply(failure, latency, handling.random);
  };
  const std::string model(script::base_model_id(handling.call.resource));
  return played(handling, choice, facts, model, writers);
}

}  // namespace bedlam::bedrock
