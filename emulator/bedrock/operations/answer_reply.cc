// From what a script wants said to the plan of it, for the operations that call a model.
#include <algorithm>

#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {
namespace {

Timeline timeline_of(const script::Latency& latency, int tokens, const Random& random) {
  return Timeline(script::ready_times(latency, tokens, random));
}

// Of a script only a text has a meaning here: it takes the place of the request's.
rpc::Reply computed_reply(const ModelRequest& request, const ComputingFamily& family,
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

// Adds what one part of a body says of its tokens; what comes later in a stream holds.
void add_usage(const Usage& said, Usage& to) {
  const auto take = [](int from, int& into) { into = from > 0 ? from : into; };
  take(said.input_tokens, to.input_tokens);
  take(said.output_tokens, to.output_tokens);
  take(said.cache_read, to.cache_read);
  take(said.cache_written, to.cache_written);
}

// Of Converse's body, or of a stream's metadata.
Usage converse_usage(const Json& body) {
  const Json* metadata = find(body, "metadata");
  const Json* usage = find(metadata == nullptr ? body : *metadata, "usage");
  if (usage == nullptr) return {};
  return {int_or(*usage, "inputTokens", 0), int_or(*usage, "outputTokens", 0),
          int_or(*usage, "cacheReadInputTokens", 0), int_or(*usage, "cacheWriteInputTokens", 0)};
}

// Bedrock's own count, in the last chunk of a stream.
Usage metrics_usage(const Json& chunk) {
  const Json* metrics = find(chunk, "amazon-bedrock-invocationMetrics");
  if (metrics == nullptr) return {};
  return {int_or(*metrics, "inputTokenCount", 0), int_or(*metrics, "outputTokenCount", 0),
          int_or(*metrics, "cacheReadInputTokenCount", 0),
          int_or(*metrics, "cacheWriteInputTokenCount", 0)};
}

// What a scripted body says of its tokens. Where it says nothing of the input, that is counted.
Usage usage_in(const ModelRequest& request, const Json& body) {
  Usage usage;
  for (const Json& part : body.is_array() ? body : Json::array({body})) {
    if (!part.is_object()) continue;
    add_usage(
        request.operation->converse ? converse_usage(part) : request.model.family->usage_of(part),
        usage);
    add_usage(metrics_usage(part), usage);
  }
  if (usage.all_input() == 0) usage.input_tokens = input_tokens(request.converse.conversation);
  return usage;
}

// A scripted body goes out as it is. For a stream, a list is one frame an element (for Converse
// `{messageStart: {…}}` and so on), each at the time of one token; anything else is a single frame.
rpc::Reply body_reply(const ModelRequest& request, const Json& body, const script::Latency& latency,
                      const Random& random) {
  const bool list = body.is_array();
  Usage usage = usage_in(request, body);
  if (!request.operation->streams) {
    const Timeline timeline = timeline_of(latency, usage.output_tokens, random);
    return request.operation->converse ? converse_reply(body, usage, timeline)
                                       : invoke_reply(request, body, usage, timeline);
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
  return converse_stream_reply(events, usage, timeline, random);
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

JsonText with_guardrail(const Answer& answer, JsonText body) {
  if (!answer.guardrail) return body;
  Json tree = body.tree();
  add_guardrail(answer, tree);
  return tree;
}

}  // namespace

rpc::Reply said_reply(const ModelRequest& request, const Answer& answer, const Timeline& timeline,
                      const Random& random) {
  const ConversingFamily& family = *conversing(request);
  const Usage usage{answer.input_tokens, answer.output_tokens, answer.cache.read,
                    answer.cache.all_written()};
  const Occasion occasion{request.model.id, request.body, request.received, random.derive("ids")};
  if (!request.operation->converse) {
    if (!request.operation->streams) {
      return invoke_reply(request, with_guardrail(answer, family.plain(answer, occasion)), usage,
                          timeline);
    }
    Chunks chunks = family.chunks(answer, occasion);
    if (!chunks.empty()) add_guardrail(answer, chunks.back().json);
    return invoke_stream_reply(request, std::move(chunks), usage, timeline, random);
  }
  const bool wants_fields = !request.converse.field_paths.empty();
  const Json native = wants_fields ? family.plain(answer, occasion).tree() : Json();
  return request.operation->streams
             ? converse_stream_reply(converse_events(answer, request.converse, native,
                                                     timeline.last_ms(), occasion.ids),
                                     usage, timeline, random)
             : converse_reply(converse_body(answer, request.converse, native, timeline.last_ms(),
                                            occasion.ids),
                              usage, timeline);
}

namespace {

rpc::Reply composed_reply(const ModelRequest& request, const script::Answer* wanted,
                          const script::Latency& latency, const Random& random) {
  Answer answer = compose(wanted, request.converse.conversation, random);
  answer.cache = request.cache;
  answer.input_tokens = std::max(answer.input_tokens - answer.cache.all(), 0);
  if (request.guardrail) guard_output(request, answer);
  // Several choices are written at the same time.
  const int tokens = answer.output_tokens / (static_cast<int>(answer.others.size()) + 1);
  const Timeline timeline =
      answer.ready.empty() ? timeline_of(latency, tokens, random) : Timeline(answer.ready);
  rpc::Reply reply = said_reply(request, answer, timeline, random);
  if (request.guardrail && request.guardrail->answer_waits) {
    delay(reply, request.guardrail->answer_takes);
  }
  return reply;
}

}  // namespace

rpc::Reply answer_reply(const ModelRequest& request, const script::Answer* wanted,
                        const script::Latency& latency, const Random& random) {
  if (wanted != nullptr) {
    const auto* body = std::get_if<script::Body>(&wanted->content);
    if (body != nullptr) return body_reply(request, body->value, latency, random);
  }
  if (const ComputingFamily* family = request.model.family->computing()) {
    return computed_reply(request, *family, wanted, latency, random);
  }
  return composed_reply(request, wanted, latency, random);
}

}  // namespace bedlam::bedrock
