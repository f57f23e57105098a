// What a recorded model answers: bodies and streams as they came (docs/record.md).
#include <algorithm>
#include <array>

#include "emulator/aws/event_payload.h"
#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

constexpr int kLeastStatus = 100, kMostStatus = 599;  // RFC 9110 section 15

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
  const Node* payload = fields.get("payload");
  if (payload == nullptr) return std::nullopt;
  if (letters != nullptr) {
    reader.mistakes.add(fields.key("padding"), "a payload has its padding in it",
                        "leave 'padding' out");
  }
  return read_text(*payload, "payload", reader.mistakes);
}

std::optional<script::VerbatimFrame> read_recorded_frame(const Node& node, Reader& reader) {
  const Fields fields(node, object("frame"), reader.mistakes);
  script::VerbatimFrame frame;
  const Node* exception = fields.get("exception");
  const Node* name = exception != nullptr ? exception : fields.get("event");
  if (name == nullptr) return std::nullopt;
  const auto event =
      read_text(*name, exception != nullptr ? "exception" : "event", reader.mistakes);
  if (!event) return std::nullopt;
  frame.event = *event;
  frame.exception = exception != nullptr;
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

int read_status(const Node& node, Reader& reader) {
  const int status = read_integer(node, kLeastStatus, "status", reader.mistakes).value_or(200);
  if (status > kMostStatus) {
    reader.mistakes.add(node.position, "HTTP has no status " + std::to_string(status),
                        "it is a number from 100 to 599");
  }
  return status;
}

// The content, which alone decides what kind of answer it is; false where there is none.
bool read_content(const Fields& fields, script::Verbatim& verbatim, Reader& reader) {
  if (const Node* body = fields.get("body")) {
    const std::optional<Json> json = read_json_object(*body, "body", reader);
    if (json) verbatim.body = to_text(*json);
    return json.has_value();
  }
  if (const Node* raw = fields.get("raw")) {
    std::optional<std::string> text = read_text(*raw, "raw", reader.mistakes);
    if (text) verbatim.body = std::move(*text);
    return text.has_value();
  }
  if (const Node* name = fields.get("file")) {
    std::optional<FileText> file = read_named_file(*name, "file", reader);
    if (file) verbatim.body = std::move(file->text);
    return file.has_value();
  }
  if (const Node* list = fields.get("frames")) {
    auto frames = read_frames(*list, reader);
    if (frames) verbatim.frames = std::move(*frames);
    return frames.has_value();
  }
  reader.mistakes.add(fields.node().position, "a recorded model answers only what was recorded",
                      "that is body, raw, file or frames, or an error");
  return false;
}

}  // namespace

bool is_of_recordings(const Fields& answer) {
  constexpr std::array<std::string_view, 4> kFields{"raw", "frames", "status", "headers"};
  return std::any_of(kFields.begin(), kFields.end(),
                     [&](std::string_view name) { return answer.get(name) != nullptr; });
}

std::optional<script::Answer> read_verbatim(const Fields& answer, Reader& reader) {
  if (!reader.recorded) {
    reader.mistakes.add(answer.node().position,
                        "only a recorded model answers with raw, frames, status or headers",
                        "write recorded: true beside the model's replies");
    return std::nullopt;
  }
  script::Verbatim verbatim;
  if (const Node* status = answer.get("status")) verbatim.status = read_status(*status, reader);
  if (const Node* headers = answer.get("headers")) {
    verbatim.headers = read_reply_headers(*headers, reader);
  }
  if (!read_content(answer, verbatim, reader)) return std::nullopt;
  return script::Answer{std::move(verbatim), ""};
}

void check_recorded_model(const Fields& model, Reader& reader) {
  for (const std::string_view name : {"quota", "regions", "tokens", "chunks"}) {
    if (model.get(name) == nullptr) continue;
    reader.mistakes.add(model.key(name),
                        "'" + std::string(name) + "' means nothing to a recorded model",
                        "what it answers was recorded, throttles too");
  }
}

}  // namespace bedlam::scenario
