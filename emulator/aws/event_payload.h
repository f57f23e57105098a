// The payloads of Bedrock's frames: an event's JSON, or in a `chunk` the model's own as base64, and
// beside it padding, which hides how long a token is (facts: bedrock-runtime.md section 2.1).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/json.h"

namespace bedlam::aws {

// The member `p` is a prefix of this.
inline constexpr std::string_view kPaddingLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
// The event whose payload wraps a model's own JSON.
inline constexpr std::string_view kChunkEvent = "chunk";

// The object with `p` in its alphabetical place, unless it has one of its own; what is no object
// stays as it is.
Json with_padding(const Json& payload, std::string_view padding);

// The bytes of a frame's payload, from its JSON (of a chunk the model's) and the length of its
// padding, at most that of kPaddingLetters; nullopt: it has none.
std::string event_payload(std::string_view event, const Json& json,
                          std::optional<std::size_t> padding);

// The same, read; nullopt where event_payload() would not write these very bytes.
struct EventPayload {
  Json json;
  std::optional<std::size_t> padding;
};
std::optional<EventPayload> read_event_payload(std::string_view event, std::string_view payload);

}  // namespace bedlam::aws
