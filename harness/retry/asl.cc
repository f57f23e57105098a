#include "harness/retry/asl.h"

#include <algorithm>

#include "emulator/states/machine/definition.h"
#include "emulator/states/machine/state.h"

namespace bedlam::harness {
namespace {

double number_of(const Json& object, std::string_view name, double otherwise) {
  const Json* value = find(object, name);
  return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

std::string join_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

AslRetrier read_asl_retrier(const Json& json, const std::string& state, std::size_t index) {
  const states::Retrier defaults;
  AslRetrier retrier;
  if (const Json* names = find(json, "ErrorEquals"); names != nullptr && names->is_array()) {
    for (const Json& name : *names) {
      if (name.is_string()) retrier.error_equals.push_back(name.get<std::string>());
    }
  }
  RetryPolicy& policy = retrier.policy;
  policy.name = "Retry[" + std::to_string(index) + "] of " + state;
  policy.summary = join_names(retrier.error_equals);
  policy.source = "Amazon States Language";
  policy.max_attempts = 1 + retries_of(json);
  Backoff backoff;
  backoff.base = from_seconds(number_of(json, "IntervalSeconds", defaults.interval_seconds));
  backoff.rate = number_of(json, "BackoffRate", defaults.backoff_rate);
  if (const double most = number_of(json, "MaxDelaySeconds", 0); most > 0) {
    backoff.cap = from_seconds(most);
  }
  const Json* jitter = find(json, "JitterStrategy");
  backoff.least = jitter != nullptr && *jitter == "FULL" ? 0 : 1;
  policy.transient = policy.throttling = backoff;
  policy.conditions.transient_from = 0;
  policy.told_by = AttemptHeaders::kNone;
  return retrier;
}

// Or that error of a service, by the name without its prefix.
bool names_error(const std::string& name, const std::string& error) {
  return states::error_name_takes(name, error) || name.ends_with("." + error);
}

}  // namespace

int retries_of(const Json& retrier) {
  constexpr double kMostRetries = 99'999'999;
  const auto otherwise = static_cast<double>(states::Retrier().max_attempts);
  return static_cast<int>(
      std::clamp(number_of(retrier, "MaxAttempts", otherwise), 0.0, kMostRetries));
}

std::int64_t AslRetries::max_attempts() const {
  std::int64_t attempts = 1;
  for (const AslRetrier& retrier : retriers) attempts += retrier.policy.max_attempts - 1;
  return attempts;
}

std::optional<AslRetries> asl_retries(const Json& state_machine, const std::string& state) {
  const Json* json = states::state_named(state_machine, state);
  if (json == nullptr) return std::nullopt;
  AslRetries retries;
  retries.state = state;
  if (const double timeout = number_of(*json, "TimeoutSeconds", 0); timeout > 0) {
    retries.timeout = from_seconds(timeout);
  }
  const Json* list = find(*json, "Retry");
  if (list == nullptr || !list->is_array()) return retries;
  for (std::size_t i = 0; i < list->size(); ++i) {
    retries.retriers.push_back(read_asl_retrier((*list)[i], state, i));
  }
  return retries;
}

const AslRetrier* retrier_for(const AslRetries& retries, const std::string& error) {
  for (const AslRetrier& retrier : retries.retriers) {
    const auto& names = retrier.error_equals;
    if (std::any_of(names.begin(), names.end(),
                    [&](const std::string& name) { return names_error(name, error); })) {
      return &retrier;
    }
  }
  return nullptr;
}

}  // namespace bedlam::harness
