// What a recorded model answers: bodies and streams as they came (docs/record.md).
#include <algorithm>
#include <array>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

constexpr int kLeastStatus = 100, kMostStatus = 599;  // RFC 9110 section 15

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
