#include "emulator/base/diagnostic.h"

#include <algorithm>
#include <numeric>

namespace bedlam {
namespace {

std::string_view line_of(std::string_view source, std::size_t line) {
  std::size_t begin = 0;
  for (std::size_t skipped = 1; skipped < line; ++skipped) {
    begin = source.find('\n', begin);
    if (begin == std::string_view::npos) return {};
    ++begin;
  }
  return source.substr(begin, source.find('\n', begin) - begin);
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
    const std::string number = std::to_string(diagnostic.position.line);
    const std::size_t column = std::max<std::size_t>(diagnostic.position.column, 1);
    text += "\n  " + number + " | " + std::string(line);
    text += "\n  " + std::string(number.size(), ' ') + " | " + std::string(column - 1, ' ') + "^";
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
  std::string_view nearest;
  for (const std::string_view candidate : allowed) {
    const std::size_t d = distance(word, candidate);
    if (d < best) {
      best = d;
      nearest = candidate;
    }
  }
  return nearest.empty() ? "" : ", did you mean '" + std::string(nearest) + "'?";
}

}  // namespace bedlam
