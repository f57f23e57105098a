#include "harness/expect/matchers/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace bedlam::harness {
namespace {

// Exact for whole nanoseconds and for doubles: 64 bits of mantissa or more.
using Real = long double;

__extension__ using Wide = __int128;

constexpr std::string_view kForms =
    "a value, '>= 3', '3..5', '4 ± 10%', or a list of these that must all hold";
constexpr std::string_view kDurationForms =
    "19.2s, '>= 3s', 1s..2s, 19.2s ± 2%, 37.7% less than NAME, or a list that must all hold";
constexpr std::string_view kMoneyForms =
    "0.02 USD, '<= 0.02 USD', 0.01 USD..0.02 USD, 30% less than NAME, or a list that must all hold";

std::string_view forms_of(Unit unit) {
  if (unit == Unit::kMoney) return kMoneyForms;
  return unit == Unit::kNumber ? kForms : kDurationForms;
}

std::string_view name_of(Unit unit) {
  if (unit == Unit::kMoney) return "amount of money";
  return unit == Unit::kNumber ? "number" : "duration";
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Real> parse_value(std::string_view text, Unit unit) {
  text = trim(text);
  if (unit == Unit::kNumber) {
    const std::optional<double> number = parse_number(text);
    if (!number) return std::nullopt;
    return static_cast<Real>(*number);
  }
  if (unit == Unit::kMoney) {
    const std::optional<Money> money = parse_money(text);
    if (!money) return std::nullopt;
    return static_cast<Real>(money->picos);
  }
  const std::optional<Duration> duration = parse_duration(text);
  if (!duration) return std::nullopt;
  return static_cast<Real>(duration->count());
}

std::string show_real(Real value, Unit unit) {
  if (unit == Unit::kDuration) return format_duration(Duration(std::llround(value)));
  if (unit == Unit::kMoney) return format_money({std::llround(value)});
  return show(std::floor(value) == value ? Json(static_cast<std::int64_t>(value))
                                         : Json(static_cast<double>(value)));
}

// The value in the matcher's unit, or nothing where it is of another kind.
std::optional<Real> real_of(const Value& value, Unit unit) {
  if (const auto* duration = std::get_if<Duration>(&value); duration && unit == Unit::kDuration) {
    return static_cast<Real>(duration->count());
  }
  if (const auto* money = std::get_if<Money>(&value); money && unit == Unit::kMoney) {
    return static_cast<Real>(money->picos);
  }
  const auto* json = std::get_if<Json>(&value);
  if (json == nullptr || unit != Unit::kNumber || !json->is_number()) return std::nullopt;
  return static_cast<Real>(json->get<double>());
}

std::string clause(const Value& value) {
  const auto* json = std::get_if<Json>(&value);
  if (json != nullptr && json->is_null()) return "there was none";
  if (std::holds_alternative<Money>(value)) return "it cost " + show(value);
  return (std::holds_alternative<Duration>(value) ? "it took " : "it was ") + show(value);
}

// Between two bounds, each in or out; a tolerance on durations widens both.
class Between final : public Matcher {
 public:
  struct Bounds {
    Real least = -std::numeric_limits<Real>::infinity();
    Real most = std::numeric_limits<Real>::infinity();
    bool open = false;     // the bounds themselves do not hold
    bool outside = false;  // turned round: everything but
  };
  Between(Position position, Unit unit, Bounds bounds, std::string expected)
      : position_(position), unit_(unit), bounds_(bounds), expected_(std::move(expected)) {}

  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const std::optional<Real> value = real_of(actual, unit_);
    const Real tolerance = unit_ == Unit::kDuration ? static_cast<Real>(around.tolerance) : 0;
    const Real least = bounds_.least * (1 - tolerance), most = bounds_.most * (1 + tolerance);
    const bool inside = value && (bounds_.open ? *value > least && *value < most
                                               : *value >= least && *value <= most);
    if (value && inside != bounds_.outside) return;
    misses.push_back({position_, "", expected_, clause(actual)});
  }

 private:
  Position position_;
  Unit unit_;
  Bounds bounds_;
  std::string expected_;
};

// `37.7% less than chain`.
class Relative final : public Matcher {
 public:
  Relative(Position position, std::string percent, long long scaled, int decimals, bool less,
           std::string reference)
      : position_(position),
        percent_(std::move(percent)),
        scaled_(scaled),
        decimals_(decimals),
        less_(less),
        reference_(std::move(reference)) {}

  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const bool of_money = std::holds_alternative<Money>(actual);
    const std::string expected =
        percent_ + " % " + (less_ ? "less than " : "more than ") + reference_;
    const std::optional<Duration> value = of(actual), reference = of(around, of_money);
    if (!value || !reference || *reference <= Duration{}) {
      misses.push_back(
          {position_, "", expected,
           reference_ + (of_money ? " cost nothing" : " took no time") + " to compare with"});
      return;
    }
    if (differs_by_percent(*reference, *value, scaled_, decimals_, less_)) return;
    if (!of_money && around.tolerance > 0 && near(*reference, *value, around.tolerance)) return;
    misses.push_back({position_, "", expected,
                      clause(actual) + ", " + difference(*reference, *value) + " " + reference_ +
                          " (" + shown(*reference, of_money) + ")"});
  }

