// Regular expressions as JavaScript has them without the `u` flag (ECMA-262, section 22.2, with
// annex B), on UTF-8: `.` and classes take one code point, also beyond U+FFFF. A backtracking
// machine with its own stack: a long input cannot overflow ours, and every step is counted.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/base/result.h"

namespace bedlam::states::jsonata {

class Regex {
 public:
  // The error is JavaScript's: "Unterminated group".
  static Result<Regex, std::string> compile(std::string_view pattern, bool ignore_case,
                                            bool multiline);

  static constexpr std::size_t kUnset = static_cast<std::size_t>(-1);
  struct Span {
    std::size_t start = kUnset, end = kUnset;
  };
  enum class Outcome { kMatch, kNoMatch, kTooLong };

  // The first match at or behind `from`; spans[0] is the whole, then the groups. Takes the steps it
  // needs from `steps`, and gives up where they do not suffice.
  Outcome search(std::string_view text, std::size_t from, std::uint64_t& steps,
                 std::vector<Span>& spans) const;

  const std::string& pattern() const { return pattern_; }
  std::size_t groups() const { return groups_; }

  // What a compiled expression consists of; of the compiler and the machine.
  enum class Op : std::uint8_t {
    kCharacter,  // a: code point
    kClass,      // a: class
    kSplit,      // go on here, else at a
    kJump,       // to a
    kSave,       // a: boundary of a group
    kLineStart,
    kLineEnd,
    kWordBoundary,
    kNotWordBoundary,
    kBackReference,  // a: group
    kLook,           // what follows must match here, then go on at a; b: 1 must not match
    kAccept,         // end of the whole, or of a kLook
    kLoopStart,      // a: loop
    kLoop,           // a: loop; leave to b
    kLoopEnter,      // a: loop
    kLoopNext,       // a: loop, back to b
    kRun,            // a: loop of one character or class, which is the next instruction
    kFail,
  };
  struct Instruction {
    Op op;
    bool backward = false;  // within a lookbehind
    std::uint32_t a = 0, b = 0;
  };
  struct Class {
    std::bitset<128> ascii;
    std::vector<std::pair<char32_t, char32_t>> ranges;  // beyond ASCII
    bool negated = false;
    bool contains(char32_t c) const;
    void add(char32_t from, char32_t to);
  };
  struct Loop {
    std::uint32_t min = 0, max = 0;
    bool greedy = true;
    std::uint32_t first_group = 0, end_group = 0;  // the groups within, unset at every round
  };
  struct Code {
    std::vector<Instruction> instructions;
    std::vector<Class> classes;
    std::vector<Loop> loops;
    bool ignore_case = false, multiline = false;
  };

 private:
  std::string pattern_;
  Code code_;
  std::size_t groups_ = 0;
};

inline constexpr std::uint32_t kUnlimited = 0xFFFFFFFF;

// The code point that stands at `position`, which moves behind it; never past the end.
char32_t next_code_point(std::string_view text, std::size_t& position);
// The same backwards.
char32_t previous_code_point(std::string_view text, std::size_t& position);

}  // namespace bedlam::states::jsonata
