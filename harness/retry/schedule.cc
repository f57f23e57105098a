#include "harness/retry/schedule.h"

#include <algorithm>
#include <cmath>

#include "emulator/base/utf8.h"
#include "harness/retry/budget.h"
#include "harness/retry/catalog.h"

namespace bedlam::harness {
namespace {

constexpr std::size_t kPictureWidth = 60;  // characters
constexpr std::int64_t kMostDrawn = 4;     // attempts of one stretch
constexpr int kMaxShownAttempts = 12;      // rows of a schedule
constexpr std::string_view kAttemptMark = "█", kBackOffMark = "░";

std::string padded(std::string text, std::size_t width) {
  const std::size_t shown = characters_in(text);
  return text + std::string(shown < width ? width - shown : 1, ' ');
}

std::string times(std::int64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string repeated(std::string_view mark, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += mark;
  return text;
}

std::size_t cell_of(Duration at, Duration total) {
  return static_cast<std::size_t>(std::lround(seconds(at) / seconds(total) * kPictureWidth));
}

// The worst case as a bar, and where the limit lies in it.
std::string picture(const Budget& budget, std::optional<Duration> limit) {
  const Duration total = std::max(budget.total, limit.value_or(Duration{}));
  if (total == Duration{}) return "";
  std::string bar;
  Duration at{};
  std::size_t cell = 0;
  const auto draw = [&](Duration length, std::string_view mark) {
    at = saturating_sum(at, length);
    const std::size_t end = std::max(cell, cell_of(at, total));
    bar += repeated(mark, end - cell);
    cell = end;
  };
  for (const Stretch& stretch : budget.stretches) {
    // A stretch of many is narrower than a cell: they are drawn as fewer that are longer.
    const std::int64_t shown = std::min(stretch.count, kMostDrawn);
    const double longer = static_cast<double>(stretch.count) / static_cast<double>(shown);
    for (std::int64_t i = 0; i < shown; ++i) {
      draw(from_seconds(seconds(stretch.back_off) * longer), kBackOffMark);
      draw(from_seconds(seconds(stretch.attempt) * longer), kAttemptMark);
    }
  }
  std::string text = "  " + bar + "\n";
  if (limit) {
    text += "  " + std::string(cell_of(*limit, total), ' ') + "^ limit " + format_duration(*limit) +
            "\n";
  }
  return text;
}

std::string against_limit(const Budget& budget, std::optional<Duration> limit) {
  if (!limit) return "";
  if (budget.total <= *limit) return ": within the limit of " + format_duration(*limit);
  const std::int64_t begun = attempts_begun_by(budget, *limit);
  const std::int64_t ended = attempts_ended_by(budget, *limit);
  return ": longer than the limit of " + format_duration(*limit) + ", in which " +
         times(begun, "attempt") + (begun == 1 ? " begins and " : " begin and ") +
         std::to_string(ended) + (ended == 1 ? " ends" : " end");
}

// "5 attempts × 60 s + up to 15 s of back-off = 315 s: longer than …; up to 5 billed answers"
std::string sum_text(const Budget& budget, std::optional<Duration> limit) {
  std::string text = times(budget.attempts, "attempt") + " × " + format_duration(budget.each);
  if (budget.back_off > Duration{}) {
    text += " + up to " + format_sum(budget.back_off) + " of back-off";
  }
  text += " = " + format_sum(budget.total) + against_limit(budget, limit);
  return text + "; up to " + times(budget.billed_answers, "billed answer");
}

// A table of texts; the last column is not padded.
std::string rows_text(const std::vector<std::vector<std::string>>& rows) {
  constexpr std::size_t kFirst = 9, kOthers = 22;
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += i + 1 == row.size() ? row[i] : padded(row[i], i == 0 ? kFirst : kOthers);
    }
    text += "\n";
  }
  return text;
}

// One row an attempt: the pauses before it, and when it begins at the latest.
std::string table(const RetryPolicy& policy, int attempts, std::optional<Duration> each) {
  std::vector<std::vector<std::string>> rows{{"attempt", "pause before it", "when throttled"}};
  if (each) rows[0].push_back("begins at the latest, each waiting " + format_duration(*each));
  Duration at{};
  for (int attempt = 1; attempt <= std::min(attempts, kMaxShownAttempts); ++attempt) {
    std::vector<std::string> row{std::to_string(attempt), "–", "–"};
    if (attempt > 1) {
      const Band transient = policy.gap(attempt - 2, {Trouble::Kind::kReadTimeout});
      row[1] = describe(transient);
      row[2] = describe(
          policy.gap(attempt - 2, {Trouble::Kind::kErrorAnswer, 429, "ThrottlingException"}));
      at = saturating_sum(at, saturating_sum(transient.most, each.value_or(Duration{})));
    }
    if (each) row.push_back(format_sum(at));
    rows.push_back(std::move(row));
  }
  return rows_text(rows) + (attempts > kMaxShownAttempts ? "…\n" : "");
}

std::string table(const AslRetrier& retrier) {
  std::vector<std::vector<std::string>> rows{{"retry", "pause before it"}};
  const int retries = retrier.policy.max_attempts - 1;
  for (int retry = 0; retry < std::min(retries, kMaxShownAttempts); ++retry) {
    rows.push_back({std::to_string(retry + 1), describe(retrier.policy.transient.band(retry))});
  }
  return rows_text(rows) + (retries > kMaxShownAttempts ? "…\n" : "");
}

// What only clients of HTTP/2 meet; to others it is a reset.
bool of_a_stream(const Trouble& trouble) {
  return trouble.kind == Trouble::Kind::kStreamReset ||
         trouble.kind == Trouble::Kind::kStreamRefused;
}

std::string conditions_text(const RetryPolicy& policy) {
  std::string retried, final;
  for (const Trouble& trouble : known_troubles()) {
    if (of_a_stream(trouble) && !policy.http2) continue;
    std::string& list = policy.retries(trouble) ? retried : final;
    list += (list.empty() ? "" : ", ") + describe(trouble);
  }
  final += (final.empty() ? "" : ", ") + std::string("anything inside a stream");
  return "retried: " + (retried.empty() ? "nothing" : retried) + "\nnot retried: " + final + "\n";
}

std::string hints_text(const RetryPolicy& policy) {
  std::string text;
  const auto add = [&text](bool obeyed, std::string_view header) {
    if (obeyed) text += (text.empty() ? "" : ", ") + std::string(header);
  };
  add(policy.hints.retry_after, "Retry-After");
  add(policy.hints.retry_after_ms, "retry-after-ms");
  add(policy.hints.x_amz_retry_after, "x-amz-retry-after");
  add(policy.conditions.should_retry, "x-should-retry");
  if (text.empty()) return "obeys no header of the answer\n";
  text = "obeys " + text;
  if (policy.hints.at_most_above_backoff) {
    text += ", up to " + format_duration(*policy.hints.at_most_above_backoff) +
            " above its own back-off and never below it";
  }
  if (policy.hints.ignored_from) {
    text += " below " + format_duration(*policy.hints.ignored_from);
  }
  return text + "\n";
}

std::string timeout_text(const RetryPolicy& policy, std::optional<Duration> each) {
  if (!each) return "no read timeout of its own: only what stands around a call ends it\n";
  const std::string text = "read timeout: " + format_duration(*each);
  if (!policy.timeout_ends_with_headers) return text + ", anew with every byte\n";
  return text + ", until the headers are there; for a body that stalls it waits without end\n";
}

std::string quota_text(const RetryPolicy& policy) {
  const QuotaRules& quota = policy.quota;
  if (quota.capacity == 0) return "no retry quota\n";
  std::string text = "retry quota of a client: " + std::to_string(quota.capacity) +
                     " tokens; a retry costs " + std::to_string(quota.transient) +
                     ", of a throttle " + std::to_string(quota.throttling);
  if (quota.read_timeout > 0) text += ", of a timeout " + std::to_string(quota.read_timeout);
  text += "\n";
  if (quota.long_polls.empty()) return text;
  std::string names;
  for (const std::string_view name : quota.long_polls) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return text +
         "a long poll waits its back-off also where the quota refuses the retry, and then fails: " +
         names + "\n";
}

Json band_json(const Band& band) {
  return Json::array({seconds(band.least), seconds(band.most)});
}

Json budget_json(const Budget& budget, std::optional<Duration> limit) {
  Json json{{"attempts", budget.attempts},
            {"each", seconds(budget.each)},
            {"back_off", seconds(budget.back_off)},
            {"total", seconds(budget.total)},
            {"billed_answers", budget.billed_answers}};
  if (limit) {
    json["limit"] = seconds(*limit);
    json["within_limit"] = budget.total <= *limit;
  }
  return json;
}

// The model call inside a state's task, in sum: how long, and how many of them.
struct TaskCost {
  std::optional<Duration> each;
  std::int64_t calls = 1;
  std::string because;
};

TaskCost task_cost(const AslRetries& retries, const RetryPolicy* policy,
                   const ScheduleOptions& options) {
  TaskCost cost;
  cost.each = options.read_timeout;
  if (policy != nullptr) {
    const std::optional<Duration> wait = policy->waits(options.read_timeout);
    if (wait) {
      const Budget inner = hanging_budget(*policy, policy->attempts(options.max_attempts), *wait);
      cost.each = inner.total;
      cost.calls = inner.attempts;
      cost.because = "each task: " + policy->name + ", " + sum_text(inner, std::nullopt) + "\n";
    } else {
      cost.because = "each task: " + policy->name + " has no read timeout and waits without end\n";
    }
  }
  if (retries.timeout && (!cost.each || *retries.timeout < *cost.each)) {
    cost.each = retries.timeout;
    cost.because += "each task ends at its TimeoutSeconds of " + format_duration(*cost.each) + "\n";
  }
  return cost;
}

}  // namespace

