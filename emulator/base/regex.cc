#include "emulator/base/regex.h"

#include <regex>

namespace bedlam {

struct Regex::Compiled {
  std::regex regex;
};

Result<Regex, std::string> Regex::compile(std::string_view pattern, RegexOptions options) {
  auto syntax = std::regex::ECMAScript;
  if (options.ignore_case) syntax |= std::regex::icase;
  if (!options.back_references) syntax |= std::regex_constants::__polynomial;
  try {
    return Regex(std::make_shared<const Compiled>(
        Compiled{std::regex(pattern.begin(), pattern.end(), syntax)}));
  } catch (const std::regex_error& error) {
    return std::string(error.what());
  }
}

bool Regex::matches(std::string_view text) const {
  try {
    return std::regex_match(text.begin(), text.end(), compiled_->regex);
  } catch (const std::regex_error&) {
    return false;
  }
}

bool Regex::occurs_in(std::string_view text) const {
  try {
    return std::regex_search(text.begin(), text.end(), compiled_->regex);
  } catch (const std::regex_error&) {
    return false;
  }
}

std::vector<Regex::Hit> Regex::find_all(std::string_view text) const {
  using Iterator = std::regex_iterator<std::string_view::const_iterator>;
  std::vector<Hit> hits;
  for (Iterator hit(text.begin(), text.end(), compiled_->regex); hit != Iterator(); ++hit) {
    hits.push_back(
        {static_cast<std::size_t>(hit->position()), static_cast<std::size_t>(hit->length())});
  }
  return hits;
}

}  // namespace bedlam
