// Regular expressions as ECMAScript has them, by the standard library. <regex> costs a compiler
// seconds wherever it is read, so regex.cc alone does.
//
// The library's usual matcher goes one call deeper with every character, which ends on the stack's
// guard page, and may take exponential time. The one used here goes breadth-first and does neither:
// a match is linear in the text, a search quadratic. It knows no back-references.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/base/result.h"

namespace bedlam {

struct RegexOptions {
  bool ignore_case = false;
  // The usual matcher after all: for patterns that nobody but the user of a command line gives.
  bool back_references = false;
};

class Regex {
 public:
  struct Hit {
    std::size_t position, length;
  };

  // The error is the library's own words.
  static Result<Regex, std::string> compile(std::string_view pattern, RegexOptions options = {});

  // Whether it matches all of the text. False too where it is too complex for that text.
  bool matches(std::string_view text) const;
  bool occurs_in(std::string_view text) const;
  // From left to right, none overlapping another; some may be empty.
  std::vector<Hit> find_all(std::string_view text) const;

 private:
  struct Compiled;
  explicit Regex(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace bedlam
