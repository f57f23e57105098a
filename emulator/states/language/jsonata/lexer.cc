#include "emulator/states/language/jsonata/lexer.h"

#include <array>
#include <charconv>
#include <cmath>

namespace bedlam::states::jsonata {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\v";
constexpr std::string_view kSingleOperators = ".[]{}(),@#;:?+-*/%|=<>^&!~";
constexpr std::array<std::string_view, 9> kDoubleOperators{
    "..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hexadecimal_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Fault lexical(std::string_view code, std::size_t position) {
  Fault fault;
  fault.code = code;
  fault.position = position;
  return fault;
}

}  // namespace

void append_code_point(std::string& text, char32_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0U | (c >> 6U));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    text += static_cast<char>(0xE0U | (c >> 12U));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  } else {
    text += static_cast<char>(0xF0U | (c >> 18U));
    text += static_cast<char>(0x80U | ((c >> 12U) & 0x3FU));
    text += static_cast<char>(0x80U | ((c >> 6U) & 0x3FU));
    text += static_cast<char>(0x80U | (c & 0x3FU));
  }
}

void append_utf16_unit(std::string& text, unsigned unit) {
  const std::size_t size = text.size();
  if (unit >= 0xDC00 && unit < 0xE000 && size >= 3 && text[size - 3] == '\xED' &&
      static_cast<unsigned char>(text[size - 2]) >= 0xA0 &&
      static_cast<unsigned char>(text[size - 2]) < 0xB0) {
    const unsigned high = ((static_cast<unsigned>(text[size - 2]) & 0x3FU) << 6U) |
                          (static_cast<unsigned>(text[size - 1]) & 0x3FU) | 0xD000U;
    text.resize(size - 3);
    append_code_point(text, 0x10000 + ((high - 0xD800U) << 10U) + (unit - 0xDC00U));
    return;
  }
  append_code_point(text, unit);
}

std::optional<Fault> Lexer::skip_blanks() {
  while (position_ < text_.size()) {
    if (kBlanks.find(text_[position_]) != std::string_view::npos) {
      ++position_;
    } else if (peek() == '/' && peek(1) == '*') {
      const std::size_t end = text_.find("*/", position_ + 2);
      if (end == std::string_view::npos) return lexical("S0106", position_);
      position_ = end + 2;
    } else {
      break;
    }
  }
  return std::nullopt;
}

Result<Token, Fault> Lexer::next(bool operator_expected) {
  if (auto fault = skip_blanks()) return *std::move(fault);
  if (position_ >= text_.size()) return token(TokenType::kEnd, "");
  const char c = peek();
  if (c == '/' && !operator_expected) return regex();
  for (const std::string_view symbol : kDoubleOperators) {
    if (text_.substr(position_, 2) == symbol) {
      position_ += 2;
      return token(TokenType::kOperator, std::string(symbol));
    }
  }
  if (kSingleOperators.find(c) != std::string_view::npos) {
    ++position_;
    return token(TokenType::kOperator, std::string(1, c));
  }
  if (c == '"' || c == '\'') return string();
  if (is_digit(c)) return number();
  return name();
}

// Up to a `/` that is neither escaped nor within brackets.
Result<Token, Fault> Lexer::regex() {
  const std::size_t start = ++position_;
  int depth = 0;
  bool escaped = false;
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == '/' && depth == 0 && !escaped) break;
    if (!escaped && (c == '(' || c == '[' || c == '{')) ++depth;
    if (!escaped && (c == ')' || c == ']' || c == '}')) --depth;
    escaped = c == '\\' && !escaped;
  }
  if (position_ >= text_.size()) return lexical("S0302", position_);
  if (position_ == start) return lexical("S0301", position_);
  Token result = token(TokenType::kRegex, std::string(text_.substr(start, position_ - start)));
  for (++position_; peek() == 'i' || peek() == 'm'; ++position_) {
    (peek() == 'i' ? result.ignore_case : result.multiline) = true;
  }
  result.position = position_;
  return result;
}

