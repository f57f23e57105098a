#include "emulator/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace bedlam {
namespace {

__extension__ using Wide = unsigned __int128;

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

Random Random::derive(Label label, std::uint64_t number) const {
  const std::uint64_t hash = splitmix(state_ + kSplitmixStep) ^ label.fingerprint();
  return Random(splitmix(splitmix(hash) ^ splitmix(number + kSplitmixStep)));
}

std::uint64_t Random::next() {
  return splitmix(state_ += kSplitmixStep);
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
  constexpr std::size_t kVariant = 19;
  constexpr std::array<std::uint8_t, 16> kFirst{0, 1,  2,  3,  4,  5,  6,  7,
                                                9, 10, 11, 12, 15, 16, 17, kVariant};
  constexpr std::array<std::uint8_t, 15> kSecond{20, 21, 22, 24, 25, 26, 27, 28,
                                                 29, 30, 31, 32, 33, 34, 35};
  std::string id = "00000000-0000-4000-0000-000000000000";
  std::uint64_t left = next() | std::uint64_t{8} << 60U;  // the variant of RFC 9562: 8, 9, a or b
  left &= ~(std::uint64_t{4} << 60U);
  const auto put = [&](std::uint8_t place) {
    id[place] = "0123456789abcdef"[left % 16];
    left /= 16;
  };
  for (const std::uint8_t place : kFirst) put(place);
  left = next();
  for (const std::uint8_t place : kSecond) put(place);
  return id;
}

std::string Random::text(std::string_view alphabet, std::size_t length, std::string_view prefix) {
  // The first digits of a draw, taken as a fraction, to the base of the alphabet's size (Lemire and
  // Brackett-Rozinsky 2024). Each of eight letters out of 64 comes as often as the others but for
  // a part in 2^16.
  constexpr std::size_t kLettersADraw = 8;
  std::string result;
  result.reserve(prefix.size() + length);
  result.append(prefix).resize(prefix.size() + length);
  char* const letters = result.data() + prefix.size();
  std::uint64_t left = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % kLettersADraw == 0) left = next();
    const Wide product = static_cast<Wide>(left) * alphabet.size();
    letters[i] = alphabet[static_cast<std::size_t>(product >> 64U)];
    left = static_cast<std::uint64_t>(product);
  }
  return result;
}

}  // namespace bedlam
