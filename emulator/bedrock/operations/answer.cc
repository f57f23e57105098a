// From what a script wants said to the plan of it, for the operations that call a model.
#include <algorithm>

#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {
namespace {

Timeline timeline_of(const script::Latency& latency, int tokens, const Random& random) {
  Random draws = random.derive("latency");
  return Timeline(script::token_times(latency, std::max(tokens, 1), draws));
}

// Of a script only a text has a meaning here: it takes the place of the request's.
rpc::Reply computed_reply(const Request& request, const ComputingFamily& family,
                          const script::Answer* wanted, const script::Latency& latency,
                          const Random& random) {
  std::optional<std::string> instead;
  if (wanted != nullptr) {
    if (const auto* text = std::get_if<std::string>(&wanted->content)) instead = *text;
  }
  const Json body =
      family.compute(request.body, request.model.id, instead, random.derive("computed"));
  const std::optional<int> counted = wanted == nullptr ? std::nullopt : wanted->input_tokens;
  const Usage usage{counted.value_or(input_tokens(request.converse.conversation)), 0};
  return invoke_reply(request, body, usage, timeline_of(latency, 1, random));
}

// A scripted body goes out as it is. For a stream, a list is one frame an element (for Converse
// `{messageStart: {…}}` and so on), each at the time of one token; anything else is a single frame.
rpc::Reply body_reply(const Request& request, const Json& body, const script::Latency& latency,
                      const Random& random) {
  const bool list = body.is_array();
  Usage usage = request.model.family->usage_of(body);
  if (usage.input_tokens == 0) usage.input_tokens = input_tokens(request.converse.conversation);
  if (!request.operation->streams) {
    const Timeline timeline = timeline_of(latency, usage.output_tokens, random);
    if (!request.operation->converse) return invoke_reply(request, body, usage, timeline);
    rpc::Reply reply = converse_reply(body, timeline);
    reply.note.input_tokens = usage.input_tokens;
    return reply;
  }
  std::vector<Chunk> chunks;
  for (const Json& element : list ? body : Json::array({body})) {
    chunks.push_back({element, static_cast<int>(chunks.size()) + 1});
  }
  const auto frames = static_cast<int>(chunks.size());
  const Timeline timeline = timeline_of(latency, frames, random);
  if (usage.output_tokens == 0) usage.output_tokens = frames;
  if (!request.operation->converse) {
    return invoke_stream_reply(request, std::move(chunks), usage, timeline, random);
  }
  std::vector<Event> events;
  for (const Chunk& chunk : chunks) {
    if (!chunk.json.is_object()) continue;
    for (const auto& [name, payload] : chunk.json.items()) {
      events.push_back({name, payload, chunk.tokens});
    }
  }
  rpc::Reply reply = converse_stream_reply(events, timeline, random);
  reply.note.input_tokens = usage.input_tokens;
  reply.note.output_tokens = usage.output_tokens;
  return reply;
}

// What InvokeModel says of a guardrail, in the body or in a stream's last chunk (Bedrock user
// guide, guardrails-use, "Base inference operations").
void add_guardrail(const Answer& answer, Json& to) {
  if (!answer.guardrail || !to.is_object()) return;
  if (!answer.guardrail->native_trace.is_null()) {
    to["amazon-bedrock-trace"]["guardrail"] = answer.guardrail->native_trace;
  }
  to["amazon-bedrock-guardrailAction"] = answer.guardrail->intervened ? "INTERVENED" : "NONE";
}

}  // namespace

rpc::Reply said_reply(const Request& request, const Answer& answer, const Timeline& timeline,
                      const Random& random) {
  const ConversingFamily& family = *conversing(request);
  const Usage usage{answer.input_tokens, answer.output_tokens, answer.cache.read,
                    answer.cache.all_written()};
  const Occasion occasion{request.model.id, request.body, request.received, random.derive("ids")};
  if (!request.operation->converse) {
    if (!request.operation->streams) {
      Json body = family.plain(answer, occasion);
      add_guardrail(answer, body);
      return invoke_reply(request, body, usage, timeline);
    }
    std::vector<Chunk> chunks = family.chunks(answer, occasion);
    if (!chunks.empty()) add_guardrail(answer, chunks.back().json);
    return invoke_stream_reply(request, std::move(chunks), usage, timeline, random);
  }
  const bool wants_fields = !request.converse.field_paths.empty();
  const Json native = wants_fields ? family.plain(answer, occasion) : Json();
  rpc::Reply reply =
      request.operation->streams
          ? converse_stream_reply(
                converse_events(answer, request.converse, native, timeline.last_ms(), occasion.ids),
                timeline, random)
          : converse_reply(
                converse_body(answer, request.converse, native, timeline.last_ms(), occasion.ids),
                timeline);
  reply.note.input_tokens = usage.all_input();
  reply.note.output_tokens = usage.output_tokens;
  return reply;
}

rpc::Reply answer_reply(const Request& request, const script::Answer* wanted,
                        const script::Latency& latency, const Random& random) {
  if (wanted != nullptr) {
    const auto* body = std::get_if<script::Body>(&wanted->content);
    if (body != nullptr) return body_reply(request, body->value, latency, random);
  }
  if (const ComputingFamily* family = request.model.family->computing()) {
    return computed_reply(request, *family, wanted, latency, random);
  }
  Answer answer = compose(wanted, request.converse.conversation, random);
  answer.cache = request.cache;
  answer.input_tokens = std::max(answer.input_tokens - answer.cache.all(), 0);
  if (request.guardrail) guard_output(request, answer);
  const Timeline timeline = answer.ready.empty()
                                ? timeline_of(latency, answer.output_tokens, random)
                                : Timeline(answer.ready);
  return said_reply(request, answer, timeline, random);
}

}  // namespace bedlam::bedrock
