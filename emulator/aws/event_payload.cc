#include "emulator/aws/event_payload.h"

#include "emulator/base/base64.h"

namespace bedlam::aws {
namespace {

constexpr const char* kPadding = "p";
constexpr const char* kBytes = "bytes";

// The length of the padding that the payload has; nullopt where that is none of ours.
std::optional<std::size_t> padding_of(const Json& payload) {
  const Json* padding = find(payload, kPadding);
  if (padding == nullptr || !padding->is_string()) return std::nullopt;
  const auto& letters = padding->get_ref<const std::string&>();
  if (!kPaddingLetters.starts_with(letters)) return std::nullopt;
  return letters.size();
}

}  // namespace

Json with_padding(const Json& payload, std::string_view padding) {
  if (!payload.is_object() || payload.contains(kPadding)) return payload;
  Json padded = Json::object();
  bool placed = false;
  for (const auto& [name, value] : payload.items()) {
    if (!placed && name > kPadding) {
      padded[kPadding] = padding;
      placed = true;
    }
    padded[name] = value;
  }
  if (!placed) padded[kPadding] = padding;
  return padded;
}

std::string event_payload(std::string_view event, const Json& json,
                          std::optional<std::size_t> padding) {
  const Json payload = event == kChunkEvent ? Json{{kBytes, base64_encode(to_text(json))}} : json;
  return to_text(padding ? with_padding(payload, kPaddingLetters.substr(0, *padding)) : payload);
}

std::optional<EventPayload> read_event_payload(std::string_view event, std::string_view payload) {
  const Result<Json, JsonError> parsed = parse_json(payload);
  if (!parsed.ok() || !parsed->is_object()) return std::nullopt;
  EventPayload read{*parsed, padding_of(*parsed)};
  if (read.padding) read.json.erase(kPadding);
  if (event == kChunkEvent) {
    const Json* bytes = find(read.json, kBytes);
    if (bytes == nullptr || !bytes->is_string()) return std::nullopt;
    const auto inner = base64_decode(bytes->get_ref<const std::string&>());
    if (!inner) return std::nullopt;
    Result<Json, JsonError> json = parse_json(*inner);
    if (!json.ok()) return std::nullopt;
    read.json = *std::move(json);
  }
  if (event_payload(event, read.json, read.padding) != payload) return std::nullopt;
  return read;
}

}  // namespace bedlam::aws
