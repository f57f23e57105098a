#include "harness/report/failure_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "emulator/base/utf8.h"

namespace bedlam::harness {
namespace {

constexpr std::size_t kNumberWidth = 5;  // of the line number before ` | `

std::string source_line(const std::string& source, std::size_t line) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i < line; ++i) {
    begin = source.find('\n', begin);
    if (begin == std::string::npos) return "";
    ++begin;
  }
  std::string text = source.substr(begin, source.find('\n', begin) - begin);
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

// The byte where the character of that column (from 1) begins; the line's end where it has fewer.
std::size_t byte_of_column(const std::string& line, std::size_t column) {
  std::size_t at = 0;
  for (std::size_t passed = 1; passed < column && at < line.size(); ++passed) {
    ++at;
    while (at < line.size() && continues_character(line[at])) ++at;
  }
  return at;
}

// The end of a quoted text, behind its closing quote.
std::size_t quoted_end(const std::string& line, std::size_t at) {
  const char quote = line[at];
  for (std::size_t i = at + 1; i < line.size(); ++i) {
    if (quote == '"' && line[i] == '\\') {
      ++i;
    } else if (line[i] == quote) {
      return i + 1;
    }
  }
  return line.size();
}

// The end of a flow collection, behind its closing bracket.
std::size_t collection_end(const std::string& line, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < line.size();) {
    const char c = line[i];
    if (c == '"' || c == '\'') {
      i = quoted_end(line, i);
      continue;
    }
    ++i;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth == 0) return i;
  }
  return line.size();
}

bool inside_flow(const std::string& line, std::size_t column) {
  int depth = 0;
  for (std::size_t i = 0; i < column; ++i) {
    if (line[i] == '[' || line[i] == '{') ++depth;
    if (line[i] == ']' || line[i] == '}') --depth;
  }
  return depth > 0;
}

// The end of a plain text: a comment, or in a flow collection what separates its elements.
std::size_t plain_end(const std::string& line, std::size_t at) {
  const bool flow = inside_flow(line, at);
  std::size_t end = at;
  while (end < line.size()) {
    if (line[end] == '#' && end > at && line[end - 1] == ' ') break;
    if (flow && (line[end] == ',' || line[end] == ']' || line[end] == '}')) break;
    ++end;
  }
  while (end > at && line[end - 1] == ' ') --end;
  return end;
}

std::string percent_text(double fraction) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g%%", fraction * 100);
  return text.data();
}

}  // namespace

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' || c == '_' ||
           c == '-';
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

namespace {

std::string replay(const ScenarioResult& result) {
  std::string line =
      "bedlam test " + shell_word(result.file) + " --seed " + std::to_string(result.seed);
  if (result.real_clock) line += " --clock real";
  if (result.tolerance > 0) line += " --tolerance " + percent_text(result.tolerance);
  return line;
}

// Further lines of a note stand under its first.
std::string indented(const std::string& text, const std::string& indent) {
  std::string result;
  for (const char c : text) {
    result += c;
    if (c == '\n') result += indent + "  ";
  }
  return result;
}

// Of what no file says: that a program must succeed.
std::string without_source(const ScenarioResult& result, const Verdict& verdict) {
  std::string text = result.file + "  " + verdict.step + " " + verdict.field + "\n";
  text += "    " + failure_line(verdict);
  for (const std::string& note : verdict.notes) text += "\n    " + indented(note, "    ");
  if (result.again && !result.again->empty()) text += "\n    replay: " + *result.again;
  return text;
}

}  // namespace

std::size_t marked_length(const std::string& line, std::size_t column) {
  if (column >= line.size()) return 1;
  const char first = line[column];
  std::size_t end = 0;
  if (first == '"' || first == '\'')
    end = quoted_end(line, column);
  else if (first == '[' || first == '{')
    end = collection_end(line, column);
  else
    end = plain_end(line, column);
  return std::max<std::size_t>(1, end - column);
}

std::string failure_line(const Verdict& verdict) {
  return "expected " + verdict.expected + ", " + verdict.actual;
}

std::string failure_text(const ScenarioResult& result, const Verdict& verdict) {
  const Position at = verdict.position;
  if (at.line == 0) return without_source(result, verdict);
  const std::string line = source_line(result.source, at.line);
  std::string number = std::to_string(at.line);
  number.insert(0, kNumberWidth - std::min(kNumberWidth, number.size()), ' ');
  const std::string indent(number.size() + 1, ' ');
  const std::size_t column = byte_of_column(line, at.column);
  const std::size_t length = marked_length(line, column);

  std::string text = result.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
                     "  " + verdict.step + " " + verdict.field + "\n";
  text += number + " | " + line + "\n";
  text += indent + "| " + std::string(characters_in(std::string_view(line).substr(0, column)), ' ');
  text += std::string(
      std::max<std::size_t>(1, characters_in(std::string_view(line).substr(column, length))), '^');
  text += " " + failure_line(verdict) + "\n";
  for (const std::string& note : verdict.notes) text += indent + indented(note, indent) + "\n";
  const std::string again = result.again ? *result.again : replay(result);
  if (again.empty()) text.pop_back();
  return again.empty() ? text : text + indent + "replay: " + again;
}

std::string diagnostics_text(const ScenarioResult& result) {
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    if (!text.empty()) text += "\n";
    text += format(diagnostic, diagnostic.file == result.file ? result.source : std::string());
  }
  return text;
}

}  // namespace bedlam::harness