 private:
  // Money is compared as durations are: a picodollar for a nanosecond.
  static std::optional<Duration> of(const Value& value) {
    if (const auto* duration = std::get_if<Duration>(&value)) return *duration;
    if (const auto* money = std::get_if<Money>(&value)) return Duration(money->picos);
    return std::nullopt;
  }
  std::optional<Duration> of(const Surroundings& around, bool of_money) const {
    if (of_money && around.cost == nullptr) return std::nullopt;
    if (of_money) {
      const auto cost = around.cost->find(reference_);
      if (cost == around.cost->end()) return std::nullopt;
      return Duration(cost->second.picos);
    }
    const auto took = around.took->find(reference_);
    if (took == around.took->end()) return std::nullopt;
    return took->second;
  }
  static std::string shown(Duration amount, bool of_money) {
    return of_money ? format_money({amount.count()}) : format_duration(amount);
  }
  bool near(Duration reference, Duration actual, double tolerance) const {
    const double part = static_cast<double>(scaled_) / std::pow(10.0, decimals_ + 2);
    const double wanted = seconds(reference) * (less_ ? 1 - part : 1 + part);
    return std::abs(seconds(actual) - wanted) <= wanted * tolerance;
  }
  // "20.8 % less than", with the decimals that were asked for.
  std::string difference(Duration reference, Duration actual) const {
    const double percent = 100 * seconds(actual - reference) / seconds(reference);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f %% %s than", decimals_, std::abs(percent),
                  percent <= 0 ? "less" : "more");
    return text.data();
  }

  Position position_;
  std::string percent_;
  long long scaled_;
  int decimals_;
  bool less_;
  std::string reference_;
};

MatcherPtr compile_relative(const Cursor& cursor, std::string_view text, std::size_t percent_at) {
  constexpr std::string_view kLess = "less than ", kMore = "more than ";
  const std::string_view percent = trim(text.substr(0, percent_at));
  std::string_view rest = trim(text.substr(percent_at + 1));
  const bool less = rest.starts_with(kLess);
  if (!less && !rest.starts_with(kMore)) {
    return cursor.mistake("'" + std::string(text) + "' is no comparison",
                          "write 37.7% less than NAME, or 10% more than NAME");
  }
  const std::string name(trim(rest.substr(kLess.size())));
  const std::size_t point = percent.find('.');
  std::string digits(percent);
  if (point != std::string_view::npos) digits.erase(point, 1);
  long long scaled = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), scaled);
  if (error != std::errc() || end != digits.data() + digits.size() || scaled < 0 ||
      digits.size() > 9) {
    return cursor.mistake("'" + std::string(percent) + "' is no percentage");
  }
  const std::vector<std::string>& steps = cursor.earlier_steps();
  if (std::find(steps.begin(), steps.end(), name) == steps.end()) {
    return cursor.mistake(
        "no step before this one is called '" + name + "'" +
            did_you_mean(name, std::vector<std::string_view>(steps.begin(), steps.end())),
        "a step is called by its `as`, or by what it starts");
  }
  const int decimals =
      point == std::string_view::npos ? 0 : static_cast<int>(percent.size() - point - 1);
  return std::make_shared<Relative>(cursor.position(), std::string(percent), scaled, decimals, less,
                                    name);
}

struct Relation {
  std::string_view sign;
  bool least, open, outside;  // whether the value is the least, else the most
};
constexpr std::array<Relation, 6> kRelations{{{">=", true, false, false},
                                              {"<=", false, false, false},
                                              {"!=", true, false, true},
                                              {"==", true, false, false},
                                              {">", true, true, false},
                                              {"<", false, true, false}}};

const Relation* relation_of(std::string_view text) {
  for (const Relation& relation : kRelations) {
    if (text.starts_with(relation.sign)) return &relation;
  }
  return nullptr;
}

// "±", or "+/-" for keyboards without it; npos where there is neither.
std::pair<std::size_t, std::size_t> find_plus_minus(std::string_view text) {
  for (const std::string_view sign : {"±", "+/-"}) {
    if (const std::size_t at = text.find(sign); at != std::string_view::npos) {
      return {at, sign.size()};
    }
  }
  return {std::string_view::npos, 0};
}

class TextCompiler {
 public:
  TextCompiler(const Cursor& cursor, std::string_view text, Unit unit)
      : cursor_(cursor), text_(trim(text)), unit_(unit) {}

