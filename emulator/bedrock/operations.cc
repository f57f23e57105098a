#include "emulator/bedrock/operations.h"

#include <algorithm>
#include <array>

#include "emulator/base/base64.h"
#include "emulator/bedrock/errors.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEventStream = "application/vnd.amazon.eventstream";

constexpr std::array<Operation, 6> kOperations{{
    {"invoke", "InvokeModel", true, false, false},
    {"invoke-with-response-stream", "InvokeModelWithResponseStream", true, false, true},
    {"converse", "Converse", true, true, false},
    {"converse-stream", "ConverseStream", true, true, true},
    {"invoke-with-bidirectional-stream", "InvokeModelWithBidirectionalStream"},
    {"count-tokens", "CountTokens", true, false, false},
}};

template <typename Is>
const Operation* find_operation(Is is) {
  const auto operation = std::find_if(kOperations.begin(), kOperations.end(), is);
  return operation == kOperations.end() ? nullptr : &*operation;
}

// Headers that InvokeModel echoes from the request (service model).
void echo(const rpc::Call& call, aws::Headers& headers) {
  for (const std::string_view name :
       {"X-Amzn-Bedrock-PerformanceConfig-Latency", "X-Amzn-Bedrock-Service-Tier"}) {
    const std::string* value = call.headers.find(name);
    if (value != nullptr) headers.add(std::string(name), *value);
  }
}

const ConversingFamily* conversing(const Request& request) {
  return request.model.family->conversing();
}

bool reports_cache(const Request& request) {
  return conversing(request) != nullptr && conversing(request)->reports_cache(request.model.id);
}

// A model that computes its answer has no output tokens, and no header for them.
rpc::Reply invoke_reply(const Request& request, const Json& body, Usage usage,
                        const Timeline& timeline) {
  aws::Headers headers{{"Content-Type", std::string(kJson)},
                       {"X-Amzn-Bedrock-Invocation-Latency", std::to_string(timeline.last_ms())},
                       {"X-Amzn-Bedrock-Input-Token-Count", std::to_string(usage.input_tokens)}};
  if (conversing(request) != nullptr) {
    headers.add("X-Amzn-Bedrock-Output-Token-Count", std::to_string(usage.output_tokens));
  }
  if (reports_cache(request)) {
    headers.add("X-Amzn-Bedrock-Cache-Read-Input-Token-Count", "0");
    headers.add("X-Amzn-Bedrock-Cache-Write-Input-Token-Count", "0");
  }
  echo(*request.call, headers);
  rpc::Reply reply = rpc::plain_reply(200, std::move(headers), to_text(body), timeline.last());
  reply.note.input_tokens = usage.input_tokens;
  reply.note.output_tokens = usage.output_tokens;
  return reply;
}

// Wraps the family's chunks and adds Bedrock's own metrics to the last.
rpc::Reply invoke_stream_reply(const Request& request, std::vector<Chunk> chunks, Usage usage,
                               const Timeline& timeline, const Random& random) {
  constexpr const char* kMetrics = "amazon-bedrock-invocationMetrics";
  if (!chunks.empty() && chunks.back().json.is_object() && !chunks.back().json.contains(kMetrics)) {
    Json& metrics = chunks.back().json[kMetrics];
    metrics = {{"inputTokenCount", usage.input_tokens},
               {"outputTokenCount", usage.output_tokens},
               {"invocationLatency", timeline.last_ms()},
               {"firstByteLatency", timeline.ms_of(chunks.front().tokens)}};
    if (reports_cache(request)) {
      metrics["cacheReadInputTokenCount"] = 0;
      metrics["cacheWriteInputTokenCount"] = 0;
    }
  }
  std::vector<Event> events;
  events.reserve(chunks.size());
  for (const Chunk& chunk : chunks) {
    Json payload = Json::object();
    payload["bytes"] = base64_encode(to_text(chunk.json));
    events.push_back({"chunk", std::move(payload), chunk.tokens});
  }
  aws::Headers headers{{"Content-Type", std::string(kEventStream)},
                       {"X-Amzn-Bedrock-Content-Type", std::string(kJson)}};
  echo(*request.call, headers);
  rpc::Reply reply = stream_reply(std::move(headers), events, timeline, random.derive("padding"));
  reply.note.input_tokens = usage.input_tokens;
  reply.note.output_tokens = usage.output_tokens;
  return reply;
}

rpc::Reply converse_reply(const Json& body, const Timeline& timeline) {
  return rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}}, to_text(body),
                          timeline.last());
}

