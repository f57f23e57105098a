// What a fuzz target is made of: its name, what it reads its input with, and how it says that
// something does not hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Begins the definition of a target, which is given `data` and `size` and returns 0: libFuzzer's
// one function where it is built with that, else one of those that mutate.cc runs by their names.
#ifdef BEDLAM_LIBFUZZER
#define BEDLAM_FUZZ_TARGET(name) \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
#else
#define BEDLAM_FUZZ_TARGET(name)                                                    \
  static int fuzz_##name(const std::uint8_t* data, std::size_t size);               \
  static const bool name##_is_known = bedlam::fuzz::add_target(#name, fuzz_##name); \
  static int fuzz_##name(const std::uint8_t* data, std::size_t size)
#endif

namespace bedlam::fuzz {

bool add_target(std::string_view name, int (*target)(const std::uint8_t*, std::size_t));

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  // A choice among `count`, by the next byte; 0 at the end.
  std::size_t choose(std::size_t count) {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte % count;
  }
  std::string_view rest() const { return rest_; }
  void skip(std::size_t bytes) { rest_.remove_prefix(std::min(bytes, rest_.size())); }

 private:
  std::string_view rest_;
};

// Ends the run, with the input kept: what holds for every input did not hold for this one.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace bedlam::fuzz
