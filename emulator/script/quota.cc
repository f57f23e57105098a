#include "emulator/script/quota.h"

#include <algorithm>
#include <array>

#include "emulator/base/glob.h"
#include "emulator/script/model_id.h"

namespace bedlam::script {
namespace {

struct AmountUnit {
  char letter;
  std::int64_t factor;
};
constexpr std::array<AmountUnit, 3> kAmountUnits{
    {{'k', 1'000}, {'M', 1'000'000}, {'G', 1'000'000'000}}};

struct RateUnit {
  std::string_view name;
  Duration per;
};
constexpr std::array<RateUnit, 3> kRateUnits{{{"s", std::chrono::seconds(1)},
                                              {"min", std::chrono::minutes(1)},
                                              {"h", std::chrono::hours(1)}}};

// "Not adjustable" in Service Quotas, as far as public answers say so.
constexpr std::array<HardLimit, 1> kHardLimits{{
    {"anthropic.claude-3-5-sonnet-20240620*", 50, 400'000,
     "AWS re:Post, \"QU2tqWTuP…\", 2024: 50 requests and 400,000 tokens a minute, not adjustable"},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<std::int64_t> parse_amount(std::string_view text) {
  std::int64_t factor = 1;
  for (const AmountUnit& unit : kAmountUnits) {
    if (!text.empty() && text.back() == unit.letter) factor = unit.factor;
  }
  if (factor > 1) text.remove_suffix(1);
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;
  // Digits behind a point are worth a tenth each of what is before them.
  std::int64_t amount = 0, worth = factor;
  bool behind_point = false;
  for (const char c : text) {
    if (c == '.' && !behind_point) {
      behind_point = true;
      continue;
    }
    if (!is_digit(c)) return std::nullopt;
    if (behind_point) {
      if (worth % 10 != 0) return std::nullopt;  // less than one
      worth /= 10;
      amount += (c - '0') * worth;
    } else {
      amount = amount * 10 + (c - '0') * factor;
    }
    if (amount > kMaxQuotaAmount) return std::nullopt;
  }
  if (amount < 1) return std::nullopt;
  return amount;
}

std::optional<Rate> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<std::int64_t> amount = parse_amount(text.substr(0, slash));
  const auto unit = std::find_if(
      kRateUnits.begin(), kRateUnits.end(),
      [name = text.substr(slash + 1)](const RateUnit& known) { return known.name == name; });
  if (!amount || unit == kRateUnits.end()) return std::nullopt;
  return Rate{*amount, unit->per};
}

std::string format_amount(std::int64_t amount) {
  const bool negative = amount < 0;
  std::string digits = std::to_string(negative ? -amount : amount);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return (negative ? "-" : "") + digits;
}

bool is_above(const Rate& rate, const Rate& other) {
  using std::chrono::duration_cast, std::chrono::seconds;  // whole ones, so that nothing overflows
  return rate.amount * duration_cast<seconds>(other.per).count() >
         other.amount * duration_cast<seconds>(rate.per).count();
}

std::string format_rate(const Rate& rate) {
  for (const RateUnit& unit : kRateUnits) {
    if (unit.per == rate.per) return format_amount(rate.amount) + "/" + std::string(unit.name);
  }
  return format_amount(rate.amount) + " in " + format_duration(rate.per);
}

const HardLimit* find_hard_limit(std::string_view identifier) {
  const std::string_view id = bare_id(identifier);
  const auto limit =
      std::find_if(kHardLimits.begin(), kHardLimits.end(),
                   [&](const HardLimit& known) { return glob_match(known.pattern, id); });
  return limit == kHardLimits.end() ? nullptr : &*limit;
}

}  // namespace bedlam::script
