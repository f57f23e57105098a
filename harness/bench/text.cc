#include "harness/bench/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "emulator/base/utf8.h"
#include "harness/bench/load.h"

namespace bedlam::harness {
namespace {

constexpr std::size_t kBars = 12;
constexpr double kBarWidth = 40;
constexpr double kLeastSpread = 0.05;  // values that lie closer together have no shape to show
constexpr std::size_t kTitleWidth = 24, kCellWidth = 11;

// In characters, not bytes: the micro sign and the ellipsis are two and three.
std::string left(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, characters_in(text)), ' ');
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, characters_in(text)), ' ') + text;
}

std::string number(double value, const char* format = "%.3g") {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string grouped(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string table_head() {
  std::string line = left("", kTitleWidth);
  for (const Percentile& percentile : kPercentiles) line += right(percentile.name, kCellWidth);
  return "  " + line + right("max", kCellWidth) + right("n", kCellWidth) + "\n";
}

std::string table_row(const std::string& title, const Distribution& distribution, bool is_rate) {
  std::string line = left(title, kTitleWidth);
  const auto cell = [is_rate](double value) {
    return right(is_rate ? number(value) : format_seconds(value), kCellWidth);
  };
  for (const auto& [name, share] : kPercentiles) {
    // One in so many calls is beyond it: with fewer, it is the largest or next to it.
    const bool thin = static_cast<double>(distribution.count()) * (1 - share) < 1 - 1e-9;
    line += thin ? right("-", kCellWidth) : cell(distribution.at(is_rate ? 1 - share : share));
  }
  line += cell(is_rate ? distribution.sorted.front() : distribution.max());
  return "  " + line + right(grouped(distribution.count()), kCellWidth) + "\n";
}

std::string histogram_text(const std::string& title, const Distribution& distribution,
                           bool is_rate) {
  if (distribution.count() < 2) return "";
  const double spread = distribution.max() - distribution.sorted.front();
  if (spread < distribution.max() * kLeastSpread) return "";
  const Histogram shape = histogram(distribution.sorted, kBars);
  std::uint64_t most = 0;
  for (const auto& bar : shape.bars) most = std::max(most, bar.count);
  std::string text = "\n  " + title + "\n";
  for (const auto& bar : shape.bars) {
    const auto length = static_cast<std::size_t>(
        std::ceil(static_cast<double>(bar.count) * kBarWidth / static_cast<double>(most)));
    const auto bound = [is_rate](double value) {
      return is_rate ? number(value) : format_seconds(value);
    };
    text += "  " + right(bound(bar.from), 10) + " … " + left(bound(bar.to), 10) + " |" +
            std::string(length, '#') + (bar.count == 0 ? "" : " " + grouped(bar.count)) + "\n";
  }
  return text;
}

std::string errors_text(const StageSummary& summary) {
  if (summary.errors.empty()) return "";
  const std::size_t failed = summary.result.calls.size() - summary.complete;
  const double share =
      static_cast<double>(failed) / static_cast<double>(summary.result.calls.size());
  std::string text = "\n  errors: " + grouped(failed) + " of " +
                     grouped(summary.result.calls.size()) + " (" + number(share * 100) +
                     " %), and the time that each took\n";
  for (const ErrorKind& error : summary.errors)
    text += table_row(printable(error.kind), error.took, false);
  return text;
}

std::string validity_text(const StageSummary& summary) {
  const auto both = [](Duration p99, Duration most) {
    return "p99 " + format_seconds(seconds(p99)) + ", max " + format_seconds(seconds(most));
  };
  const Stalls& own = summary.result.stalls;
  std::string text = "  late itself: p99 " + format_seconds(summary.late.at(0.99)) + ", max " +
                     format_seconds(summary.late.max()) +
                     "; its naps: " + both(own.p99, own.longest);
  if (summary.server_stalls) {
    text += "; the emulator's timers: " +
            both(summary.server_stalls->p99, summary.server_stalls->longest);
  }
  text += "\n";
  switch (summary.result.cut_short) {
    case CutShort::kMaxCost:
      return text + "  CUT SHORT by --max-cost: the next call might have passed it\n";
    case CutShort::kInterrupted:
      return text + "  stopped: interrupted\n";
    case CutShort::kNoCredentials:
      return text + "  stopped: there were no credentials any more\n";
    case CutShort::kNoAnswers:
      return text + "  stopped: no answer came to " + std::to_string(kMostUnanswered) +
             " calls in a row\n";
    case CutShort::kNo:
      break;
  }
  return text;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    const bool second_set = c == 0xc2 && next >= 0x80 && next < 0xa0;
    if (c >= 0x20 && c != 0x7f && !second_set) {
      shown += text[i];
      continue;
    }
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "\\x%02x", second_set ? next : c);
    shown += code.data();
    if (second_set) ++i;
  }
  return shown;
}

std::string heading_text(const BenchFacts& facts) {
  std::string text = facts.operation + " " + facts.model + " at " + facts.endpoint + ", max " +
                     std::to_string(facts.max_tokens) + " tokens, seed " +
                     std::to_string(facts.seed);
  if (!facts.proxy.empty()) text += ", through the proxy " + facts.proxy;
  if (!facts.credentials.empty()) text += ", credentials: " + facts.credentials;
  return text + "\n";
}

std::string undone_text(const BenchFacts& facts, const std::vector<StageSummary>& stages) {
  if (stages.empty() || stages.back().result.cut_short == CutShort::kNo) return "";
  std::string text = "\n";
  if (stages.back().result.cut_short == CutShort::kMaxCost) {
    text += "cut short by --max-cost" +
            (facts.max_cost ? " " + format_money(*facts.max_cost) : std::string()) +
            ": fewer calls than were asked for, and the exit status says so\n";
  }
  for (const std::string& label : facts.left_out) text += "not made: " + label + "\n";
  return text == "\n" ? "" : text;
}

std::string stage_text(const StageSummary& summary) {
  std::string text = "\n" + summary.label() + ": " + grouped(summary.result.calls.size()) +
                     " calls in " + format_seconds(seconds(summary.result.took)) + ", " +
                     number(summary.calls_a_second) + " calls/s, " +
                     number(summary.tokens_a_second, "%.0f") + " tokens/s, " +
                     grouped(summary.result.workers) +
                     (summary.result.workers == 1 ? " connection" : " connections");
  if (summary.priced) text += ", " + format_money(summary.spent) + " at AWS's prices";
  text += "\n";
  if (!summary.invalid.empty()) text += "  INVALID: " + printable(summary.invalid) + "\n";
  if (summary.complete > 0) {
    text += table_head();
    for (std::size_t i = 0; i < metrics().size(); ++i) {
      const Metric& metric = metrics()[i];
      if (summary.measured[i].count() == 0) continue;
      text += table_row(metric.title, summary.measured[i], metric.is_rate);
    }
  }
  text += validity_text(summary) + errors_text(summary);
  for (std::size_t i = 0; i < metrics().size(); ++i) {
    text += histogram_text(metrics()[i].title, summary.measured[i], metrics()[i].is_rate);
  }
  return text;
}

}  // namespace bedlam::harness
