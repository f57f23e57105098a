#include "emulator/bedrock/operations/converse_body.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kIdLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kIdLength = 22;  // "tooluse_tggNKJbGSrm48inRqf3Rvw"

std::string tool_use_id(Random& ids) {
  return "tooluse_" + ids.text(kIdLetters, kIdLength);
}

// What the request's paths find in the model's own answer, under the same paths; null for nothing.
Json additional_fields(const ConverseRequest& request, const Json& native) {
  Json fields;
  for (const std::string& path : request.field_paths) {
    const Json::json_pointer pointer(path);
    if (native.contains(pointer)) fields[pointer] = native.at(pointer);
  }
  return fields;
}

// Cached tokens go by two names each, as recorded, and count in the total.
Json usage_of(const Answer& answer) {
  Json usage = Json::object();
  if (answer.cache.asked) {
    usage = {{"cacheReadInputTokenCount", answer.cache.read},
             {"cacheReadInputTokens", answer.cache.read},
             {"cacheWriteInputTokenCount", answer.cache.all_written()},
             {"cacheWriteInputTokens", answer.cache.all_written()}};
  }
  usage["inputTokens"] = answer.input_tokens;
  usage["outputTokens"] = answer.output_tokens;
  usage["totalTokens"] = answer.input_tokens + answer.cache.all() + answer.output_tokens;
  return usage;
}

// Reasons of Anthropic's Messages that Converse has no word for; which it takes is unverified.
std::string stop_reason_of(const Answer& answer) {
  if (answer.stop_reason == "refusal") return "content_filtered";
  return answer.stop_reason == "pause_turn" ? "end_turn" : answer.stop_reason;
}

Json trace_of(const Answer& answer) {
  if (!answer.guardrail || answer.guardrail->trace.is_null()) return {};
  return {{"guardrail", answer.guardrail->trace}};
}

void add_if_given(Json& to, const char* name, const Json& value) {
  if (!value.is_null()) to[name] = value;
}

struct ConverseBlock {
  Random& ids;

  Json operator()(const TextBlock& block) const { return object_of("text", block.pieces.text()); }
  Json operator()(const ToolUseBlock& block) const {
    const Json tool_use{
        {"input", block.input}, {"name", block.name}, {"toolUseId", tool_use_id(ids)}};
    return {{"toolUse", tool_use}};
  }
  Json operator()(const ReasoningBlock& block) const {
    Json content = Json::object();
    if (!block.redacted.empty()) {
      content["reasoningContent"]["redactedContent"] = block.redacted;
      return content;
    }
    Json text = Json::object();
    if (!block.signature.empty()) text["signature"] = block.signature;
    text["text"] = block.pieces.text();
    content["reasoningContent"]["reasoningText"] = std::move(text);
    return content;
  }
};

// Text blocks have no start event on the real wire, tool uses have one.
struct StreamedBlock {
  int index;
  Random& ids;
  Events& events;
  int& tokens;

  void operator()(const TextBlock& block) const {
    deltas(block.pieces, [](std::string_view text) -> Json { return object_of("text", text); });
    stop();
  }
  void operator()(const ToolUseBlock& block) const {
    const Json tool_use{{"name", block.name}, {"toolUseId", tool_use_id(ids)}};
    const Json start{{"toolUse", tool_use}};
    events.push_back(
        {"contentBlockStart", {{"contentBlockIndex", index}, {"start", start}}, tokens});
    deltas(block.pieces, [](std::string_view text) -> Json {
      const Json input{{"input", text}};
      return {{"toolUse", input}};
    });
    stop();
  }
  void operator()(const ReasoningBlock& block) const {
    deltas(block.pieces, [](std::string_view text) -> Json {
      const Json reasoning{{"text", text}};
      return {{"reasoningContent", reasoning}};
    });
    if (!block.redacted.empty()) {
      const Json redacted{{"redactedContent", block.redacted}};
      delta({{"reasoningContent", redacted}});
    }
    if (!block.signature.empty()) {
      const Json signature{{"signature", block.signature}};
      delta({{"reasoningContent", signature}});
    }
    stop();
  }

 private:
  static Event delta_event(int index, const Json& delta) {
    return {"contentBlockDelta", object_of("contentBlockIndex", index, "delta", delta)};
  }
  void delta(const Json& delta) const {
    events.push_back(delta_event(index, delta));
    events.back().tokens = tokens;
  }
  // `write`: the delta of a piece.
  void deltas(const Pieces& pieces, Json (*write)(std::string_view text)) const {
    events.add_run(pieces, tokens, [index = index, write](std::string_view text, int /*tokens*/) {
      return delta_event(index, write(text));
    });
    tokens += pieces.tokens();
  }
  void stop() const {
    Json payload = Json::object();
    payload["contentBlockIndex"] = index;
    events.push_back({"contentBlockStop", std::move(payload), tokens});
  }
};

}  // namespace

Json converse_body(const Answer& answer, const ConverseRequest& request, const Json& native,
                   std::int64_t latency_ms, Random ids) {
  Json message = Json::object();
  message["content"] = Json::array();
  for (const Block& block : answer.blocks) {
    message["content"].push_back(std::visit(ConverseBlock{ids}, block));
  }
  message["role"] = "assistant";

  Json body = Json::object();
  add_if_given(body, "additionalModelResponseFields", additional_fields(request, native));
  body["metrics"]["latencyMs"] = latency_ms;
  body["output"]["message"] = std::move(message);
  add_if_given(body, "performanceConfig", request.performance_config);
  add_if_given(body, "serviceTier", request.service_tier);
  body["stopReason"] = stop_reason_of(answer);
  add_if_given(body, "trace", trace_of(answer));
  body["usage"] = usage_of(answer);
  return body;
}

Events converse_events(const Answer& answer, const ConverseRequest& request, const Json& native,
                       std::int64_t latency_ms, Random ids) {
  Events events;
  Json start = Json::object();
  start["role"] = "assistant";
  events.push_back({"messageStart", std::move(start), 0});
  int tokens = 0, index = 0;
  for (const Block& block : answer.blocks) {
    std::visit(StreamedBlock{index++, ids, events, tokens}, block);
  }
  Json stop = Json::object();
  add_if_given(stop, "additionalModelResponseFields", additional_fields(request, native));
  stop["stopReason"] = stop_reason_of(answer);
  events.push_back({"messageStop", std::move(stop), tokens});

  Json metadata = Json::object();
  metadata["metrics"]["latencyMs"] = latency_ms;
  add_if_given(metadata, "performanceConfig", request.performance_config);
  add_if_given(metadata, "serviceTier", request.service_tier);
  add_if_given(metadata, "trace", trace_of(answer));
  metadata["usage"] = usage_of(answer);
  events.push_back({"metadata", std::move(metadata), tokens});
  return events;
}

}  // namespace bedlam::bedrock
