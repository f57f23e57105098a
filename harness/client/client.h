// The built-in Bedrock client: an SDK's retries, timeouts and stream reading, on the emulator's
// scheduler and through its in-memory edge, so that what it does is exact on any clock.
//
// It reads as botocore does: an attempt is tried again until the answer's headers are there
// (Converse: until its body is), never after. When and how often is the policy's, and so is the
// read timeout; its quota and its rate limiter belong to the client, over all its calls. A policy
// without a read timeout leaves a call that nothing answers to its deadline, and without one it
// never ends.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/dispatcher.h"
#include "emulator/scenario/scenario.h"
#include "harness/client/answer.h"
#include "harness/retry/quota.h"
#include "harness/retry/rate_limiter.h"

namespace bedlam::harness {

// Who the client is in the journal.
inline constexpr std::string_view kClientOrigin = "client";

struct Attempt {
  Instant started, ended;
  std::string end;                // "complete", "429 ThrottlingException", "nothing for 90 s", …
  std::optional<Duration> delay;  // chosen before the next attempt; nullopt on the last
  std::optional<Trouble> trouble{};  // why it gave nothing
};

struct CallResult {
  std::string invocation_id;  // of all its attempts
  std::string outcome;        // outcome.h
  Heard heard;
  CallError error;                // empty where nothing went wrong
  std::vector<Attempt> attempts;  // never empty
  bool quota_reached = false;     // a retry was due and the quota refused it
  Instant started, ended;
  Duration took() const { return ended - started; }
};

class Client {
 public:
  using Done = std::function<void(CallResult)>;

  // Borrows the first three. `random` makes invocation ids and jitter, each call its own.
  Client(Scheduler& scheduler, rpc::Dispatcher& dispatcher, const RetryPolicy& policy,
         Random random);

  // Makes the call; `done` hears its result once, never before this returns. `step.operation` is
  // one that find_operation() knows. The client outlives the call.
  void call(const scenario::CallStep& step, Done done);

  RetryQuota& quota() { return quota_; }

 private:
  friend class CallRun;
  Scheduler& scheduler_;
  rpc::Dispatcher& dispatcher_;
  const RetryPolicy& policy_;
  Random random_;
  std::uint64_t calls_ = 0;
  RetryQuota quota_;
  RateLimiter limiter_;
};

}  // namespace bedlam::harness
