#include "emulator/script/latency.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace bedlam::script {
namespace {

// The 99th percentile of the standard normal distribution.
constexpr double kZ99 = 2.3263478740408408;
// More calls at a time than the machine has ports for; the arithmetic stays far from overflow.
constexpr int kMaxConcurrent = 1'000'000;

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The inside of `name( … )`.
std::optional<std::string_view> inside(std::string_view text, std::string_view name) {
  if (!text.starts_with(name) || !text.ends_with(')')) return std::nullopt;
  text.remove_prefix(name.size());
  text = trim(text);
  if (!text.starts_with('(')) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t comma = text.find(','); comma != std::string_view::npos;
       comma = text.find(',')) {
    parts.push_back(trim(text.substr(0, comma)));
    text.remove_prefix(comma + 1);
  }
  parts.push_back(trim(text));
  return parts;
}

// The text up to the next ` word `, taken off with the word.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view word) {
  const std::string around = " " + std::string(word) + " ";
  const std::size_t at = text.find(around);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = trim(text.substr(0, at));
  text = trim(text.substr(at + around.size()));
  return before;
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
  const auto within = inside(text, name);
  if (!within) return std::nullopt;
  const auto parts = split_at_commas(*within);
  if (parts.size() != 2) return std::nullopt;
  const auto first = labelled(parts[0], first_word);
  const auto second = labelled(parts[1], second_word);
  if (!first || !second) return std::nullopt;
  return D{*first, *second};
}

std::optional<Distribution> parse_measured(std::string_view text) {
  const auto within = inside(text, "measured");
  if (!within) return std::nullopt;
  std::vector<Duration> values;
  for (const std::string_view part : split_at_commas(*within)) {
    const auto value = parse_duration(part);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return measured(std::move(values));
}

// `from 1s to 4s at 20 concurrent`.
std::optional<Distribution> parse_ramp(std::string_view text) {
  auto within = inside(text, "ramp");
  if (!within) return std::nullopt;
  std::string_view rest = trim(*within);
  const auto from_words = take_until(rest, "to");
  const auto to_words = from_words ? take_until(rest, "at") : std::nullopt;
  if (!to_words) return std::nullopt;
  const auto from = labelled(*from_words, "from");
  const auto to = parse_duration(*to_words);
  int full = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), full);
  const std::string_view unit(end, static_cast<std::size_t>(rest.data() + rest.size() - end));
  if (!from || !to || *from > *to || error != std::errc()) return std::nullopt;
  if (trim(unit) != "concurrent" || full < 2 || full > kMaxConcurrent) return std::nullopt;
  return Ramp{*from, *to, full};
}

Duration saturated_sum(Duration a, Duration b) {
  return std::min(a + b, kLongestDuration);
}

std::optional<Distribution> at_load(const std::optional<Distribution>& distribution,
                                    int in_flight) {
  const auto* ramp = distribution ? std::get_if<Ramp>(&*distribution) : nullptr;
  if (ramp == nullptr) return distribution;
  const Duration::rep beside = std::clamp(in_flight, 1, ramp->full) - 1, most = ramp->full - 1;
  const Duration more = ramp->to - ramp->from;
  // Whole part and rest apart, so that long ramps do not overflow.
  return Constant{ramp->from + more / most * beside +
                  Duration((more % most).count() * beside / most)};
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
  Duration operator()(const Measured& m) const {
    const auto count = static_cast<double>(m.values->size());
    return (*m.values)[static_cast<std::size_t>(random.uniform() * count)];
  }
  Duration operator()(const Ramp& r) const { return r.from; }
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
  if (const auto values = parse_measured(text)) return values;
  if (const auto ramp = parse_ramp(text)) return ramp;
  const auto lognormal = two_parts<Lognormal>(text, "lognormal", "median", "p99");
  if (!lognormal) return std::nullopt;
  const auto& l = std::get<Lognormal>(*lognormal);
  return l.median > Duration{} && l.p99 >= l.median ? lognormal : std::nullopt;
}

Distribution measured(std::vector<Duration> values) {
  std::sort(values.begin(), values.end());
  return Measured{std::make_shared<const std::vector<Duration>>(std::move(values))};
}

Duration draw(const Distribution& distribution, Random& random) {
  return std::visit(Draw{random}, distribution);
}

Latency at_load(const Latency& latency, int in_flight) {
  return {at_load(latency.total, in_flight), at_load(latency.first_token, in_flight),
          at_load(latency.per_token, in_flight)};
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

std::vector<Duration> ready_times(const Latency& latency, int tokens, const Random& of_call) {
  Random draws = of_call.derive("latency");
  return token_times(latency, tokens, draws);
}

Duration answer_time(const Latency& latency, const Random& of_call) {
  return ready_times(latency, 1, of_call).back();
}

}  // namespace bedlam::script
