// Tokens of an expression. What a `/` means depends on what stands before it, so the parser says
// whether it expects an operator.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/result.h"
#include "emulator/states/language/jsonata/errors.h"

namespace bedlam::states::jsonata {

enum class TokenType { kEnd, kName, kVariable, kOperator, kString, kNumber, kLiteral, kRegex };

struct Token {
  TokenType type = TokenType::kEnd;
  std::string text = {};     // the operator, name, string or pattern
  std::size_t position = 0;  // behind it
  double number = 0;
  bool ignore_case = false, multiline = false;  // of a regular expression
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // Errors: S0101 to S0106, S0301, S0302.
  Result<Token, Fault> next(bool operator_expected);

 private:
  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }
  std::optional<Fault> skip_blanks();
  Token token(TokenType type, std::string text) const {
    return Token{type, std::move(text), position_};
  }
  Result<Token, Fault> regex();
  Result<Token, Fault> string();
  std::optional<Fault> escape(std::string& text);
  std::optional<Fault> unicode_escape(std::string& text);
  Result<Token, Fault> number();
  Result<Token, Fault> name();
  std::size_t number_length() const;

  std::string_view text_;
  std::size_t position_ = 0;
};

// Appends a code point; half of a surrogate pair as three bytes of the same scheme, joined with the
// other half where that stands before it.
void append_utf16_unit(std::string& text, unsigned unit);
void append_code_point(std::string& text, char32_t code_point);

}  // namespace bedlam::states::jsonata
