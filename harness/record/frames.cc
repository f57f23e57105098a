#include "harness/record/frames.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "emulator/base/base64.h"
#include "harness/record/yaml_text.h"

namespace bedlam::harness {
namespace {

// Members of frames that carry pieces of the answer: text, reasoning, a tool's input (facts:
// model-families.md).
constexpr std::array<std::string_view, 11> kTextMembers{
    "text",       "input",      "partial_json", "thinking",  "generation",       "content",
    "outputText", "completion", "reasoning",    "arguments", "reasoning_content"};

void add_texts(Json& value, std::vector<std::string*>& texts) {
  if (!value.is_structured()) return;
  for (auto& [name, member] : value.items()) {
    const bool text =
        std::find(kTextMembers.begin(), kTextMembers.end(), name) != kTextMembers.end();
    if (text && member.is_string()) {
      texts.push_back(&member.get_ref<std::string&>());
    } else {
      add_texts(member, texts);
    }
  }
}

// What stands as base64 in a chunk's payload, where that is JSON.
std::optional<Json> json_inside(const Json& payload) {
  const Json* bytes = find(payload, "bytes");
  if (bytes == nullptr || !bytes->is_string()) return std::nullopt;
  const auto decoded = base64_decode(bytes->get_ref<const std::string&>());
  if (!decoded) return std::nullopt;
  auto json = parse_json(*decoded);
  if (!json.ok()) return std::nullopt;
  return *std::move(json);
}

void read_frame(ReceivedFrame& frame) {
  if (auto read = aws::read_event_payload(frame.event, frame.payload)) {
    frame.json = std::move(read->json);
    frame.padding = read->padding;
    frame.exact = true;
    return;
  }
  auto payload = parse_json(frame.payload);
  if (!payload.ok()) return;
  if (auto json = json_inside(*payload)) {
    frame.json = *std::move(json);
    frame.inside = true;
  } else {
    frame.json = *std::move(payload);
  }
}

ReceivedFrame received_frame(const aws::EventStreamMessage& message) {
  ReceivedFrame frame;
  frame.payload = message.payload;
  frame.exception = message.is_failure();
  frame.event = message.type();
  const std::string usual = frame.exception ? aws::encode_exception(frame.event, frame.payload)
                                            : aws::encode_event(frame.event, frame.payload);
  if (!is_utf8(frame.event) || aws::encode(message) != usual) frame.headers = message.headers;
  read_frame(frame);
  return frame;
}

}  // namespace

bool is_frame_stream(const PassedCall& call) {
  return call.headers.get("content-type").starts_with(aws::kEventStreamType);
}

std::vector<ReceivedFrame> frames_of(const PassedCall& call, bool& whole) {
  std::vector<ReceivedFrame> frames;
  aws::EventStreamDecoder decoder;
  whole = call.whole;
  for (const ReceivedBytes& part : call.body) {
    decoder.feed(part.bytes);
    for (;;) {
      auto message = decoder.next();
      if (!message.ok()) {
        whole = false;
        return frames;
      }
      if (!message->has_value()) break;
      frames.push_back(received_frame(**message));
      frames.back().at = part.at;
    }
  }
  if (decoder.finish().has_value()) whole = false;
  return frames;
}

std::vector<std::string*> texts_of(Json& json) {
  std::vector<std::string*> texts;
  add_texts(json, texts);
  return texts;
}

std::string payload_with(const ReceivedFrame& frame, const Json& json) {
  if (frame.exact) return aws::event_payload(frame.event, json, frame.padding);
  if (!frame.inside) return to_text(json);
  auto payload = parse_json(frame.payload);
  (*payload)["bytes"] = base64_encode(to_text(json));
  return to_text(*payload);
}

}  // namespace bedlam::harness
