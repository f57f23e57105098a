// Quotas of a session of speech. Opening it takes a request and, as long as it lasts, a place among
// the calls under way; each turn reserves its input tokens and the session's maxTokens, and is
// charged what its usage events say when its answer is over.
//
// How AWS counts sessions is not documented: docs/fidelity.md.
#pragma once

#include <optional>
#include <vector>

#include "emulator/bedrock/quota/admission.h"
#include "emulator/clock/scheduler.h"

namespace bedlam::bedrock {

class SessionQuota {
 public:
  // Borrows the first two; they outlive it. `asked`: without a wish.
  SessionQuota(quota::Admission& admission, Scheduler& scheduler, quota::Asked asked)
      : admission_(admission), scheduler_(scheduler), asked_(std::move(asked)) {}

  // Both give the refusal; nullopt: admitted, or the model has no quotas.
  std::optional<quota::Decision> open();
  std::optional<quota::Decision> ask_turn(int input_tokens, int max_tokens);
  // The plan of the turn that was admitted last, handed over now, with its faults.
  void begin_turn(const rpc::Reply& reply);
  // The session is over then, with all that is still being said.
  void end(Instant at);

  // What the journal says: of the session, and under `turns` of each turn.
  const Json& journal() const { return journal_; }

 private:
  // How far the model is, when.
  struct Mark {
    Instant at;
    int generated;
  };
  struct Turn {
    quota::Grant grant;
    std::size_t number = 0;
    quota::Used used;  // by the whole answer
    std::vector<Mark> marks;
    std::optional<Instant> end;  // nullopt: when its caller leaves
  };
  void settle(const Turn& turn, Instant end, const quota::Used& used);

  quota::Admission& admission_;
  Scheduler& scheduler_;
  quota::Asked asked_;
  Json journal_ = nullptr;
  std::optional<quota::Grant> session_;
  std::optional<quota::Grant> next_turn_;
  std::vector<Turn> turns_;  // those that were not over when last looked at
  Instant last_due_{};       // of all that was said so far
};

}  // namespace bedlam::bedrock
