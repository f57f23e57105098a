// Applies a scenario's guardrail to texts and writes what AWS says of it (service model
// bedrock-runtime 2023-09-30, GuardrailAssessment and ApplyGuardrailResponse; Bedrock user guide,
// guardrails-use-independent-api).
//
// Differs from AWS: pictures are passed; automated reasoning has no policy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/bedrock/conversation/conversation.h"
#include "emulator/script/guardrail.h"

namespace bedlam::bedrock {

struct Assessment {
  bool blocked = false, masked = false;
  std::vector<std::string> outputs;  // the blocked message, or the masked texts; else none
  Json policies;                     // GuardrailAssessment, with its metrics
  Json usage, coverage;

  bool intervened() const { return blocked || masked; }
  std::string reason() const;  // "Guardrail blocked."
};

// Whether it can be one at all: an id, or an ARN that ends with one.
bool is_guardrail_id(std::string_view identifier);

// `source`: INPUT or OUTPUT. `full`: what was looked for and not found is told too.
Assessment assess(const script::Guardrail& guardrail, std::string_view source,
                  const std::vector<GuardedText>& texts, bool full, Duration latency);

}  // namespace bedlam::bedrock
