// A run as one JSON document: what `--json` writes, what the page is made of, what the live view
// asks for.
#pragma once

#include "emulator/base/json.h"
#include "harness/runner/result.h"

namespace bedlam::harness {

// The form's number, which grows when a reader of an older one would go wrong.
inline constexpr int kDocumentVersion = 1;

// {"file", "status", "seed", "clock", "took", "steps": […], "money", …}, and the evidence
// (evidence.h) where the result has it.
Json document_of(const ScenarioResult& result);

// {"bedlam": version, "form": 1, "totals": {…}, "scenarios": […]}.
Json document_of(const Json& scenarios);

}  // namespace bedlam::harness
