// JSON that travels through an execution: made once, then shared by states, events and branches.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "emulator/base/json.h"

namespace bedlam::states {

using bedlam::to_text;  // of JSON: beside this namespace's own for enumerations, which would hide
                        // it

// Input and output of tasks, states and executions: 262,144 bytes of UTF-8 (Step Functions quotas).
inline constexpr std::size_t kMaxPayloadBytes = 262'144;

struct PayloadValue {
  Json json;
  std::string sent;  // the text as the caller sent it, which AWS repeats as it is; "": made here
};
using Payload = std::shared_ptr<const PayloadValue>;

Payload make_payload(Json json, std::string sent = {});

// JSON text: as sent, else compact.
std::string text_of(const PayloadValue& payload);

// Whether the compact text would be longer than kMaxPayloadBytes; builds no text.
bool is_too_large(const Json& json);

// What one Assign may hold, and all variables of an execution together (Step Functions quotas,
// "Maximum size of variables").
inline constexpr std::size_t kMaxAssignBytes = 262'144;
inline constexpr std::size_t kMaxVariableBytes = std::size_t{10} * 1024 * 1024;

}  // namespace bedlam::states
