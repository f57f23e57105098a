// The only source of randomness: seeded, and derived by name, so that what one call draws does not
// depend on how many others drew before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/base/fingerprint.h"

namespace bedlam {

// The name of a generator. That of a literal is read by the compiler.
class Label {
 public:
  template <std::size_t kSize>
  consteval Label(const char (&text)[kSize])  // NOLINT: `derive("request id")`
      : fingerprint_(bedlam::fingerprint({text, kSize - 1})) {}
  Label(std::string_view text) : fingerprint_(bedlam::fingerprint(text)) {}  // NOLINT
  Label(const std::string& text) : Label(std::string_view(text)) {}          // NOLINT

  std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  std::uint64_t fingerprint_;
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // An independent generator for the thing that `label` and `number` name: same seed and same name,
  // same draws. Does not advance this one.
  Random derive(Label label, std::uint64_t number = 0) const;

  std::uint64_t next();                      // all 64 bits
  double uniform();                          // [0, 1)
  std::uint64_t below(std::uint64_t bound);  // [0, bound); bound > 0
  double normal();                           // mean 0, standard deviation 1
  std::string uuid();                        // version 4, lower case
  // So many letters of the alphabet, behind the prefix.
  std::string text(std::string_view alphabet, std::size_t length, std::string_view prefix = {});

 private:
  std::uint64_t state_;
};

}  // namespace bedlam
