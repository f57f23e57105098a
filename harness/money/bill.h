// What calls, executions and functions would have cost, and how much of it bought nothing.
//
// A model that answered is paid for its whole answer, whatever became of the reply on its way and
// whether or not the caller still listened: nothing in the protocol cancels a call. Errors and
// throttles cost nothing. Not documented by AWS: docs/fidelity.md, "Prices".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "emulator/app/emulator.h"
#include "emulator/rpc/journal.h"
#include "harness/expect/observed.h"
#include "harness/money/money.h"
#include "harness/money/prices.h"

namespace bedlam::harness {

// One attempt that cost something, or a kind of things that did.
struct Charge {
  enum class Waste {
    kNone,
    kAbandoned,   // the answer did not reach its caller whole
    kDuplicated,  // another attempt of the same call was paid too, and is the one that counted
  };
  std::uint64_t entry = 0;  // in the journal; 0: none
  std::string what;         // "anthropic.claude-3-haiku-20240307-v1:0", "advert (512 MB)"
  int input_tokens = 0, output_tokens = 0;
  int cache_read_tokens = 0, cache_written_tokens = 0;  // of the input
  Money cost;
  Waste waste = Waste::kNone;
};

struct Bill {
  std::vector<Charge> calls;  // of models, in the journal's order
  Money models, states, functions;
  std::int64_t input_tokens = 0, output_tokens = 0;
  std::int64_t cache_read_tokens = 0, cache_written_tokens = 0;
  std::int64_t wasted_tokens = 0;
  Money wasted;

  std::uint64_t transitions = 0;  // of Standard workflows
  std::uint64_t express_requests = 0;
  Duration express_time{};  // as billed
  std::uint64_t invocations = 0;
  Duration function_time{}, function_waited{};  // and how much of it passed in calls of others

  std::vector<std::string> unpriced;  // models that the prices do not name, each once

  Money total() const { return models + states + functions; }
  Bill& operator+=(const Bill& more);
};

struct BilledWindow {
  std::uint64_t first_entry = 1, end_entry = 0;          // of the journal
  std::uint64_t first_execution = 1, end_execution = 0;  // by their numbers
};

// A function of Lambda, by its name's pattern, as the scenario declares it.
struct FunctionSize {
  std::string pattern;
  int memory_mb = 128;
};

// Whether a model worked for the call, and for how much output it is paid.
bool is_billed_answer(const rpc::JournalEntry& entry);
int billed_output_tokens(const rpc::JournalEntry& entry);

Bill bill_of(const app::Emulator& emulator, const BilledWindow& window, const Prices& prices,
             const std::vector<FunctionSize>& functions);

// Adds to the calls of the entries with ids in [first, end), as observe_calls() has them, what each
// cost.
void price_calls(Calls& calls, const rpc::Journal& journal, std::uint64_t first, std::uint64_t end,
                 const Bill& bill);

// A stretch of time in a function of that memory, in which the window's calls were made: what it
// adds to their bill.
void add_function_time(Bill& bill, const rpc::Journal& journal, const BilledWindow& window,
                       Instant start, Duration took, int memory_mb, const Prices& prices);

// "cost: models 0.0225 USD (1,500 tokens in, 900 out), …": lines for people.
std::vector<std::string> bill_notes(const Bill& bill);

Json to_json(const Bill& bill);

}  // namespace bedlam::harness
