// Recursion that an expression's author controls is bounded by counters that are the same
// everywhere; this bounds it by the stack as well, for builds whose frames are several times larger
// than usual (sanitizers, no optimisation).
#pragma once

#include <cstddef>

namespace bedlam::states::jsonata {

class StackGuard {
 public:
  StackGuard() : start_(static_cast<const char*>(__builtin_frame_address(0))) {}

  [[gnu::noinline]] bool has_room() const {
    return start_ - static_cast<const char*>(__builtin_frame_address(0)) < kMaxBytes;
  }

 private:
  static constexpr std::ptrdiff_t kMaxBytes = std::ptrdiff_t{5} << 20U;  // of Linux's usual 8 MiB

  const char* start_;
};

}  // namespace bedlam::states::jsonata
