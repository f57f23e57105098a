#include "harness/record/frames.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"

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

// An error that is none of the operation's (`:message-type: error`) has a code and a message in
// its headers: it is kept as the exception of that name, as which clients raise it.
ReceivedFrame received_frame(const aws::EventStreamMessage& message) {
  ReceivedFrame frame;
  frame.payload = message.payload;
  const bool error = message.text(":message-type") == "error";
  frame.exception = error || message.text(":message-type") == "exception";
  frame.event = message.text(frame.exception ? ":exception-type" : ":event-type");
  if (error) frame.event = message.text(":error-code");
  if (error && frame.payload.empty()) {
    frame.payload = to_text(Json{{"message", message.text(":error-message")}});
  }
  return frame;
}

}  // namespace

bool is_frame_stream(const PassedCall& call) {
  return call.headers.get("content-type").starts_with("application/vnd.amazon.eventstream");
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
      const aws::EventStreamMessage& got = **message;
      ReceivedFrame frame = received_frame(got);
      frame.at = part.at;
      read_frame(frame);
      frames.push_back(std::move(frame));
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
