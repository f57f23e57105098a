#include "harness/bench/budget.h"

#include <algorithm>
#include <limits>

namespace bedlam::harness {

namespace {

constexpr std::int64_t kMostTokens = std::numeric_limits<int>::max();

// All of the input may be written to the prompt cache, where that is dearer.
Money price_at_worst(const ModelPrice& price, const WorstCall& worst) {
  const Money plain =
      price_of_answer(price, {worst.input_tokens, worst.output_tokens, 0, 0}, worst.pictures);
  const Money cached =
      price_of_answer(price, {0, worst.output_tokens, 0, worst.input_tokens}, worst.pictures);
  return std::max(plain, cached);
}

}  // namespace

WorstCall worst_call(std::size_t body_bytes, int max_tokens, int answers) {
  const auto most = static_cast<std::size_t>(kMostTokens - kTemplateTokens);
  const std::int64_t output = std::int64_t{max_tokens} * answers;
  return {static_cast<int>(std::min(body_bytes, most)) + kTemplateTokens,
          static_cast<int>(std::min(output, kMostTokens)), answers};
}

CostLimit::CostLimit(const ModelPrice* price, WorstCall worst, std::optional<Money> limit)
    : price_(price), worst_(worst), limit_(limit) {
  if (price_ != nullptr) worst_cost_ = price_at_worst(*price_, worst_);
}

bool CostLimit::reserve(bool wait) {
  std::unique_lock lock(mutex_);
  const auto fits = [this](Money beside) { return spent_ + beside + worst_cost_ <= *limit_; };
  if (limit_) {
    if (wait) settled_.wait(lock, [&] { return !fits({}) || fits(reserved_); });
    if (!fits(reserved_)) return false;
  }
  reserved_ += worst_cost_;
  return true;
}

void CostLimit::settle(const CallSample& sample, bool refused) {
  const std::lock_guard lock(mutex_);
  reserved_ += Money{-worst_cost_.picos};
  settled_.notify_all();
  if (price_ == nullptr || refused) return;
  if (!sample.complete() && !sample.output_tokens) {
    spent_ += worst_cost_;
    return;
  }
  const TokenCounts took{sample.input_tokens.value_or(worst_.input_tokens),
                         sample.output_tokens.value_or(worst_.output_tokens),
                         sample.cache_read_tokens.value_or(0),
                         sample.cache_written_tokens.value_or(0)};
  spent_ += price_of_answer(*price_, took, worst_.pictures);
}

Money CostLimit::spent() const {
  const std::lock_guard lock(mutex_);
  return spent_;
}

}  // namespace bedlam::harness
