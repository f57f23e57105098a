#include "emulator/script/guardrail.h"

#include <algorithm>
#include <cctype>

#include "emulator/base/glob.h"
#include "emulator/base/regex.h"
#include "emulator/script/model_id.h"
#include "emulator/script/pattern.h"

namespace bedlam::script {
namespace {

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

std::vector<TextSpan> find_text(const std::string& match, const std::string& text) {
  std::vector<TextSpan> found;
  for (auto at = text.begin(); !match.empty();) {
    at = std::search(at, text.end(), match.begin(), match.end(), same_letter);
    if (at == text.end()) break;
    found.push_back({static_cast<std::size_t>(at - text.begin()), match.size()});
    at += static_cast<std::ptrdiff_t>(match.size());
  }
  return found;
}

// Where the piece that starts at `from` ends.
std::size_t searched_end(const std::string& text, std::size_t from) {
  if (text.size() - from <= kMaxSearchedText) return text.size();
  const std::size_t limit = from + kMaxSearchedText;
  const std::size_t space = text.find_last_of(" \n\t", limit);
  return space == std::string::npos || space <= from ? limit : space;
}

std::vector<TextSpan> find_regex(const std::string& match, const std::string& text) {
  const Regex regex = Regex::compile(match.substr(1, match.size() - 2)).value();
  std::vector<TextSpan> found;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = searched_end(text, from);
    for (const Regex::Hit& hit : regex.find_all(std::string_view(text).substr(from, end - from))) {
      if (hit.length > 0) found.push_back({from + hit.position, hit.length});
    }
    from = end;
  }
  return found;
}

}  // namespace

const Guardrail* find_guardrail(const std::vector<Guardrail>& guardrails,
                                std::string_view identifier) {
  const auto found =
      std::find_if(guardrails.begin(), guardrails.end(), [&](const Guardrail& guardrail) {
        return glob_match(guardrail.behaviour.pattern, bare_id(identifier));
      });
  return found == guardrails.end() ? nullptr : &*found;
}

std::vector<TextSpan> find_all(const std::string& match, const std::string& text) {
  return is_regex(match) ? find_regex(match, text) : find_text(match, text);
}

}  // namespace bedlam::script
