#include "emulator/scenario/mistakes.h"

#include <algorithm>

namespace bedlam::scenario {

void Mistakes::add_in(const std::string& file, Position position, std::string message,
                      std::string hint) {
  if (found_.size() == kMaxCollected) {
    ++not_kept_;
    return;
  }
  if (!seen_.emplace(file, position.line, position.column, message).second) return;
  found_.push_back({Severity::kError, file, position, std::move(message), std::move(hint)});
}

Diagnostics Mistakes::sorted() && {
  std::stable_sort(found_.begin(), found_.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    const auto key = [&](const Diagnostic& d) {
      return std::tuple(d.file != file_, d.position.line, d.position.column);
    };
    return key(a) < key(b);
  });
  if (found_.size() > kMaxMistakes) {
    const std::size_t more = found_.size() - kMaxMistakes + not_kept_;
    found_.resize(kMaxMistakes);
    found_.push_back({Severity::kError, file_, {}, std::to_string(more) + " more mistakes", ""});
  }
  return std::move(found_);
}

}  // namespace bedlam::scenario
