// The answers of InvokeModel and InvokeModelWithResponseStream.
#include "emulator/bedrock/operations/replies.h"

namespace bedlam::bedrock {
namespace {

// Headers that InvokeModel echoes from the request (service model).
void echo(const rpc::Call& call, aws::Headers& headers) {
  for (const std::string_view name :
       {"X-Amzn-Bedrock-PerformanceConfig-Latency", "X-Amzn-Bedrock-Service-Tier"}) {
    if (const auto value = call.headers.find(name)) headers.add(name, *value);
  }
}

Event chunk_event(const ConversingFamily& family, Chunk chunk) {
  const std::string_view inner = family.event_of(chunk.json);
  return {"chunk", std::move(chunk.json), chunk.tokens, inner};
}

struct ChunkEvents {
  const ConversingFamily& family;
  Events& events;

  void operator()(Chunk& chunk) const { events.push_back(chunk_event(family, std::move(chunk))); }
  void operator()(Chunks::Run& run) const {
    events.add_run(
        std::move(run.pieces), run.tokens_before,
        [&family = family, make = std::move(run.make)](std::string_view text, int tokens) {
          return chunk_event(family, make(text, tokens));
        },
        run.alike == Chunks::Alike::kNo ? Events::Alike::kNo : Events::Alike::kButForTheText);
  }
};

Events chunk_events(const ConversingFamily& family, Chunks chunks) {
  Events events;
  for (Chunks::Part& part : std::move(chunks).take_parts()) {
    std::visit(ChunkEvents{family, events}, part);
  }
  return events;
}

bool reports_cache(const ModelRequest& request) {
  return conversing(request) != nullptr && conversing(request)->cache_minimum(request.model.id) > 0;
}

}  // namespace

rpc::Reply invoke_reply(const ModelRequest& request, JsonText body, Usage usage,
                        const Timeline& timeline) {
  aws::Headers headers{{"Content-Type", kJson},
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
  rpc::Reply reply =
      rpc::plain_reply(200, std::move(headers), std::move(body).text(), timeline.last());
  note_usage(usage, reply.note);
  return reply;
}

rpc::Reply invoke_stream_reply(const ModelRequest& request, Chunks chunks, Usage usage,
                               const Timeline& timeline, const Random& random) {
  constexpr const char* kMetrics = "amazon-bedrock-invocationMetrics";
  Json none;
  Json& last = chunks.empty() ? none : chunks.back().json;
  if (last.is_object() && !last.contains(kMetrics)) {
    Json& metrics = last[kMetrics];
    metrics = {{"inputTokenCount", usage.input_tokens},
               {"outputTokenCount", usage.output_tokens},
               {"invocationLatency", timeline.last_ms()},
               {"firstByteLatency", timeline.ms_of(chunks.first_tokens())}};
    if (reports_cache(request)) {
      metrics["cacheReadInputTokenCount"] = usage.cache_read;
      metrics["cacheWriteInputTokenCount"] = usage.cache_written;
    }
  }
  aws::Headers headers{{"Content-Type", aws::kEventStreamType},
                       {"X-Amzn-Bedrock-Content-Type", kJson}};
  echo(*request.call, headers);
  Events events = chunk_events(*conversing(request), std::move(chunks));
  rpc::Reply reply = stream_reply(std::move(headers), std::move(events), timeline,
                                  random.derive("padding"), usage.output_tokens, Payload::kBytes);
  note_usage(usage, reply.note);
  return reply;
}

}  // namespace bedlam::bedrock