  MatcherPtr compile() const {
    if (const Relation* relation = relation_of(text_)) return compare(*relation);
    if (const auto [at, size] = find_plus_minus(text_); size > 0) return around(at, size);
    const std::size_t percent = text_.find('%');
    if (percent != std::string_view::npos && unit_ != Unit::kNumber) {
      return compile_relative(cursor_, text_, percent);
    }
    if (const std::size_t dots = text_.find(".."); dots != std::string_view::npos) {
      return range(dots);
    }
    const std::optional<Real> value = parse_value(text_, unit_);
    if (!value) return refuse(text_);
    return between({*value, *value}, show_real(*value, unit_));
  }

 private:
  MatcherPtr between(Between::Bounds bounds, std::string expected) const {
    return std::make_shared<Between>(cursor_.position(), unit_, bounds, std::move(expected));
  }
  MatcherPtr refuse(std::string_view part) const {
    const bool bare_number = unit_ != Unit::kNumber && parse_number(part);
    const std::string what(part);
    return cursor_.mistake(
        bare_number ? "'" + what + "' has no unit"
                    : "'" + what + "' is no " + std::string(name_of(unit_)),
        bare_number ? "write " + what + (unit_ == Unit::kMoney ? " USD" : "s or " + what + "ms")
                    : "expected " + std::string(forms_of(unit_)));
  }
  MatcherPtr compare(const Relation& relation) const {
    const std::string_view rest = trim(text_.substr(relation.sign.size()));
    const std::optional<Real> value = parse_value(rest, unit_);
    if (!value) return refuse(rest);
    Between::Bounds bounds;
    bounds.open = relation.open;
    bounds.outside = relation.outside;
    const bool both = relation.outside || relation.sign == "==";
    if (relation.least || both) bounds.least = *value;
    if (!relation.least || both) bounds.most = *value;
    return between(bounds, std::string(relation.sign) + " " + show_real(*value, unit_));
  }
  MatcherPtr around(std::size_t at, std::size_t size) const {
    const std::string_view middle = trim(text_.substr(0, at)),
                           slack = trim(text_.substr(at + size));
    const std::optional<Real> value = parse_value(middle, unit_);
    if (!value) return refuse(middle);
    std::optional<Real> width = parse_value(slack, unit_);
    if (slack.ends_with('%')) {
      const auto percent = parse_number(trim(slack.substr(0, slack.size() - 1)));
      if (percent) width = *value * static_cast<Real>(*percent) / 100;
    }
    if (!width || *width < 0) return refuse(slack);
    return between({*value - *width, *value + *width},
                   show_real(*value, unit_) + " ± " + std::string(slack));
  }
  MatcherPtr range(std::size_t dots) const {
    const std::string_view from = trim(text_.substr(0, dots)), to = trim(text_.substr(dots + 2));
    const std::optional<Real> least = parse_value(from, unit_), most = parse_value(to, unit_);
    if (!least) return refuse(from);
    if (!most) return refuse(to);
    if (*least > *most) return cursor_.mistake("the range ends before it begins");
    return between({*least, *most}, show_real(*least, unit_) + ".." + show_real(*most, unit_));
  }

  const Cursor& cursor_;
  std::string_view text_;
  Unit unit_;
};

}  // namespace

bool differs_by_percent(Duration reference, Duration actual, long long percent_scaled, int decimals,
                        bool less) {
  const Wide difference =
      less ? Wide(reference.count()) - actual.count() : Wide(actual.count()) - reference.count();
  if (difference < 0) return false;
  Wide scaled = difference * 100;
  for (int i = 0; i < decimals; ++i) scaled *= 10;
  const Wide divisor = reference.count();
  return (2 * scaled + divisor) / (2 * divisor) == percent_scaled;
}

bool looks_like_number_test(std::string_view text) {
  text = trim(text);
  if (const Relation* relation = relation_of(text)) {
    return parse_number(trim(text.substr(relation->sign.size()))).has_value();
  }
  const auto [sign_at, size] = find_plus_minus(text);
  if (size > 0) return parse_number(trim(text.substr(0, sign_at))).has_value();
  const std::size_t dots = text.find("..");
  return dots != std::string_view::npos && parse_number(trim(text.substr(0, dots))) &&
         parse_number(trim(text.substr(dots + 2)));
}

MatcherPtr compile_quantity(const Cursor& cursor, Unit unit) {
  const Json& value = cursor.value();
  if (value.is_array()) {
    std::vector<MatcherPtr> matchers;
    for (std::size_t i = 0; i < value.size(); ++i) {
      matchers.push_back(compile_quantity(cursor.element(i), unit));
    }
    return all_of(std::move(matchers));
  }
  if (value.is_string()) {
    return TextCompiler(cursor, value.get_ref<const std::string&>(), unit).compile();
  }
  if (value.is_number()) return TextCompiler(cursor, value.dump(), unit).compile();
  return cursor.mistake(
      (unit == Unit::kMoney ? "expected an " : "expected a ") + std::string(name_of(unit)),
      "write " + std::string(forms_of(unit)));
}

}  // namespace bedlam::harness
