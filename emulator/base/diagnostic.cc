#include "emulator/base/diagnostic.h"

#include <algorithm>
#include <numeric>

#include "emulator/base/utf8.h"

namespace bedlam {
namespace {

std::string_view line_of(std::string_view source, std::size_t number) {
  std::size_t begin = 0;
  for (std::size_t skipped = 1; skipped < number; ++skipped) {
    begin = source.find('\n', begin);
    if (begin == std::string_view::npos) return {};
    ++begin;
  }
  std::string_view line = source.substr(begin, source.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

constexpr std::size_t kMaxShownLine = 120;  // bytes: a minified definition is one line of 100 kB

// The source line, or the part of it around the column, with a mark below. Tabs stay tabs and a
// character of several bytes counts once, so that the mark stands where a terminal shows the
// column.
std::string marked(std::string_view line, const Position& position) {
  const std::size_t column = std::clamp<std::size_t>(position.column, 1, line.size() + 1) - 1;
  std::size_t begin = 0, end = line.size();
  if (line.size() > kMaxShownLine) {
    begin = column > kMaxShownLine / 2 ? column - kMaxShownLine / 2 : 0;
    end = std::min(begin + kMaxShownLine, line.size());
    while (begin < column && continues_character(line[begin])) ++begin;
    while (end < line.size() && continues_character(line[end])) ++end;
  }
  std::string indent;
  for (const char c : line.substr(begin, column - begin)) {
    if (!continues_character(c)) indent += c == '\t' ? '\t' : ' ';
  }
  const std::string ellipsis = "…";
  const std::string number = std::to_string(position.line);
  return "\n  " + number + " | " + (begin > 0 ? ellipsis : "") +
         std::string(line.substr(begin, end - begin)) + (end < line.size() ? ellipsis : "") +
         "\n  " + std::string(number.size(), ' ') + " | " + (begin > 0 ? " " : "") + indent + "^";
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

// Levenshtein distance: how many letters to insert, delete or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string format(const Diagnostic& diagnostic, std::string_view source) {
  std::string text = diagnostic.file;
  if (diagnostic.position.line > 0) {
    text += ":" + std::to_string(diagnostic.position.line) + ":" +
            std::to_string(diagnostic.position.column);
  }
  if (!text.empty()) text += ": ";
  text += diagnostic.severity == Severity::kError ? "error: " : "warning: ";
  text += diagnostic.message;
  const std::string_view line = line_of(source, diagnostic.position.line);
  if (diagnostic.position.line > 0 && !line.empty()) {
    text += marked(line, diagnostic.position);
  }
  if (!diagnostic.hint.empty()) text += "\n  " + diagnostic.hint;
  return text;
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& allowed) {
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  const std::string lower = lower_case(word);
  std::string_view nearest;
  for (const std::string_view candidate : allowed) {
    const std::size_t d = distance(lower, lower_case(candidate));
    if (d < best) {
      best = d;
      nearest = candidate;
    }
  }
  return nearest.empty() ? "" : ", did you mean '" + std::string(nearest) + "'?";
}

}  // namespace bedlam
