// DynamoDB's numbers: decimal, exact, up to 38 digits (developer guide, "Supported data types",
// Number).
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace bedlam::dynamodb {

class Number {
 public:
  // Nothing where the text is no number, or has more than 38 digits or an exponent beyond ±130.
  static std::optional<Number> parse(std::string_view text);

  // Nothing where the result has more than 38 digits.
  static std::optional<Number> sum(const Number& a, const Number& b);
  Number negated() const;

  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const { return (*this <=> other) == 0; }
  // Without an exponent and without zeros that say nothing: "0.5", "1200".
  std::string text() const;

 private:
  bool negative_ = false;
  std::string digits_;  // without zeros at either end; "" is 0
  int exponent_ = 0;    // the value is digits × 10^exponent
};

}  // namespace bedlam::dynamodb
