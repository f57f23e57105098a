// One worker of a bench: makes calls over its own connection and measures what comes. It knows the
// service as any client does, by its requests and answers; it tries nothing again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/bench/budget.h"
#include "harness/bench/sample.h"
#include "harness/client/request.h"
#include "harness/upstream/connection.h"
#include "harness/upstream/credentials.h"

namespace bedlam::harness {

// What every worker calls. Borrowed by them all; nothing in it changes while they run but the
// signer and the budget, which any thread may use.
struct Target {
  Endpoint endpoint;
  ConnectionOptions options;
  const Operation* operation = nullptr;
  scenario::CallStep call;  // model, prompt or body, max_tokens, Region
  std::uint64_t seed = 1;   // of invocation ids
  Signer* signer = nullptr;
  CostLimit* budget = nullptr;
};

// "invoke", "invoke-stream", "converse", "converse-stream" and the names of the API; nullptr for
// anything else.
const Operation* bench_operation(std::string_view name);

// The request, without its signature.
aws::HttpRequest bench_request(const Target& target, std::uint64_t number, WallTime now);

class Caller {
 public:
  // Borrows the target.
  static Result<std::unique_ptr<Caller>, std::string> open(const Target& target);

  // The `number`-th call of a stage that began at `origin`. `due`: when it was meant to be made;
  // nullopt: when it is (a closed loop). Appends the pauses between the pieces of a whole stream.
  CallSample call(std::uint64_t number, MachineTime origin, std::optional<MachineTime> due,
                  std::vector<Duration>& gaps);

  // From any thread: ends the call under way, which is called "interrupted" then.
  void stop() {
    stopped_ = true;
    connection_->stop();
  }

 private:
  Caller(const Target& target, std::unique_ptr<Connection> connection)
      : target_(target), connection_(std::move(connection)) {}

  const Target& target_;
  std::unique_ptr<Connection> connection_;
  std::atomic<bool> stopped_{false};
};

}  // namespace bedlam::harness
