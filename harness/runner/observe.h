// From the journal to what expectations look at.
#pragma once

#include <cstdint>
#include <string>

#include "emulator/rpc/journal.h"
#include "harness/expect/observed.h"

namespace bedlam::harness {

// The calls of the entries with ids in [first, end), without the harness's own. Attempts belong
// together by their `amz-sdk-invocation-id`. Where a caller sends none, and in a workflow, whose
// Retry makes a new call each time, a request that repeats a failed one of the same origin, byte
// for byte, is its next attempt.
Calls observe_calls(const rpc::Journal& journal, std::uint64_t first, std::uint64_t end);

// Of calls of models: how many attempts in all, and the pauses between the attempts of each call.
std::size_t count_model_attempts(const Calls& calls);
Gaps gaps_of_model_calls(const Calls& calls);

// What the journal says about rules that nearly matched: "rule throttle.yaml:4 did not match: …".
std::vector<std::string> journal_notes(const rpc::Journal& journal, std::uint64_t first,
                                       std::uint64_t end);

// The id that the journal's next entry will have.
std::uint64_t next_entry(const rpc::Journal& journal);

// The journal as JSON lines: the same seed and scenario give the same text.
std::string journal_text(const rpc::Journal& journal);

}  // namespace bedlam::harness
