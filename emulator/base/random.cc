#include "emulator/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "emulator/base/word.h"

namespace bedlam {
namespace {

// SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15U;

// Numbers below a bound, each as likely as the others: draws in the last, incomplete run of `bound`
// values are drawn again.
class Below {
 public:
  explicit Below(std::uint64_t bound) : bound_(bound), limit_(UINT64_MAX - UINT64_MAX % bound) {}

  std::uint64_t operator()(Random& random) const {
    std::uint64_t value = random.next();
    while (value >= limit_) value = random.next();
    const bool power_of_two = (bound_ & (bound_ - 1)) == 0;  // saves the division
    return power_of_two ? value & (bound_ - 1) : value % bound_;
  }

 private:
  std::uint64_t bound_, limit_;
};

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

std::uint64_t Random::below(std::uint64_t bound) {
  return Below(bound)(*this);
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
  const Below letter(std::max<std::uint64_t>(alphabet.size(), 1));
  for (char& c : result) c = alphabet[letter(*this)];
  return result;
}

std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = mix(text.size() + kGolden);
  for (; text.size() >= kWordBytes; text.remove_prefix(kWordBytes)) {
    hash = mix(hash ^ word_at_start(text)) + kGolden;
  }
  if (text.empty()) return mix(hash);
  std::array<char, kWordBytes> rest{};  // filled up with zeros
  text.copy(rest.data(), rest.size());
  return mix(mix(hash ^ word_at_start({rest.data(), rest.size()})) + kGolden);
}

}  // namespace bedlam
