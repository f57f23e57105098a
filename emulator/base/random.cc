#include "emulator/base/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bedlam {
namespace {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15U;

// Draws below it are whole runs of `bound` values.
std::uint64_t limit_of(std::uint64_t bound) {
  return UINT64_MAX - UINT64_MAX % bound;
}

}  // namespace

Random Random::derive(std::string_view label, std::uint64_t number) const {
  std::uint64_t hash = mix(state_ + kGolden);
  for (const char c : label) hash = mix(hash ^ static_cast<unsigned char>(c)) + kGolden;
  return Random(mix(hash ^ mix(number + kGolden)));
}

std::uint64_t Random::next() {
  return mix(state_ += kGolden);
}

double Random::uniform() {
  return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

// Rejection keeps it unbiased: the last, incomplete run of `bound` values is drawn again.
std::uint64_t Random::below(std::uint64_t bound, std::uint64_t limit) {
  std::uint64_t value = next();
  while (value >= limit) value = next();
  return value % bound;
}

std::uint64_t Random::below(std::uint64_t bound) {
  return below(bound, limit_of(bound));
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));  // Box-Muller
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::string Random::uuid() {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string id = text(kHex, 36);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) id[dash] = '-';
  id[14] = '4';
  id[19] = kHex[8 + below(4)];
  return id;
}

std::string Random::text(std::string_view alphabet, std::size_t length) {
  std::string result(length, '\0');
  const std::uint64_t limit = limit_of(alphabet.size());
  for (char& c : result) c = alphabet[below(alphabet.size(), limit)];
  return result;
}

std::uint64_t fingerprint(std::string_view text) {
  constexpr std::size_t kWordBytes = 8;
  std::uint64_t hash = mix(text.size() + kGolden);
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kWordBytes))) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < std::min(text.size(), kWordBytes); ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    hash = mix(hash ^ word) + kGolden;
  }
  return mix(hash);
}

}  // namespace bedlam
