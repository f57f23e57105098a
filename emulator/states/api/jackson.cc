#include "emulator/states/api/jackson.h"

#include <cctype>
#include <optional>

namespace bedlam::states {
namespace {

constexpr std::string_view kValueKinds =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
// For the empty text (recorded), and for what the reader below has no words for.
constexpr std::string_view kNoWords = "Invalid execution input.";

// Reads up to the first mistake. Nesting is a text of open brackets, not recursion.
class JacksonReader {
 public:
  explicit JacksonReader(std::string_view text) : text_(text) {}

  // nullopt: no mistake in the first value of the text.
  std::optional<std::string> complaint() {
    while (true) {
      if (auto mistake = value()) return mistake;
      if (at_opening_) continue;
      if (auto mistake = after_value()) return mistake;
      if (open_.empty()) return std::nullopt;
    }
  }

 private:
  using Mistake = std::optional<std::string>;

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool at_end() const { return at_ >= text_.size(); }
  void skip_space() {
    while (!at_end() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }
  bool is_word_part() const {
    const auto c = static_cast<unsigned char>(peek());
    return !at_end() && (std::isalnum(c) != 0 || c == '_' || c == '$' || c >= 0x80);
  }

  std::string in(std::string_view what) const {
    return std::string(what) + (open_.back() == '{' ? "Object" : "Array") + " entries";
  }
  std::string character() const {
    const auto c = static_cast<unsigned char>(peek());
    const std::string code = "code " + std::to_string(static_cast<int>(c)) + ")";
    return c < 0x20 ? "(CTRL-CHAR, " + code : "'" + std::string(1, peek()) + "' (" + code;
  }
  std::string unexpected(std::string_view wanted) const {
    return "Unexpected character (" + character() + "): " + std::string(wanted);
  }
  std::string bad_number(std::string_view why) const {
    return at_end()
               ? "Unexpected end-of-input in numeric value"
               : "Unexpected character (" + character() + ") in numeric value: " + std::string(why);
  }
  std::string ended() const {
    return open_.empty() ? std::string(kNoWords) : in("Unexpected end-of-input within/between ");
  }

  // One value, or the opening bracket of one; after an opening, a key where it is an object's.
  Mistake value() {
    at_opening_ = false;
    skip_space();
    if (at_end()) return ended();
    const char c = peek();
    if (c == '{' || c == '[') return opening(c);
    if (c == '"')
      return string(
          "Unexpected end-of-input: was expecting closing quote for a string "
          "value");
    if (c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
    if (is_word_part()) return word();
    return unexpected("expected a valid value " + std::string(kValueKinds));
  }

  Mistake opening(char bracket) {
    ++at_;
    open_ += bracket;
    skip_space();
    if (at_end()) return in("Unexpected end-of-input within/between ");
    if (peek() == (bracket == '{' ? '}' : ']')) return std::nullopt;  // after_value closes it
    at_opening_ = true;
    return bracket == '{' ? key() : std::nullopt;
  }

  Mistake key() {
    skip_space();
    if (at_end()) return ended();
    if (peek() != '"') return unexpected("was expecting double-quote to start field name");
    if (auto mistake = string("Unexpected end-of-input in field name")) return mistake;
    skip_space();
    if (at_end()) return ended();
    if (peek() != ':') return unexpected("was expecting a colon to separate field name and value");
    ++at_;
    return std::nullopt;
  }

  // Closing brackets and the comma; then, in an object, the next key.
  Mistake after_value() {
    skip_space();
    while (!open_.empty() && peek() == (open_.back() == '{' ? '}' : ']')) {
      ++at_;
      open_.pop_back();
      skip_space();
    }
    if (open_.empty()) return std::nullopt;
    if (at_end()) return ended();
    if (peek() != ',') return unexpected(in("was expecting comma to separate "));
    ++at_;
    return open_.back() == '{' ? key() : std::nullopt;
  }

  Mistake string(std::string_view when_it_ends) {
    for (++at_; !at_end(); ++at_) {
      const char c = peek();
      if (c == '"') {
        ++at_;
        return std::nullopt;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return "Illegal unquoted character (" + character() +
               "): has to be escaped using backslash to be included in string value";
      }
      if (c != '\\') continue;
      ++at_;
      if (!at_end() && std::string_view("\"\\/bfnrtu").find(peek()) == std::string_view::npos) {
        return "Unrecognized character escape " + character();
      }
    }
    return std::string(when_it_ends);
  }

  bool digits() {
    const std::size_t start = at_;
    while (!at_end() && std::isdigit(static_cast<unsigned char>(peek())) != 0) ++at_;
    return at_ > start;
  }

  Mistake number() {
    if (peek() == '-') ++at_;
    const bool zero = peek() == '0';
    const std::size_t start = at_;
    if (!digits()) {
      return bad_number("expected digit (0-9) to follow minus sign, for valid numeric value");
    }
    if (zero && at_ - start > 1) return "Invalid numeric value: Leading zeroes not allowed";
    if (peek() == '.') {
      ++at_;
      if (!digits()) return bad_number("Decimal point not followed by a digit");
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return bad_number("Exponent indicator not followed by a digit");
    }
    return std::nullopt;
  }

  Mistake word() {
    const std::size_t start = at_;
    while (is_word_part()) ++at_;
    const std::string_view found = text_.substr(start, at_ - start);
    if (found == "null" || found == "true" || found == "false") return std::nullopt;
    return "Unrecognized token '" + std::string(found) + "': was expecting " +
           std::string(kValueKinds);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string open_;         // brackets not yet closed
  bool at_opening_ = false;  // a value must follow at once
};

}  // namespace

std::string jackson_complaint(std::string_view text) {
  return JacksonReader(text).complaint().value_or(std::string(kNoWords));
}

}  // namespace bedlam::states
