// The frames of a recorded stream: each sent again as it came (docs/record.md).
#include "emulator/aws/event_payload.h"
#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

std::optional<std::string> read_base64(const Node& node, Reader& reader) {
  const std::optional<std::string> text = read_text(node, "base64", reader.mistakes);
  auto bytes = text ? base64_decode(*text) : std::nullopt;
  if (text && !bytes) reader.mistakes.add(node.position, "this is no base64");
  return bytes;
}

// The frame's payload, from its JSON and its padding or as it is; nullopt where something is wrong.
std::optional<std::string> read_payload(const Fields& fields, const script::VerbatimFrame& frame,
                                        Reader& reader) {
  std::optional<std::size_t> padding;
  const Node* letters = fields.get("padding");
  if (letters != nullptr) {
    const auto count = read_integer(*letters, 0, "padding", reader.mistakes);
    if (!count) return std::nullopt;
    padding = static_cast<std::size_t>(*count);
    if (*padding > aws::kPaddingLetters.size()) {
      reader.mistakes.add(letters->position, "a frame has at most " +
                                                 std::to_string(aws::kPaddingLetters.size()) +
                                                 " letters of padding");
      return std::nullopt;
    }
  }
  if (const Node* json = fields.get("json")) {
    return aws::event_payload(frame.event, to_json(*json, reader.mistakes), padding);
  }
  const Node* encoded = fields.get("base64");
  const Node* payload = fields.get("payload");
  if (encoded == nullptr && payload == nullptr) return std::nullopt;
  if (letters != nullptr) {
    reader.mistakes.add(fields.key("padding"), "a payload has its padding in it",
                        "leave 'padding' out");
  }
  if (encoded != nullptr) return read_base64(*encoded, reader);
  return read_text(*payload, "payload", reader.mistakes);
}

// The headers as texts by their names, or the bytes of all.
std::optional<aws::EventStreamHeaders> read_frame_headers(const Node& node, Reader& reader) {
  // Smithy's event stream encoding: a name's length is one byte, that of a text two.
  constexpr std::size_t kMaxName = 255, kMaxValue = 65'535;
  if (node.kind == Node::Kind::kScalar) {
    const std::optional<std::string> bytes = read_base64(node, reader);
    auto headers = bytes ? aws::decode_headers(*bytes) : std::nullopt;
    if (bytes && !headers) {
      reader.mistakes.add(node.position, "these bytes are no headers of a frame");
    }
    return headers;
  }
  aws::EventStreamHeaders headers;
  for (const Member& header : read_map(node, "headers", reader.mistakes)) {
    const bool text = header.value->kind == Node::Kind::kScalar;
    if (!text || header.name.empty() || header.name.size() > kMaxName ||
        header.value->text.size() > kMaxValue) {
      reader.mistakes.add(header.position, "a frame has no such header",
                          "its name is a text of 1 to 255 bytes, its value one of up to 65,535");
      return std::nullopt;
    }
    headers.emplace_back(header.name, header.value->text);
  }
  if (aws::encode_headers(headers).size() > aws::kMaxEventStreamHeadersBytes) {
    reader.mistakes.add(node.position, "the headers of a frame have at most 128 KiB");
    return std::nullopt;
  }
  return headers;
}

bool read_frame_type(const Fields& fields, script::VerbatimFrame& frame, Reader& reader) {
  if (const Node* node = fields.get("headers")) {
    auto headers = read_frame_headers(*node, reader);
    if (!headers) return false;
    const aws::EventStreamMessage message{*std::move(headers), ""};
    frame.event = message.type();
    frame.exception = message.is_failure();
    frame.headers = message.headers;
    return true;
  }
  const Node* exception = fields.get("exception");
  const Node* name = exception != nullptr ? exception : fields.get("event");
  if (name == nullptr) return false;
  auto event = read_text(*name, exception != nullptr ? "exception" : "event", reader.mistakes);
  if (!event) return false;
  frame.event = *std::move(event);
  frame.exception = exception != nullptr;
  return true;
}

std::optional<script::VerbatimFrame> read_recorded_frame(const Node& node, Reader& reader) {
  const Fields fields(node, object("frame"), reader.mistakes);
  script::VerbatimFrame frame;
  if (!read_frame_type(fields, frame, reader)) return std::nullopt;
  if (const Node* tokens = fields.get("tokens")) {
    frame.tokens = read_integer(*tokens, 0, "tokens", reader.mistakes).value_or(0);
  }
  if (const Node* at = fields.get("at")) {
    frame.at = read_duration(*at, "at", reader.mistakes);
    if (!frame.at) return std::nullopt;
  }
  std::optional<std::string> payload = read_payload(fields, frame, reader);
  if (!payload) return std::nullopt;
  frame.payload = std::move(*payload);
  return frame;
}

}  // namespace

std::optional<std::vector<script::VerbatimFrame>> read_frames(const Node& node, Reader& reader) {
  std::vector<script::VerbatimFrame> frames;
  for (const Node* item : read_list(node, "frames", reader.mistakes)) {
    auto frame = read_recorded_frame(*item, reader);
    if (!frame) return std::nullopt;
    if (!frames.empty() && frames.back().at.has_value() != frame->at.has_value()) {
      reader.mistakes.add(item->position, "some frames have a time and some have none",
                          "write 'at' for all of them, or for none");
      return std::nullopt;
    }
    if (!frames.empty() && frame->at && *frames.back().at > *frame->at) {
      reader.mistakes.add(item->position, "the frame before this one comes later",
                          "times are since the call, and never go back");
      return std::nullopt;
    }
    frames.push_back(std::move(*frame));
  }
  if (frames.empty()) return std::nullopt;
  return frames;
}

}  // namespace bedlam::scenario
