#include "emulator/script/pattern.h"

#include "emulator/base/glob.h"

namespace bedlam::script {
namespace {

std::string inside(std::string_view pattern) {
  return std::string(pattern.substr(1, pattern.size() - 2));
}

// A search would be quadratic, so the whole text is matched, with anything around the pattern.
Result<Regex, std::string> compile(std::string_view pattern) {
  return Regex::compile("[^]*(?:" + inside(pattern) + ")[^]*");
}

}  // namespace

bool is_regex(std::string_view pattern) {
  return pattern.size() >= 2 && pattern.front() == '/' && pattern.back() == '/';
}

std::optional<std::string> pattern_mistake(std::string_view pattern) {
  if (!is_regex(pattern)) return std::nullopt;
  const auto alone = Regex::compile(inside(pattern));  // "a)(b" is right inside of brackets
  const auto compiled = alone ? compile(pattern) : alone;
  if (compiled) return std::nullopt;
  return "not a regular expression: " + compiled.error();
}

bool pattern_matches(std::string_view pattern, const std::string& text) {
  return Patterns().match(pattern, text);
}

bool Patterns::match(std::string_view pattern, const std::string& text) {
  if (!is_regex(pattern)) return glob_match(pattern, text);
  auto found = compiled_.find(pattern);
  if (found == compiled_.end()) {
    auto compiled = compile(pattern);
    found = compiled_
                .emplace(std::string(pattern),
                         compiled ? std::optional(*std::move(compiled)) : std::nullopt)
                .first;
  }
  const std::optional<Regex>& regex = found->second;
  return regex && regex->matches(std::string_view(text).substr(0, kMaxRegexText));
}

}  // namespace bedlam::script