const std::vector<Trouble>& known_troubles() {
  using Kind = Trouble::Kind;
  static const std::vector<Trouble> troubles{
      {Kind::kErrorAnswer, 429, "ThrottlingException"},
      {Kind::kErrorAnswer, 400, "ThrottlingException"},
      {Kind::kErrorAnswer, 429, "ModelNotReadyException"},
      {Kind::kErrorAnswer, 500, "InternalServerException"},
      {Kind::kErrorAnswer, 502},
      {Kind::kErrorAnswer, 503, "ServiceUnavailableException"},
      {Kind::kErrorAnswer, 504},
      {Kind::kErrorAnswer, 408, "ModelTimeoutException"},
      {Kind::kErrorAnswer, 409},
      {Kind::kErrorAnswer, 424, "ModelErrorException"},
      {Kind::kErrorAnswer, 400, "ServiceQuotaExceededException"},
      {Kind::kErrorAnswer, 400, "ValidationException"},
      {Kind::kErrorAnswer, 403, "AccessDeniedException"},
      {Kind::kErrorAnswer, 404, "ResourceNotFoundException"},
      {Kind::kReadTimeout},
      {Kind::kConnectionClosed},
      {Kind::kReset},
      {Kind::kStreamReset},
      {Kind::kStreamRefused},
      {Kind::kReadTimeout, 0, "", true},
      {Kind::kConnectionClosed, 0, "", true},
  };
  return troubles;
}

