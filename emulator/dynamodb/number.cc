#include "emulator/dynamodb/number.h"

#include <algorithm>
#include <charconv>

namespace bedlam::dynamodb {
namespace {

// "Numbers can have up to 38 digits of precision … 1E-130 to 9.99E+125" (the same page).
constexpr std::size_t kMaxDigits = 38;
constexpr int kMaxExponent = 126;
constexpr int kMinExponent = -130;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Digit by digit, of texts of the same length.
std::string added(const std::string& a, const std::string& b) {
  std::string sum(a.size() + 1, '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = (a[i] - '0') + (b[i] - '0') + carry;
    sum[i + 1] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  sum[0] = static_cast<char>('0' + carry);
  return sum;
}

// The same; `a` is not the smaller one.
std::string subtracted(const std::string& a, const std::string& b) {
  std::string difference(a.size(), '0');
  int borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    int digit = a[i] - b[i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    if (digit < 0) digit += 10;
    difference[i] = static_cast<char>('0' + digit);
  }
  return difference;
}

// Takes the zeros off both ends; gives how many places the last ones were.
int trim(std::string& digits) {
  digits.erase(0, digits.find_first_not_of('0'));
  const std::size_t end = digits.find_last_not_of('0');
  const std::size_t kept = end == std::string::npos ? 0 : end + 1;
  const auto places = static_cast<int>(digits.size() - kept);
  digits.resize(kept);
  return kept == 0 ? 0 : places;
}

}  // namespace

std::optional<Number> Number::parse(std::string_view text) {
  Number number;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+'))
    number.negative_ = text[at++] == '-';
  bool point = false;
  bool any = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
    if (text[at] == '.') {
      point = true;
      continue;
    }
    any = true;
    number.digits_ += text[at];
    if (point) --number.exponent_;
  }
  if (!any) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int exponent = 0;
    const auto parsed = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (parsed.ec != std::errc() || exponent > 1'000 || exponent < -1'000) return std::nullopt;
    number.exponent_ += exponent;
    at = static_cast<std::size_t>(parsed.ptr - text.data());
  }
  if (at != text.size()) return std::nullopt;
  number.exponent_ += trim(number.digits_);
  if (number.digits_.empty()) return Number();
  const int magnitude = number.exponent_ + static_cast<int>(number.digits_.size());
  if (number.digits_.size() > kMaxDigits || magnitude > kMaxExponent ||
      number.exponent_ < kMinExponent) {
    return std::nullopt;
  }
  return number;
}

std::optional<Number> Number::sum(const Number& a, const Number& b) {
  if (a.digits_.empty()) return b;
  if (b.digits_.empty()) return a;
  const int exponent = std::min(a.exponent_, b.exponent_);
  const auto aligned = [&](const Number& n) {
    return n.digits_ + std::string(static_cast<std::size_t>(n.exponent_ - exponent), '0');
  };
  std::string x = aligned(a);
  std::string y = aligned(b);
  const std::size_t length = std::max(x.size(), y.size());
  x.insert(0, length - x.size(), '0');
  y.insert(0, length - y.size(), '0');
  Number result;
  result.exponent_ = exponent;
  result.negative_ = a.negative_;
  if (a.negative_ == b.negative_) {
    result.digits_ = added(x, y);
  } else {
    if (x < y) {
      std::swap(x, y);
      result.negative_ = b.negative_;
    }
    result.digits_ = subtracted(x, y);
  }
  result.exponent_ += trim(result.digits_);
  if (result.digits_.empty()) return Number();
  if (result.digits_.size() > kMaxDigits) return std::nullopt;
  return result;
}

Number Number::negated() const {
  Number other = *this;
  if (!digits_.empty()) other.negative_ = !negative_;
  return other;
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  const auto sign = [](const Number& n) { return n.digits_.empty() ? 0 : n.negative_ ? -1 : 1; };
  if (const auto signs = sign(*this) <=> sign(other); signs != 0 || digits_.empty()) return signs;
  const auto magnitude = [](const Number& n) {
    return n.exponent_ + static_cast<int>(n.digits_.size());
  };
  auto order = magnitude(*this) <=> magnitude(other);
  if (order == 0) {
    const int compared = digits_.compare(other.digits_);
    order = compared <=> 0;
  }
  if (!negative_ || order == 0) return order;
  return order < 0 ? std::strong_ordering::greater : std::strong_ordering::less;
}

std::string Number::text() const {
  if (digits_.empty()) return "0";
  std::string text = digits_;
  if (exponent_ >= 0) {
    text += std::string(static_cast<std::size_t>(exponent_), '0');
  } else {
    const auto fraction = static_cast<std::size_t>(-exponent_);
    if (text.size() <= fraction) text.insert(0, fraction - text.size() + 1, '0');
    text.insert(text.size() - fraction, ".");
  }
  return negative_ ? "-" + text : text;
}

}  // namespace bedlam::dynamodb
