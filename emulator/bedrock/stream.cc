#include "emulator/bedrock/stream.h"

#include <algorithm>

#include "emulator/aws/event_stream.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kPadding =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::size_t kShortestPadding = 2, kLongestPadding = 61;  // seen in recordings of 2025

std::int64_t rounded_ms(Duration duration) {
  return std::chrono::round<std::chrono::milliseconds>(duration).count();
}

}  // namespace

Duration Timeline::of(int tokens) const {
  const int index = std::clamp(tokens, 1, static_cast<int>(ready_.size())) - 1;
  return ready_[static_cast<std::size_t>(index)];
}

std::int64_t Timeline::ms_of(int tokens) const {
  return rounded_ms(of(tokens));
}
std::int64_t Timeline::last_ms() const {
  return rounded_ms(last());
}

Json with_padding(const Json& payload, Random& random) {
  const std::size_t length =
      kShortestPadding + random.below(kLongestPadding - kShortestPadding + 1);
  const Json padding(kPadding.substr(0, length));
  if (!payload.is_object() || payload.contains("p")) return payload;
  Json padded = Json::object();
  bool placed = false;
  for (const auto& [name, value] : payload.items()) {
    if (!placed && name > "p") {
      padded["p"] = padding;
      placed = true;
    }
    padded[name] = value;
  }
  if (!placed) padded["p"] = padding;
  return padded;
}

rpc::Reply stream_reply(aws::Headers headers, const std::vector<Event>& events,
                        const Timeline& timeline, Random padding, int output_tokens) {
  rpc::Reply reply;
  reply.steps.reserve(events.size() + 2);
  const Duration first = events.empty() ? timeline.first() : timeline.of(events.front().tokens);
  reply.steps.push_back({first, rpc::Head{200, std::move(headers)}});
  const std::int64_t all = events.empty() ? 0 : events.back().tokens;
  const auto generated = [&](const Event& event) {
    if (all == 0) return &event == &events.back() ? output_tokens : 0;
    return static_cast<int>(std::int64_t{output_tokens} * event.tokens / all);
  };
  int index = 0;
  for (const Event& event : events) {
    std::string frame =
        aws::encode_event(event.name, to_text(with_padding(event.payload, padding)));
    reply.steps.push_back(
        {timeline.of(event.tokens),
         rpc::Bytes{std::move(frame),
                    rpc::FrameLabel{index++, event.name, event.tokens, generated(event)}}});
  }
  reply.steps.push_back({reply.steps.back().due, rpc::End{}});
  return reply;
}

}  // namespace bedlam::bedrock
