// How much of a model an account may use in a Region, as a scenario says it. What follows from it
// for a call is computed in bedrock/quota/.
//
// Names and meaning: Amazon Bedrock user guide, "Quotas for the bedrock-runtime endpoint" and "How
// tokens are counted in Amazon Bedrock" (read 2026-11-22).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/duration.h"

namespace bedlam::script {

// So many in so much time; also how many may come at once.
struct Rate {
  std::int64_t amount = 0;
  Duration per{};
  bool operator==(const Rate&) const = default;
};
// The rate allows more in the same time.
bool is_above(const Rate& rate, const Rate& other);

// The largest amount of a quota. Ours: a thousand times the largest daily quota that was seen.
inline constexpr std::int64_t kMaxQuotaAmount = 1'000'000'000'000;

// `50`, `400k`, `1.5M`, `720M`, `1G`: a whole number from 1 to kMaxQuotaAmount.
std::optional<std::int64_t> parse_amount(std::string_view text);
// `50/min`, `400k/min`, `10/s`, `5000/h`.
std::optional<Rate> parse_rate(std::string_view text);
inline constexpr std::string_view kRateForms = "50/min, 400k/min or 10/s";
inline constexpr std::string_view kAmountForms = "500, 400k or 1.5M";

// "400,000", "50/min".
std::string format_amount(std::int64_t amount);
std::string format_rate(const Rate& rate);

// How a quota comes back. AWS does not document it.
enum class Refill {
  kContinuous,  // a token bucket: a 60th of a minute's amount each second
  kWindow,      // all at once when the calendar's next second, minute or hour begins
};

// What is not set is not limited.
struct Quota {
  std::optional<Rate> requests, tokens;
  std::optional<std::int64_t> daily_tokens;  // all at once at 00:00 UTC
  std::optional<int> concurrent;
  std::optional<int> burndown;  // of an output token; by default what AWS documents for the model
  Refill refill = Refill::kContinuous;
  // Where an inference profile may go, each Region with the quotas above. Empty: only where it is
  // called, which is how AWS counts a profile.
  std::vector<std::string> regions;
};

// A quota that AWS does not raise.
struct HardLimit {
  std::string_view pattern;       // of a model's own id: on demand, in one Region
  std::int64_t requests, tokens;  // a minute
  std::string_view source;
};
// Of a model id or ARN; nullptr where none is known. Inference profiles have quotas of their own.
const HardLimit* find_hard_limit(std::string_view identifier);

}  // namespace bedlam::script
