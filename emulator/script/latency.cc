#include "emulator/script/latency.h"

#include <algorithm>
#include <cmath>

namespace bedlam::script {
namespace {

// The 99th percentile of the standard normal distribution.
constexpr double kZ99 = 2.3263478740408408;

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The inside of `name( … )`, split at its comma.
std::optional<std::pair<std::string_view, std::string_view>> arguments(std::string_view text,
                                                                       std::string_view name) {
  if (!text.starts_with(name) || !text.ends_with(')')) return std::nullopt;
  text.remove_prefix(name.size());
  text = trim(text);
  if (!text.starts_with('(')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  return std::pair(trim(text.substr(0, comma)), trim(text.substr(comma + 1)));
}

// The duration behind a word: `median 800ms`; an empty word is no word.
std::optional<Duration> labelled(std::string_view text, std::string_view word) {
  if (!word.empty()) {
    if (!text.starts_with(word)) return std::nullopt;
    text = trim(text.substr(word.size()));
  }
  return parse_duration(text);
}

template <typename D>
std::optional<Distribution> two_parts(std::string_view text, std::string_view name,
                                      std::string_view first_word, std::string_view second_word) {
  const auto parts = arguments(text, name);
  if (!parts) return std::nullopt;
  const auto first = labelled(parts->first, first_word);
  const auto second = labelled(parts->second, second_word);
  if (!first || !second) return std::nullopt;
  return D{*first, *second};
}

Duration saturated_sum(Duration a, Duration b) {
  return std::min(a + b, kLongestDuration);
}

struct Draw {
  Random& random;

  Duration operator()(const Constant& c) const { return c.value; }
  Duration operator()(const Uniform& u) const {
    return u.from + from_seconds(random.uniform() * seconds(u.to - u.from));
  }
  Duration operator()(const Normal& n) const {
    const Duration off_mean = from_seconds(random.normal() * seconds(n.deviation));
    return std::max(Duration{}, saturated_sum(n.mean, off_mean));
  }
  Duration operator()(const Lognormal& l) const {
    const double sigma = std::log(seconds(l.p99) / seconds(l.median)) / kZ99;
    return from_seconds(seconds(l.median) * std::exp(sigma * random.normal()));
  }
};

}  // namespace

std::optional<Distribution> parse_distribution(std::string_view text) {
  text = trim(text);
  if (const auto fixed = parse_duration(text)) return Constant{*fixed};
  if (const auto uniform = two_parts<Uniform>(text, "uniform", "", "")) {
    const auto& u = std::get<Uniform>(*uniform);
    return u.from <= u.to ? uniform : std::nullopt;
  }
  if (const auto normal = two_parts<Normal>(text, "normal", "mean", "sd")) return normal;
  const auto lognormal = two_parts<Lognormal>(text, "lognormal", "median", "p99");
  if (!lognormal) return std::nullopt;
  const auto& l = std::get<Lognormal>(*lognormal);
  return l.median > Duration{} && l.p99 >= l.median ? lognormal : std::nullopt;
}

Duration draw(const Distribution& distribution, Random& random) {
  return std::visit(Draw{random}, distribution);
}

std::vector<Duration> token_times(const Latency& latency, int tokens, Random& random) {
  std::vector<Duration> times(static_cast<std::size_t>(std::max(tokens, 1)));
  if (latency.total) {
    const Duration total = draw(*latency.total, random);
    const auto count = static_cast<Duration::rep>(times.size());
    for (Duration::rep i = 0; i < count; ++i) {
      // Whole part and rest apart: total × i would overflow for long answers over long times.
      times[static_cast<std::size_t>(i)] =
          total / count * (i + 1) + Duration((total % count).count() * (i + 1) / count);
    }
    return times;
  }
  Duration at = latency.first_token ? draw(*latency.first_token, random) : Duration{};
  for (Duration& time : times) {
    time = at;
    if (latency.per_token) at = saturated_sum(at, draw(*latency.per_token, random));
  }
  return times;
}

}  // namespace bedlam::script
