#include "harness/bench/budget.h"

#include <algorithm>
#include <limits>

namespace bedlam::harness {

WorstCall worst_call(std::size_t body_bytes, int max_tokens) {
  const auto most = static_cast<std::size_t>(std::numeric_limits<int>::max() - kTemplateTokens);
  return {static_cast<int>(std::min(body_bytes, most)) + kTemplateTokens, max_tokens};
}

Money price_of_tokens(const ModelPrice& price, int input_tokens, int output_tokens) {
  constexpr double kThousand = 1000;
  return price_of(input_tokens, price.input, kThousand) +
         price_of(output_tokens, price.output, kThousand) +
         price_of(price.image > 0 ? 1 : 0, price.image);
}

Budget::Budget(const ModelPrice* price, WorstCall worst, std::optional<Money> limit)
    : price_(price), worst_(worst), limit_(limit) {
  if (price_ != nullptr) {
    worst_cost_ = price_of_tokens(*price_, worst_.input_tokens, worst_.output_tokens);
  }
}

bool Budget::reserve() {
  const std::lock_guard lock(mutex_);
  if (limit_ && spent_ + reserved_ + worst_cost_ > *limit_) return false;
  reserved_ += worst_cost_;
  return true;
}

void Budget::settle(const CallSample& sample, bool refused) {
  const std::lock_guard lock(mutex_);
  reserved_ += Money{-worst_cost_.picos};
  if (price_ == nullptr || refused) return;
  if (!sample.complete() && !sample.output_tokens) {
    spent_ += worst_cost_;
    return;
  }
  spent_ += price_of_tokens(*price_, sample.input_tokens.value_or(worst_.input_tokens),
                            sample.output_tokens.value_or(worst_.output_tokens));
}

Money Budget::spent() const {
  const std::lock_guard lock(mutex_);
  return spent_;
}

}  // namespace bedlam::harness
