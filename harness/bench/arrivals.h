// When the calls of an open loop are due: a rate, kept whatever the answers do.
//
// Evenly: the k-th at k / rate, computed each time and so without drift. Poisson: independent
// pauses with the exponential distribution, as calls of many users who know nothing of each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "emulator/base/duration.h"
#include "emulator/base/random.h"

namespace bedlam::harness {

enum class ArrivalPattern { kEven, kPoisson };

class Arrivals {
 public:
  // `a_second` is above zero. Same seed, same arrivals.
  Arrivals(ArrivalPattern pattern, double a_second, Random random)
      : pattern_(pattern), a_second_(a_second), random_(random) {}

  // From the start of the load; never before the one before.
  Duration next();

 private:
  ArrivalPattern pattern_;
  double a_second_;
  Random random_;
  std::uint64_t count_ = 0;
  double at_ = 0;  // s
};

// "50/s", "3000/m", "0.5/s"; nullopt for anything else, and for what is not above zero.
std::optional<double> parse_rate(std::string_view text);

}  // namespace bedlam::harness
