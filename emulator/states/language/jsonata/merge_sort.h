// The stable merge sort of $sort and `^(...)`: which items are compared, and in which order, can be
// seen by a comparator that fails or is inconsistent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace bedlam::states::jsonata {

// The order of 0 to size - 1. `behind(a, b)` says that `a` belongs behind `b`; stops early, with
// whatever order there is, once `go_on()` is false.
template <typename Behind, typename GoOn>
std::vector<std::uint32_t> merge_sorted(std::uint32_t size, const Behind& behind,
                                        const GoOn& go_on) {
  std::vector<std::uint32_t> order(size), merged(size);
  std::iota(order.begin(), order.end(), 0U);
  const auto sort = [&](const auto& self, std::size_t from, std::size_t to) -> void {
    if (to - from <= 1) return;
    const std::size_t middle = from + (to - from) / 2;
    self(self, from, middle);
    self(self, middle, to);
    std::size_t left = from, right = middle;
    for (std::size_t i = from; i < to; ++i) {
      const bool take_right =
          left == middle || (right < to && go_on() && behind(order[left], order[right]));
      merged[i] = take_right ? order[right++] : order[left++];
    }
    for (std::size_t i = from; i < to; ++i) order[i] = merged[i];
  };
  sort(sort, 0, size);
  return order;
}

}  // namespace bedlam::states::jsonata
