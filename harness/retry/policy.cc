#include "harness/retry/policy.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>

#include "emulator/rpc/reply.h"
#include "harness/retry/rate_limiter.h"

namespace bedlam::harness {
namespace {

template <typename T, typename U>
bool contains(const std::vector<T>& list, const U& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// max(t, min(hint, t + above)): what the 2026 rules make of a hint and their own delay t.
Duration lengthened(Duration t, Duration hint, Duration above) {
  return std::max(t, std::min(hint, t + above));
}

// A whole number, and nothing else; at least 0.
std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = error == std::errc() && end == text.data() + text.size() && number >= 0;
  return good ? std::optional(number) : std::nullopt;
}

// Seconds, or a date (RFC 9110 section 10.2.3).
std::optional<Duration> retry_after_of(const std::string& text, WallTime now) {
  if (const auto number = whole_number(text)) return from_seconds(static_cast<double>(*number));
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const WallTime date{std::chrono::seconds(timegm(&parts))};
  return std::max(Duration{}, date - now);
}

std::optional<Duration> milliseconds_of(std::string_view text) {
  const auto number = whole_number(text);
  if (!number) return std::nullopt;
  return from_seconds(static_cast<double>(*number) / 1000);
}

}  // namespace

// Measured of the SDK for JavaScript, which alone tells them apart (docs/clients.md).
Trouble::Kind stream_trouble(std::uint32_t code) {
  return code == rpc::kRefusedStream ? Trouble::Kind::kStreamRefused : Trouble::Kind::kStreamReset;
}

Trouble::Kind connection_trouble(std::uint32_t code) {
  return code == 0 ? Trouble::Kind::kReset : Trouble::Kind::kStreamReset;
}

std::string describe(const Trouble& trouble) {
  switch (trouble.kind) {
    case Trouble::Kind::kErrorAnswer:
      return std::to_string(trouble.status) + (trouble.code.empty() ? "" : " " + trouble.code);
    case Trouble::Kind::kReadTimeout:
      return trouble.inside_body ? "a read timeout inside the body" : "a read timeout";
    case Trouble::Kind::kConnectionClosed:
      return trouble.inside_body ? "a connection that ended inside the body"
                                 : "a connection that was closed";
    case Trouble::Kind::kReset:
      return "a reset";
    case Trouble::Kind::kStreamReset:
      return "a reset of the stream";
    case Trouble::Kind::kStreamRefused:
      return "a refused stream";
  }
  return "";
}

std::string describe(const Band& band) {
  if (band.least == band.most) return format_duration(band.least);
  return format_duration(band.least) + ".." + format_duration(band.most);
}

Band Backoff::band(int retry) const {
  const double grown = seconds(base) * std::pow(rate, retry);
  const double limit = cap == Duration::max() ? grown : std::min(grown, seconds(cap));
  if (retry >= cap_from) return {cap, cap};
  return {from_seconds(limit * least), from_seconds(limit * most)};
}

Cause RetryPolicy::classify(const Trouble& trouble) const {
  using Kind = Trouble::Kind;
  if (trouble.inside_body && !conditions.inside_body) return Cause::kFinal;
  const auto if_set = [](bool retried) { return retried ? Cause::kTransient : Cause::kFinal; };
  if (trouble.kind == Kind::kReadTimeout) return if_set(conditions.read_timeouts);
  if (trouble.kind == Kind::kConnectionClosed) return if_set(conditions.connections);
  if (trouble.kind == Kind::kReset || trouble.kind == Kind::kStreamRefused)
    return if_set(conditions.resets);
  if (trouble.kind == Kind::kStreamReset) return if_set(conditions.stream_resets);
  const bool by_code = !conditions.codes_only_with_400 || trouble.status == 400;
  const auto hinted = conditions.should_retry ? trouble.hints.should_retry : std::nullopt;
  if (hinted && !*hinted) return Cause::kFinal;
  if (contains(conditions.throttling_statuses, trouble.status) ||
      (by_code && contains(conditions.throttling_codes, trouble.code))) {
    return Cause::kThrottling;
  }
  if (contains(conditions.transient_statuses, trouble.status) ||
      trouble.status >= conditions.transient_from ||
      (by_code && contains(conditions.transient_codes, trouble.code))) {
    return Cause::kTransient;
  }
  return if_set(hinted.value_or(false));
}

Band RetryPolicy::backoff(int retry, Cause cause) const {
  return (cause == Cause::kThrottling ? throttling : transient).band(retry);
}

Band RetryPolicy::backoff(int retry, const Trouble& trouble) const {
  const Band own = backoff(retry, classify(trouble));
  std::optional<Duration> hint;
  if (hints.retry_after) hint = trouble.hints.retry_after;
  if (hints.retry_after_ms && trouble.hints.retry_after_ms) hint = trouble.hints.retry_after_ms;
  if (hints.x_amz_retry_after && trouble.hints.x_amz_retry_after) {
    hint = trouble.hints.x_amz_retry_after;
  }
  if (!hint) return own;
  if (hints.at_most_above_backoff) {
    const Duration above = *hints.at_most_above_backoff;
    return {lengthened(own.least, *hint, above), lengthened(own.most, *hint, above)};
  }
  if (hints.ignored_from && *hint >= *hints.ignored_from && *hint >= own.most) return own;
  return {*hint, *hint};
}

Band RetryPolicy::gap(int retry, const Trouble& trouble) const {
  Band band = backoff(retry, trouble);
  if (rate_limited) band.most += from_seconds(1 / RateLimiter::kMinFillRate);
  return band;
}

Band RetryPolicy::refused_wait(std::string_view operation, int retry,
                               const Trouble& trouble) const {
  return contains(quota.long_polls, operation) ? backoff(retry, trouble) : Band{};
}

int RetryPolicy::quota_cost(const Trouble& trouble) const {
  if (trouble.kind == Trouble::Kind::kReadTimeout && quota.read_timeout > 0) {
    return quota.read_timeout;
  }
  return classify(trouble) == Cause::kThrottling ? quota.throttling : quota.transient;
}

RetryHints hints_of(const aws::Headers& headers, WallTime now) {
  RetryHints hints;
  hints.retry_after = retry_after_of(std::string(headers.get("retry-after")), now);
  hints.retry_after_ms = milliseconds_of(headers.get("retry-after-ms"));
  hints.x_amz_retry_after = milliseconds_of(headers.get("x-amz-retry-after"));
  const std::string_view should = headers.get("x-should-retry");
  if (should == "true") hints.should_retry = true;
  if (should == "false") hints.should_retry = false;
  return hints;
}

}  // namespace bedlam::harness
