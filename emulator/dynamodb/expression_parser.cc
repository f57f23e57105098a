#include "emulator/dynamodb/expression_parser.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "emulator/dynamodb/errors.h"

namespace bedlam::dynamodb {
namespace {

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

}  // namespace

const std::string* Placeholders::name(const std::string& placeholder) {
  const Json* name = names_ == nullptr ? nullptr : find(*names_, placeholder);
  if (name == nullptr || !name->is_string()) return nullptr;
  used_.insert(placeholder);
  return &name->get_ref<const std::string&>();
}

const Json* Placeholders::value(const std::string& placeholder) {
  const Json* value = values_ == nullptr ? nullptr : find(*values_, placeholder);
  if (value != nullptr) used_.insert(placeholder);
  return value;
}

std::optional<aws::Error> Placeholders::unused() const {
  const auto left = [&](const Json* all) {
    std::string names;
    if (all == nullptr) return names;
    for (const auto& member : all->items()) {
      if (used_.contains(member.key())) continue;
      names += (names.empty() ? "" : ", ") + member.key();
    }
    return names;
  };
  if (const std::string names = left(names_); !names.empty()) {
    return errors::unused("ExpressionAttributeNames", "keys", names);
  }
  if (const std::string names = left(values_); !names.empty()) {
    return errors::unused("ExpressionAttributeValues", "keys", names);
  }
  return std::nullopt;
}

const Json* value_at(const Json& item, const DocumentPath& path) {
  const Json* value = nullptr;
  for (const PathStep& step : path) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      const Json* map = value == nullptr ? &item : find(*value, "M");
      value = map == nullptr ? nullptr : find(*map, *name);
    } else {
      const Json* list = find(*value, "L");
      const std::size_t index = std::get<std::size_t>(step);
      value = list != nullptr && index < list->size() ? &(*list)[index] : nullptr;
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

ExpressionParser::ExpressionParser(const std::string& text, std::string_view kind, const Json& item,
                                   Placeholders& placeholders)
    : text_(text), kind_(kind), item_(item), placeholders_(placeholders) {
  if (text.empty()) {
    fail("The expression can not be empty;");
  } else if (text.size() > kMaxExpressionBytes) {
    fail("Expression size has exceeded the maximum allowed size; expression size: " +
         std::to_string(text.size()));
  }
  next();
}

void ExpressionParser::fail(std::string message) {
  if (!error_) error_ = errors::expression(kind_, message);
  token_.clear();
}

void ExpressionParser::syntax_error() {
  const std::string token = token_.empty() ? "<EOF>" : token_;
  const std::size_t begin = at_ < token_.size() ? 0 : at_ - token_.size();
  const std::size_t from = begin < 8 ? 0 : begin - 8;
  fail("Syntax error; token: \"" + token + "\", near: \"" + text_.substr(from, 24) + "\"");
}

std::string ExpressionParser::read_token(std::size_t& at) const {
  while (at < text_.size() && std::isspace(static_cast<unsigned char>(text_[at])) != 0) ++at;
  if (at == text_.size()) return "";
  const std::size_t begin = at++;
  const char first = text_[begin];
  if (is_word_character(first) || first == '#' || first == ':') {
    while (at < text_.size() && is_word_character(text_[at])) ++at;
  } else if (at < text_.size()) {
    const std::string_view two = std::string_view(text_).substr(begin, 2);
    if (two == "<>" || two == "<=" || two == ">=") ++at;
  }
  return text_.substr(begin, at - begin);
}

void ExpressionParser::next() {
  if (!error_) token_ = read_token(at_);
}

bool ExpressionParser::take(std::string_view symbol) {
  if (token_ != symbol) return false;
  next();
  return true;
}

bool ExpressionParser::take_word(std::string_view word) {
  if (!same_word(token_, word)) return false;
  next();
  return true;
}

void ExpressionParser::expect(std::string_view symbol) {
  if (!take(symbol) && !error_) syntax_error();
}

bool ExpressionParser::is_name() const {
  return !token_.empty() && (token_[0] == '#' || is_word_character(token_[0])) &&
         std::isdigit(static_cast<unsigned char>(token_[0])) == 0;
}

bool ExpressionParser::is_call(std::string_view function) const {
  if (token_ != function) return false;
  std::size_t at = at_;
  return read_token(at) == "(";
}

DocumentPath ExpressionParser::path() {
  DocumentPath path;
  const auto take_name = [&] {
    if (!is_name()) return syntax_error();
    if (token_[0] == '#') {
      const std::string* name = placeholders_.name(token_);
      if (name == nullptr) {
        return fail(
            "An expression attribute name used in the document path is not defined; "
            "attribute name: " +
            token_);
      }
      path.emplace_back(*name);
    } else {
      path.emplace_back(token_);
    }
    next();
  };
  take_name();
  while (!error_) {
    if (take(".")) {
      take_name();
    } else if (take("[")) {
      std::size_t index = 0;
      const auto parsed = std::from_chars(token_.data(), token_.data() + token_.size(), index);
      if (parsed.ec != std::errc() || parsed.ptr != token_.data() + token_.size()) {
        syntax_error();
        break;
      }
      next();
      expect("]");
      path.emplace_back(index);
    } else {
      break;
    }
  }
  return path;
}

ExpressionParser::Operand ExpressionParser::value() {
  if (token_.empty() || token_[0] != ':') {
    if (!error_) syntax_error();
    return std::nullopt;
  }
  const Json* value = placeholders_.value(token_);
  if (value == nullptr) {
    fail("An expression attribute value used in expression is not defined; attribute value: " +
         token_);
    return std::nullopt;
  }
  next();
  return *value;
}

ExpressionParser::Operand ExpressionParser::operand() {
  if (!token_.empty() && token_[0] == ':') return value();
  const DocumentPath at = path();
  if (error_) return std::nullopt;
  const Json* found = value_at(item_, at);
  return found == nullptr ? Operand() : Operand(*found);
}

}  // namespace bedlam::dynamodb
