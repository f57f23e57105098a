// A number for a text, the same on every machine and in every run; texts that differ have different
// ones but for a chance of 2^-64. Not made to withstand people who look for two that agree.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "emulator/base/word.h"

namespace bedlam {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
constexpr std::uint64_t splitmix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

// SplitMix64's step: 2^64 divided by the golden ratio.
inline constexpr std::uint64_t kSplitmixStep = 0x9e3779b97f4a7c15U;

// `before` is the fingerprint of what stands before it: of several texts as one.
constexpr std::uint64_t fingerprint(std::string_view text, std::uint64_t before = 0) {
  std::uint64_t hash = splitmix((text.size() + kSplitmixStep) ^ before);
  for (; text.size() >= kWordBytes; text.remove_prefix(kWordBytes)) {
    hash = splitmix(hash ^ word_at_start(text)) + kSplitmixStep;
  }
  if (text.empty()) return splitmix(hash);
  std::array<char, kWordBytes> rest{};  // filled up with zeros
  text.copy(rest.data(), rest.size());
  return splitmix(splitmix(hash ^ word_at_start({rest.data(), rest.size()})) + kSplitmixStep);
}

}  // namespace bedlam
