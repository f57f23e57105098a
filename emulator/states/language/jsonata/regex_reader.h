// The text of a regular expression, read: characters, escapes and character classes (ECMAScript
// 2018, section 21.2.1, with annex B).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/states/language/jsonata/regex.h"

namespace bedlam::states::jsonata {

// Everything that a dot does not match.
void add_line_ends(Regex::Class& set);
// What `set` does not contain.
void add_complement(Regex::Class& target, const Regex::Class& set);

class RegexReader {
 public:
  RegexReader(std::string_view pattern, bool ignore_case)
      : pattern_(pattern), ignore_case_(ignore_case) {}

 protected:
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : '\0';
  }
  bool at_end() const { return position_ >= pattern_.size(); }
  bool take(std::string_view text) {
    if (!pattern_.substr(position_).starts_with(text)) return false;
    position_ += text.size();
    return true;
  }
  void fail(std::string text) {
    if (!error_) error_ = std::move(text);
    position_ = pattern_.size();
  }

  // \d \D \w \W \s \S, added to `set`; false where none stands here.
  bool class_escape(Regex::Class& set);
  // Behind a backslash.
  char32_t character_escape(bool in_class);
  // Behind the opening bracket, up to the closing one.
  Regex::Class character_class();
  void add_folded(Regex::Class& set, char32_t from, char32_t to) const;

  std::string_view pattern_;
  std::size_t position_ = 0;
  std::optional<std::string> error_;

 private:
  std::optional<char32_t> member(Regex::Class& set);
  char32_t control(bool in_class);
  char32_t octal();
  char32_t hexadecimal(std::size_t digits, char32_t otherwise);
  char32_t utf16();

  bool ignore_case_;
};

}  // namespace bedlam::states::jsonata
