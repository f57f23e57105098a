// From the journal to what expectations look at.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "emulator/rpc/journal.h"
#include "emulator/scenario/scenario.h"
#include "harness/expect/observed.h"
#include "harness/retry/asl.h"
#include "harness/xray/xray.h"

namespace bedlam::harness {

// The attempts of one call, in order.
using Attempts = std::vector<const rpc::JournalEntry*>;

// The calls of the entries with ids in [first, end), without the harness's own; observe_calls()
// says what belongs together.
std::vector<Attempts> group_attempts(const rpc::Journal& journal, std::uint64_t first,
                                     std::uint64_t end);

// What the journal does not say and calls are judged by.
class Background {
 public:
  // `epoch`: the calendar's time when the emulator started.
  Background(WallTime epoch, const std::vector<scenario::Workflow>& workflows);
  WallTime epoch() const { return epoch_; }
  WallTime wall(Instant instant) const { return epoch_ + instant.time_since_epoch(); }
  // The Retry of a workflow's state; nullptr: it has none, or there is no such state.
  const AslRetries* retries_of(const std::string& workflow, const std::string& state) const;

 private:
  WallTime epoch_;
  std::map<std::string, Json> workflows_;
  mutable std::map<std::pair<std::string, std::string>, std::optional<AslRetries>> retries_;
};

// The calls of the entries with ids in [first, end), without the harness's own. Attempts belong
// together by their `amz-sdk-invocation-id`. Where a caller sends none, and in a workflow, whose
// Retry makes a new call each time, a request that repeats a failed one of the same origin, byte
// for byte, is its next attempt; where the caller counts its attempts, by their numbers.
Calls observe_calls(const rpc::Journal& journal, std::uint64_t first, std::uint64_t end,
                    const Background& background);

// The X-ray of the entries with ids in [first, end), without the harness's own.
Xray observe_xray(const rpc::Journal& journal, std::uint64_t first, std::uint64_t end,
                  const Background& background);
// What can be expected of it: waited, nested_retries, paid_twice and past_deadline.
void add_xray(const Xray& xray, Observed& observed);
// What of the answers of models was sent, by the X-ray's requests.
std::vector<std::vector<SentAnswer>> sent_answers(const Xray& xray, rpc::Journal& journal);

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
