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

__extension__ using Wide = unsigned __int128;

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
  const std::uint64_t hash = mix(state_ + kGolden) ^ fingerprint(label);
  return Random(mix(mix(hash) ^ mix(number + kGolden)));
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
  std::string id = "00000000-0000-4000-v000-000000000000";
  std::uint64_t left = 0;
  int digits = 0;
  for (char& c : id) {
    if (c != '0' && c != 'v') continue;
    if (digits++ % 16 == 0) left = next();
    const auto digit = c == 'v' ? 8 + left % 4 : left % 16;  // the variant of RFC 9562
    c = "0123456789abcdef"[digit];
    left /= 16;
  }
  return id;
}

std::string Random::text(std::string_view alphabet, std::size_t length) {
  // The first digits of a draw, taken as a fraction, to the base of the alphabet's size (Lemire and
  // Brackett-Rozinsky 2024). Each of eight letters out of 64 comes as often as the others but for
  // a part in 2^16.
  constexpr std::size_t kLettersADraw = 8;
  std::string result(length, '\0');
  std::uint64_t left = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % kLettersADraw == 0) left = next();
    const Wide product = static_cast<Wide>(left) * alphabet.size();
    result[i] = alphabet[static_cast<std::size_t>(product >> 64U)];
    left = static_cast<std::uint64_t>(product);
  }
  return result;
}

std::uint64_t fingerprint(std::string_view text, std::uint64_t before) {
  std::uint64_t hash = mix((text.size() + kGolden) ^ before);
  for (; text.size() >= kWordBytes; text.remove_prefix(kWordBytes)) {
    hash = mix(hash ^ word_at_start(text)) + kGolden;
  }
  if (text.empty()) return mix(hash);
  std::array<char, kWordBytes> rest{};  // filled up with zeros
  text.copy(rest.data(), rest.size());
  return mix(mix(hash ^ word_at_start({rest.data(), rest.size()})) + kGolden);
}

}  // namespace bedlam
