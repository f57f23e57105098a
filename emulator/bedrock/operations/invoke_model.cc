// The answers of InvokeModel and InvokeModelWithResponseStream.
#include "emulator/base/base64.h"
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {
namespace {

// Headers that InvokeModel echoes from the request (service model).
void echo(const rpc::Call& call, aws::Headers& headers) {
  for (const std::string_view name :
       {"X-Amzn-Bedrock-PerformanceConfig-Latency", "X-Amzn-Bedrock-Service-Tier"}) {
    const std::string* value = call.headers.find(name);
    if (value != nullptr) headers.add(std::string(name), *value);
  }
}

bool reports_cache(const Request& request) {
  return conversing(request) != nullptr && conversing(request)->cache_minimum(request.model.id) > 0;
}

}  // namespace

rpc::Reply invoke_reply(const Request& request, const Json& body, Usage usage,
                        const Timeline& timeline) {
  aws::Headers headers{{"Content-Type", std::string(kJson)},
                       {"X-Amzn-Bedrock-Invocation-Latency", std::to_string(timeline.last_ms())},
                       {"X-Amzn-Bedrock-Input-Token-Count", std::to_string(usage.input_tokens)}};
  if (conversing(request) != nullptr) {
    headers.add("X-Amzn-Bedrock-Output-Token-Count", std::to_string(usage.output_tokens));
  }
  if (reports_cache(request)) {
    headers.add("X-Amzn-Bedrock-Cache-Read-Input-Token-Count", std::to_string(usage.cache_read));
    headers.add("X-Amzn-Bedrock-Cache-Write-Input-Token-Count",
                std::to_string(usage.cache_written));
  }
  echo(*request.call, headers);
  rpc::Reply reply = rpc::plain_reply(200, std::move(headers), to_text(body), timeline.last());
  note_usage(usage, reply.note);
  return reply;
}

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
      metrics["cacheReadInputTokenCount"] = usage.cache_read;
      metrics["cacheWriteInputTokenCount"] = usage.cache_written;
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
  rpc::Reply reply = stream_reply(std::move(headers), events, timeline, random.derive("padding"),
                                  usage.output_tokens);
  note_usage(usage, reply.note);
  return reply;
}

}  // namespace bedlam::bedrock
