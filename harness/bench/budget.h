// What a run may spend: each call is counted at its worst before it is made, and at what its answer
// says it took once that is known. So calls under way never pass the limit together.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "harness/bench/sample.h"
#include "harness/money/money.h"
#include "harness/money/prices.h"

namespace bedlam::harness {

// One call at most: the tokens of the prompt, all that it may answer, and how many pictures.
struct WorstCall {
  int input_tokens = 0, output_tokens = 0, pictures = 1;
};
// A token is at least a byte of the request; what a model's template adds is kTemplateTokens.
// `answers`: how many the body asks for (estimate.h, answers_in).
inline constexpr int kTemplateTokens = 100;
WorstCall worst_call(std::size_t body_bytes, int max_tokens, int answers = 1);

class CostLimit {
 public:
  // `price` of the model, borrowed; nullptr where nobody knows it: then everything is free, and the
  // limit of no use. Without a limit it only adds up.
  CostLimit(const ModelPrice* price, WorstCall worst, std::optional<Money> limit);

  // False: this call at its worst might pass the limit, with what is settled and calls under way at
  // their worst. With `wait` it waits for those, and false is the last word. Any thread.
  bool reserve(bool wait);
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
  std::condition_variable settled_;
  Money spent_, reserved_;  // guarded by mutex_
};

}  // namespace bedlam::harness
