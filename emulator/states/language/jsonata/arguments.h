// The arguments of one call: the first few without any allocation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "emulator/states/language/jsonata/value.h"

namespace bedlam::states::jsonata {

class Arguments {
 public:
  explicit Arguments(Arena& arena) : arena_(arena) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  void push_back(Value value) {
    if (size_ == capacity_) grow();
    values_[size_++] = value;
  }
  std::size_t size() const { return size_; }
  Value operator[](std::size_t index) const { return values_[index]; }
  // Undefined behind the last one.
  Value at(std::size_t index) const { return index < size_ ? values_[index] : Value(); }
  const Value* begin() const { return values_; }
  const Value* end() const { return values_ + size_; }

 private:
  static constexpr std::uint32_t kInline = 4;

  void grow() {
    Value* larger = arena_.allocate_array<Value>(capacity_ * 2U);
    std::copy_n(values_, size_, larger);
    values_ = larger;
    capacity_ *= 2;
  }

  Arena& arena_;
  Value few_[kInline];
  Value* values_ = few_;
  std::uint32_t size_ = 0, capacity_ = kInline;
};

}  // namespace bedlam::states::jsonata
