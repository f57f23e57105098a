// The only source of randomness: seeded, and derived by name, so that what one call draws does not
// depend on how many others drew before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bedlam {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // An independent generator for the thing that `label` and `number` name: same seed and same name,
  // same draws. Does not advance this one.
  Random derive(std::string_view label, std::uint64_t number = 0) const;

  std::uint64_t next();                      // all 64 bits
  double uniform();                          // [0, 1)
  std::uint64_t below(std::uint64_t bound);  // [0, bound); bound > 0
  double normal();                           // mean 0, standard deviation 1
  std::string uuid();                        // version 4, lower case
  std::string text(std::string_view alphabet, std::size_t length);

 private:
  std::uint64_t state_;
};

// A number for a text, the same on every machine and in every run; texts that differ have different
// ones but for a chance of 2^-64. Not made to withstand people who look for two that agree.
// `before` is the fingerprint of what stands before it: of several texts as one.
std::uint64_t fingerprint(std::string_view text, std::uint64_t before = 0);

}  // namespace bedlam