std::string list_policies() {
  constexpr std::size_t kName = 21, kAttempts = 10;
  std::string text;
  for (const RetryPolicy* policy : retry_catalog()) {
    text += padded(policy->name, kName) +
            padded(times(policy->max_attempts, "attempt"), kAttempts) + " " + policy->summary +
            "\n";
  }
  return text;
}

std::string schedule_text(const RetryPolicy& policy, const ScheduleOptions& options) {
  const int attempts = policy.attempts(options.max_attempts);
  const std::optional<Duration> each = policy.waits(options.read_timeout);
  std::string text = policy.name + ": " + policy.summary + "\nsource: " + policy.source + "\n\n";
  text += table(policy, attempts, each) + "\n" + conditions_text(policy) + hints_text(policy) +
          timeout_text(policy, each) + quota_text(policy) + "\n";
  if (!each) {
    text += "No answer at all: the first attempt waits without end" +
            (options.limit ? ", until the limit of " + format_duration(*options.limit) : "") +
            "; --read-timeout says how long a client waits that has one\n";
  } else {
    const Budget hanging = hanging_budget(policy, attempts, *each);
    text += "No answer at all:\n" + picture(hanging, options.limit) + "  " +
            sum_text(hanging, options.limit) + "\n";
  }
  const Budget throttled = throttled_budget(policy, attempts);
  return text + "Throttled each time: " + times(throttled.attempts, "attempt") + ", up to " +
         format_sum(throttled.back_off) + " of back-off\n";
}

