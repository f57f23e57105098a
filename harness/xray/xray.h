// The retry X-ray: which attempts on the wire were one call of an SDK, which calls were the same
// request asked again by the application or by a workflow's Retry, and under which state. It says
// who waited, who gave up, and what was paid twice.
//
// Attempts with one `amz-sdk-invocation-id` are one call, without those numbered in a row, else
// each alone. A call is the same request again where the one before it gave nothing and had
// ended, and its bytes are the same; in a workflow where it also comes from the same state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/clock/instant.h"
#include "emulator/rpc/journal.h"

namespace bedlam::harness {

struct XrayAttempt {
  std::uint64_t entry = 0;  // of the journal
  Instant began, ended;
  int number = 1, max = 0;     // as the client counts; max 0: not said
  std::string end;             // "429 ThrottlingException", "the client left after 60 s"
  bool whole = false;          // answered, and complete
  bool left = false;           // the client did not wait for the end
  bool billed = false;         // the model worked for it
  int tokens = 0;              // of output, billed
  bool past_deadline = false;  // answered later than the client had said it would wait (`ttl`)
};

// One call of an SDK.
struct XrayCall {
  std::vector<XrayAttempt> attempts;  // never empty
  // Of a workflow's task: when its state was entered; another one where a Retry around the state
  // had it entered again.
  std::uint64_t entered_event = 0;
  Instant began() const { return attempts.front().began; }
  Instant ended() const { return attempts.back().ended; }
  bool whole() const { return attempts.back().whole; }
};

// One request, however often it was asked.
struct XrayRequest {
  std::string service, operation, resource;
  std::string execution, state;  // of a workflow's task; "" else
  std::vector<XrayCall> calls;   // never empty

  std::size_t attempts() const;
  Duration waited() const;  // between attempts, by the SDK and by who called it
  // Calls that had retried themselves and were then made again; and likewise visits of a state
  // whose own Retry had acted, and that a Retry around it began again.
  std::size_t nested() const;
  std::size_t paid_again() const;  // billed answers beyond the first
  std::size_t past_deadline() const;
};

struct Xray {
  std::vector<XrayRequest> requests;  // in the order of their first attempts

  // Over all requests.
  std::size_t attempts() const;
  Duration waited() const;
  std::size_t nested_retries() const;
  std::size_t paid_twice() const;
  std::size_t past_deadline() const;
  bool worth_showing() const;  // something was tried again
};

// Of these entries of a journal, in its order. `epoch`: the calendar's time when it began. Calls of
// Step Functions' own API and of S3 are left out.
Xray make_xray(const std::vector<const rpc::JournalEntry*>& entries, WallTime epoch);

// Several lines, each with its end. `start`: what times are counted from.
std::string xray_text(const Xray& xray, Instant start);
Json to_json(const Xray& xray, Instant start);  // times in seconds

}  // namespace bedlam::harness
