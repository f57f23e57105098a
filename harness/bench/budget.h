// What a run may spend: each call is counted at its worst before it is made, and at what its answer
// says it took once that is known. So calls under way never pass the limit together.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "harness/bench/sample.h"
#include "harness/money/money.h"
#include "harness/money/prices.h"

namespace bedlam::harness {

// Tokens of one call at most: those of the prompt, and all that it may answer.
struct WorstCall {
  int input_tokens = 0, output_tokens = 0;
};
// A token is at least a byte of the request; what a model's template adds is kTemplateTokens.
inline constexpr int kTemplateTokens = 100;
WorstCall worst_call(std::size_t body_bytes, int max_tokens);

Money price_of_tokens(const ModelPrice& price, int input_tokens, int output_tokens);

class Budget {
 public:
  // `price` of the model, borrowed; nullptr where nobody knows it: then everything is free, and the
  // limit of no use. Without a limit it only adds up.
  Budget(const ModelPrice* price, WorstCall worst, std::optional<Money> limit);

  // False: this call might pass the limit. Any thread.
  bool reserve();
  // What became of a call that was reserved. An error answer is free; an answer that did not come
  // whole is paid at its worst, because nobody says what it took.
  void settle(const CallSample& sample, bool refused);

  Money worst() const { return worst_cost_; }
  // Of what is settled.
  Money spent() const;
  std::optional<Money> limit() const { return limit_; }
  bool priced() const { return price_ != nullptr; }

 private:
  const ModelPrice* price_;
  WorstCall worst_;
  Money worst_cost_;
  std::optional<Money> limit_;
  mutable std::mutex mutex_;
  Money spent_, reserved_;  // guarded by mutex_
};

}  // namespace bedlam::harness