std::string schedule_text(const AslRetries& retries, const RetryPolicy* policy,
                          const ScheduleOptions& options) {
  std::string text = "Retry of the state " + retries.state + "\n";
  if (retries.retriers.empty()) text += "It has none: one attempt.\n";
  for (const AslRetrier& retrier : retries.retriers) {
    text += "\n" + retrier.policy.name + ": " + retrier.policy.summary + "\n";
    text += table(retrier);
  }
  const TaskCost cost = task_cost(retries, policy, options);
  text += "\n" + cost.because;
  const Budget budget = state_budget(retries, cost.each.value_or(Duration{}), cost.calls);
  if (!cost.each) {
    return text + times(budget.attempts, "attempt") + ", up to " + format_sum(budget.back_off) +
           " of back-off; the task has no TimeoutSeconds: --read-timeout says how long it takes\n";
  }
  return text + "Every task fails that late:\n" + picture(budget, options.limit) + "  " +
         sum_text(budget, options.limit) + "\n";
}

Json schedule_json(const RetryPolicy& policy, const ScheduleOptions& options) {
  const int attempts = policy.attempts(options.max_attempts);
  const std::optional<Duration> each = policy.waits(options.read_timeout);
  Json json{{"policy", policy.name},
            {"summary", policy.summary},
            {"source", policy.source},
            {"max_attempts", attempts},
            {"read_timeout", each ? Json(seconds(*each)) : Json()}};
  Json& pauses = json["pauses"] = Json::array();
  for (int retry = 0; retry + 1 < std::min(attempts, 1 + kMaxShownAttempts); ++retry) {
    pauses.push_back({{"transient", band_json(policy.backoff(retry, Cause::kTransient))},
                      {"throttled", band_json(policy.backoff(retry, Cause::kThrottling))}});
  }
  Json& conditions = json["retried"] = Json::object();
  for (const Trouble& trouble : known_troubles()) {
    if (of_a_stream(trouble) && !policy.http2) continue;
    const Cause cause = policy.classify(trouble);
    conditions[describe(trouble)] = cause == Cause::kFinal       ? "no"
                                    : cause == Cause::kTransient ? "transient"
                                                                 : "throttled";
  }
  json["quota"] = {{"capacity", policy.quota.capacity},
                   {"transient", policy.quota.transient},
                   {"throttled", policy.quota.throttling}};
  if (!policy.quota.long_polls.empty()) json["quota"]["long_polls"] = policy.quota.long_polls;
  if (each) {
    json["no_answer"] = budget_json(hanging_budget(policy, attempts, *each), options.limit);
  }
  json["throttled"] = budget_json(throttled_budget(policy, attempts), std::nullopt);
  return json;
}

Json schedule_json(const AslRetries& retries, const RetryPolicy* policy,
                   const ScheduleOptions& options) {
  Json json{{"state", retries.state}};
  Json& list = json["retriers"] = Json::array();
  for (const AslRetrier& retrier : retries.retriers) {
    Json entry{{"error_equals", retrier.error_equals},
               {"max_attempts", retrier.policy.max_attempts}};
    Json& pauses = entry["pauses"] = Json::array();
    const int shown = std::min(retrier.policy.max_attempts, 1 + kMaxShownAttempts);
    for (int retry = 0; retry + 1 < shown; ++retry) {
      pauses.push_back(band_json(retrier.policy.transient.band(retry)));
    }
    list.push_back(std::move(entry));
  }
  const TaskCost cost = task_cost(retries, policy, options);
  if (cost.each) {
    json["no_answer"] = budget_json(state_budget(retries, *cost.each, cost.calls), options.limit);
  }
  return json;
}

}  // namespace bedlam::harness