rpc::Reply converse_stream_reply(const std::vector<Event>& events, const Timeline& timeline,
                                 const Random& random) {
  return stream_reply({{"Content-Type", std::string(kEventStream)}}, events, timeline,
                      random.derive("padding"));
}

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
  const Usage usage{input_tokens(request.converse.conversation), 0};
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

}  // namespace

const Operation* operation_at(std::string_view path) {
  return find_operation([&](const Operation& operation) { return operation.path == path; });
}

const Operation* operation_named(std::string_view name) {
  return find_operation([&](const Operation& operation) { return operation.name == name; });
}

Result<Request, aws::Error> read_request(const rpc::Call& call, const Operation& operation,
                                         WallTime received) {
  if (call.body.size() > kMaxBodyBytes) return errors::body_too_long();
  const std::optional<Model> model = find_model(call.resource);
  if (!model) return errors::invalid_model_identifier();
  if (!model->reachable) return errors::profile_needed(model->id);
  const ConversingFamily* family = model->family->conversing();
  if (family == nullptr && operation.converse) return errors::converse_unsupported();
  if (family == nullptr && operation.streams) return errors::streaming_unsupported();
  Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok()) {
    return operation.converse ? errors::unparsable_request() : errors::malformed_input();
  }
  Request request{&call, &operation, *model, received, *std::move(body), {}};
  if (operation.converse) {
    auto converse = read_converse(request.body, family->traits(model->id), operation.streams);
    if (!converse.ok()) return converse.error();
    request.converse = *std::move(converse);
  } else {
    auto conversation = model->family->read(request.body, model->id);
    if (!conversation.ok()) return conversation.error();
    request.converse.conversation = *std::move(conversation);
  }
  return request;
}

rpc::Reply count_tokens_reply(const rpc::Call& call, WallTime received) {
  const std::optional<Model> model = find_model(call.resource);
  if (!model) return error_reply(errors::invalid_model_identifier());
  const ConversingFamily* family = model->family->conversing();
  // As reported in 2026, an inference profile's id is refused in the same words.
  const bool profile = !script::profile_prefix(script::bare_id(call.resource)).empty();
  if (profile || family == nullptr || !family->traits(model->id).counts_tokens) {
    return error_reply(errors::counting_unsupported());
  }
  const Result<Json, JsonError> body = parse_json(call.body);
  const Json* input = body.ok() ? find(*body, "input") : nullptr;
  if (input == nullptr) return error_reply(errors::constraint("null", "input", "not be null"));
  // The body inside, as if it had been sent to the operation that it is for.
  rpc::Call inner = call;
  const Json* converse = find(*input, "converse");
  const Json* invoke = find(*input, "invokeModel");
  const Json* encoded = invoke == nullptr ? nullptr : find(*invoke, "body");
  if (converse != nullptr) {
    inner.body = to_text(*converse);
  } else {
    const bool text = encoded != nullptr && encoded->is_string();
    auto bytes = text ? base64_decode(encoded->get_ref<const std::string&>()) : std::nullopt;
    if (!bytes) return error_reply(errors::unparsable_request());
    inner.body = *std::move(bytes);
  }
  const Operation& operation = *operation_named(converse != nullptr ? "Converse" : "InvokeModel");
  const Result<Request, aws::Error> request = read_request(inner, operation, received);
  if (!request.ok()) return error_reply(request.error());
  const int tokens = input_tokens(request->converse.conversation);
  rpc::Reply reply = rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}},
                                      to_text(Json{{"inputTokens", tokens}}));
  reply.note.input_tokens = tokens;
  reply.note.outcome = "answer";
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
  const ConversingFamily& family = *conversing(request);
  const Answer answer = compose(wanted, request.converse.conversation, random);
  const Usage usage{answer.input_tokens, answer.output_tokens};
  const Timeline timeline = timeline_of(latency, answer.output_tokens, random);
  const Occasion occasion{request.model.id, request.body, request.received, random.derive("ids")};
  if (!request.operation->converse) {
    return request.operation->streams
               ? invoke_stream_reply(request, family.chunks(answer, occasion), usage, timeline,
                                     random)
               : invoke_reply(request, family.plain(answer, occasion), usage, timeline);
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
  reply.note.input_tokens = usage.input_tokens;
  reply.note.output_tokens = usage.output_tokens;
  return reply;
}

rpc::Reply error_reply(const aws::Error& error, Duration due) {
  Json body{{"message", error.message}};
  for (const auto& [name, value] : error.members.items()) body[name] = value;
  rpc::Reply reply = rpc::plain_reply(error.http_status,
                                      {{"Content-Type", std::string(kJson)},
                                       {"x-amzn-ErrorType", errors::error_type_header(error)}},
                                      to_text(body), due);
  reply.note.outcome = error.code;
  return reply;
}

}  // namespace bedlam::bedrock