Result<Token, Fault> Lexer::string() {
  const char quote = text_[position_++];
  std::string text;
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == quote) {
      ++position_;
      return token(TokenType::kString, std::move(text));
    }
    if (c == '\\') {
      if (auto fault = escape(text)) return *std::move(fault);
    } else {
      text += c;
    }
  }
  return lexical("S0101", position_);
}

// Stands on the backslash; leaves on the last character of the sequence.
std::optional<Fault> Lexer::escape(std::string& text) {
  static constexpr std::string_view kNames = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  ++position_;
  if (peek() == 'u' && position_ < text_.size()) return unicode_escape(text);
  const std::size_t found = kNames.find(peek());
  if (found != std::string_view::npos && position_ < text_.size()) {
    text += kMeanings[found];
    return std::nullopt;
  }
  std::string wrong;
  while (position_ < text_.size() && (wrong.empty() || (peek(wrong.size()) & 0xC0) == 0x80)) {
    wrong += peek(wrong.size());
  }
  return lexical("S0103", position_).named(wrong);
}

std::optional<Fault> Lexer::unicode_escape(std::string& text) {
  unsigned unit = 0;
  for (std::size_t i = 1; i <= 4; ++i) {
    const int digit = hexadecimal_digit(peek(i));
    if (digit < 0) return lexical("S0104", position_);
    unit = unit * 16 + static_cast<unsigned>(digit);
  }
  position_ += 4;
  append_utf16_unit(text, unit);
  return std::nullopt;
}

// JSON's numbers, without the sign.
std::size_t Lexer::number_length() const {
  std::size_t length = 1;
  if (peek() != '0') {
    while (is_digit(peek(length))) ++length;
  }
  if (peek(length) == '.' && is_digit(peek(length + 1))) {
    for (++length; is_digit(peek(length)); ++length) {
    }
  }
  if (peek(length) == 'e' || peek(length) == 'E') {
    std::size_t exponent = length + 1;
    if (peek(exponent) == '+' || peek(exponent) == '-') ++exponent;
    if (is_digit(peek(exponent))) {
      for (length = exponent; is_digit(peek(length)); ++length) {
      }
    }
  }
  return length;
}

Result<Token, Fault> Lexer::number() {
  const std::string_view digits = text_.substr(position_, number_length());
  double value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) {
    // Either beyond a double or too small for one, which is 0.
    const bool tiny = digits.find("e-") != digits.npos || digits.find("E-") != digits.npos ||
                      digits.starts_with("0.");
    if (!tiny) return lexical("S0102", position_).named(std::string(digits));
    value = 0;
  }
  position_ += digits.size();
  Token result = token(TokenType::kNumber, std::string(digits));
  result.number = value;
  return result;
}

Result<Token, Fault> Lexer::name() {
  if (peek() == '`') {
    const std::size_t start = position_ + 1;
    const std::size_t end = text_.find('`', start);
    if (end == std::string_view::npos) {
      position_ = text_.size();
      return lexical("S0105", position_);
    }
    position_ = end + 1;
    return token(TokenType::kName, std::string(text_.substr(start, end - start)));
  }
  const std::size_t start = position_;
  while (position_ < text_.size() && kBlanks.find(text_[position_]) == std::string_view::npos &&
         kSingleOperators.find(text_[position_]) == std::string_view::npos) {
    ++position_;
  }
  const std::string_view word = text_.substr(start, position_ - start);
  if (word.starts_with('$')) return token(TokenType::kVariable, std::string(word.substr(1)));
  if (word == "or" || word == "in" || word == "and") {
    return token(TokenType::kOperator, std::string(word));
  }
  const bool literal = word == "true" || word == "false" || word == "null";
  return token(literal ? TokenType::kLiteral : TokenType::kName, std::string(word));
}

}  // namespace bedlam::states::jsonata
