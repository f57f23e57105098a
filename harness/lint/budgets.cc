// Rules over how long attempts take together, and over who has stopped listening by then.
#include <algorithm>
#include <array>

#include "emulator/aws/function_name.h"
#include "emulator/base/glob.h"
#include "harness/lint/rule.h"
#include "harness/retry/asl.h"
#include "harness/retry/budget.h"
#include "harness/retry/catalog.h"

namespace bedlam::harness::lint {
namespace {

// Developer guide, "Step Functions service quotas": Express workflows.
constexpr Duration kExpressLimit = std::chrono::minutes(5);
// boto3's default, for what an SDK inside a function makes of one call.
constexpr std::string_view kUsualSdk = "botocore-legacy";

// What an SDK inside a function has retried already when the function fails with it
// (facts of the policies: harness/retry/families/).
constexpr std::array<std::string_view, 7> kSdkErrors{
    "ThrottlingException",     "TooManyRequestsException", "ServiceUnavailableException",
    "InternalServerException", "ReadTimeoutError",         "ConnectTimeoutError",
    "EndpointConnectionError"};

struct CallerLimit {
  Duration length{};
  std::string whose;  // "of an Express workflow"
};

std::optional<CallerLimit> limit_of(const LintedMachine& machine) {
  std::optional<CallerLimit> limit;
  if (machine.express) limit = {kExpressLimit, "of an Express workflow"};
  const Json* own = find(machine.json, "TimeoutSeconds");
  if (own != nullptr && own->is_number()) {
    const Duration length = from_seconds(own->get<double>());
    if (!limit || length < limit->length) limit = {length, "of the workflow's TimeoutSeconds"};
  }
  return limit;
}

std::string budget_text(const Budget& budget) {
  std::string text;
  if (budget.each.count() > 0) {
    text = std::to_string(budget.attempts) + (budget.attempts == 1 ? " attempt" : " attempts") +
           " × " + format_duration(budget.each);
  }
  if (budget.back_off.count() > 0) {
    text += (text.empty() ? "" : " + ") + ("up to " + format_sum(budget.back_off)) + " of back-off";
  }
  const bool sum = budget.attempts > 1 && budget.each.count() > 0;
  return sum ? text + " = " + format_sum(budget.total) : text;
}

std::int64_t attempts_of(const Json& state, const std::string& name, const LintedMachine& machine) {
  const Json* retriers = find(state, "Retry");
  if (retriers == nullptr || !retriers->is_array() || retriers->empty()) return 1;
  const std::optional<AslRetries> retries = asl_retries(machine.json, name);
  return retries ? retries->max_attempts() : 1;
}

// A Catch of the inner state, or of one between the two, keeps the error from the outer.
bool caught_below(const LintedState& inner, const LintedState& outer, const std::string& error) {
  for (const LintedState* state = &inner; state != &outer; state = state->around) {
    if (catches(state->json, error)) return true;
  }
  return false;
}

// An error that the retriers of both take, and that reaches the outer; "": there is none.
std::string retried_by_both(const LintedState& inner, const LintedState& outer) {
  std::vector<std::string> names{"States.Timeout"};
  if (const auto call = model_call_of(inner.json)) names.insert(names.begin(), call->throttle);
  const Json* retriers = find(inner.json, "Retry");
  for (const Json& retrier : *retriers) {
    const Json* listed = find(retrier, "ErrorEquals");
    if (listed == nullptr || !listed->is_array()) continue;
    for (const Json& name : *listed) {
      if (name.is_string() && !name.get<std::string>().starts_with("States.")) {
        names.push_back(name.get<std::string>());
      }
    }
  }
  names.emplace_back("States.TaskFailed");  // any that neither names
  for (const std::string& name : names) {
    if (retrier_taking(inner.json, name) && retrier_taking(outer.json, name) &&
        !caught_below(inner, outer, name)) {
      return name;
    }
  }
  return "";
}

void retries_around(const LintedState& state, LintNotes& notes) {
  for (const LintedState* outer = state.around; outer != nullptr; outer = outer->around) {
    const std::string error = retried_by_both(state, *outer);
    if (error.empty()) continue;
    const std::int64_t inner_attempts = attempts_of(state.json, state.name, state.machine);
    const std::int64_t outer_attempts = attempts_of(outer->json, outer->name, state.machine);
    notes.add("/Retry",
              "'" + outer->name + "' retries " + error + " after '" + state.name +
                  "' has done so: up to " + std::to_string(outer_attempts) + " × " +
                  std::to_string(inner_attempts) + " = " +
                  std::to_string(saturating_product(outer_attempts, inner_attempts)) + " attempts",
              "retry in one place: nearest to the call, where the others keep what they have");
    return;
  }
}

bool calls_a_function(const std::string& resource) {
  return resource.find(":lambda:") != std::string::npos;
}

void retries_of_sdk_errors(const LintedState& state, LintNotes& notes) {
  const Json* retriers = find(state.json, "Retry");
  const RetryPolicy* sdk = find_retry_policy(kUsualSdk);
  for (std::size_t i = 0; i < retriers->size(); ++i) {
    const Json* names = find((*retriers)[i], "ErrorEquals");
    if (names == nullptr || !names->is_array()) continue;
    const auto named = std::find_if(names->begin(), names->end(), [](const Json& name) {
      return std::find(kSdkErrors.begin(), kSdkErrors.end(), name) != kSdkErrors.end();
    });
    if (named == names->end()) continue;
    const std::int64_t attempts = 1 + retries_of((*retriers)[i]);
    if (attempts == 1) continue;
    notes.add("/Retry[" + std::to_string(i) + "]",
              "The SDK inside the function has retried " + named->get<std::string>() +
                  " before it gives up: with boto3's defaults up to " + std::to_string(attempts) +
                  " × " + std::to_string(sdk->max_attempts) + " = " +
                  std::to_string(attempts * sdk->max_attempts) + " calls",
              "let one of them retry: total_max_attempts 1 in the function, or no Retry here");
  }
}

const script::Function* function_of(const LintedState& state) {
  if (state.machine.scenario == nullptr) return nullptr;
  std::string name = text_member(state.json, "Resource");
  if (name.find(":states:::lambda:invoke") != std::string::npos) {
    const Json* parameters = find(state.json, "Parameters");
    if (parameters == nullptr) parameters = find(state.json, "Arguments");
    if (parameters == nullptr) return nullptr;
    name = text_member(*parameters, "FunctionName");
  } else if (name.find(":function:") == std::string::npos) {
    return nullptr;
  }
  name = aws::function_name(name);
  for (const script::Function& function : state.machine.scenario->functions) {
    if (glob_match(function.behaviour.pattern, name)) return &function;
  }
  return nullptr;
}

const scenario::CallStep* limited_call(const LintedStep& step) {
  const auto* call = std::get_if<scenario::CallStep>(&step.step.action);
  return call != nullptr && call->deadline ? call : nullptr;
}

struct CallWaits {
  const RetryPolicy* policy;
  std::optional<Duration> each;  // the read timeout; nullopt: none
};

CallWaits waits_of(const scenario::CallStep& call) {
  const RetryPolicy* policy = find_retry_policy(call.client.retries);
  return {policy, policy->waits(call.client.read_timeout)};
}

}  // namespace

void state_outlasts_caller(const LintedState& state, LintNotes& notes) {
  const std::optional<CallerLimit> limit = limit_of(state.machine);
  const std::string type = text_member(state.json, "Type");
  if (!limit || (type != "Task" && type != "Parallel" && type != "Map")) return;
  const std::optional<AslRetries> retries = asl_retries(state.machine.json, state.name);
  if (!retries) return;
  const Budget budget = state_budget(*retries, retries->timeout.value_or(Duration{}), 1);
  if (budget.total <= limit->length) return;
  notes.add(budget.attempts > 1 ? "/Retry" : "/TimeoutSeconds",
            "'" + state.name + "' may take " + budget_text(budget) + ", longer than the " +
                format_duration(limit->length) + " " + limit->whose,
            "fewer attempts, a MaxDelaySeconds, or a shorter TimeoutSeconds");
}

void nested_retries(const LintedState& state, LintNotes& notes) {
  const Json* retriers = find(state.json, "Retry");
  if (retriers == nullptr || !retriers->is_array() || retriers->empty()) return;
  retries_around(state, notes);
  if (calls_a_function(text_member(state.json, "Resource"))) retries_of_sdk_errors(state, notes);
}

void function_outlasts_state(const LintedState& state, LintNotes& notes) {
  const script::Function* function = function_of(state);
  const Json* own = find(state.json, "TimeoutSeconds");
  if (function == nullptr || !function->timeout || own == nullptr || !own->is_number()) return;
  const Duration limit = from_seconds(own->get<double>());
  if (limit >= *function->timeout) return;
  notes.add("/TimeoutSeconds",
            "'" + state.name + "' gives up after " + format_duration(limit) +
                ", its function goes on to " + format_duration(*function->timeout) +
                " and is paid for it",
            "let the function's timeout be the shorter one");
}

void read_timeout_above_limit(const LintedStep& step, LintNotes& notes) {
  const scenario::CallStep* call = limited_call(step);
  if (call == nullptr) return;
  const CallWaits waits = waits_of(*call);
  if (waits.each && *waits.each < *call->deadline) return;
  const std::string ends = "its caller ends it after " + format_duration(*call->deadline);
  notes.add(waits.each ? "/client/read_timeout" : "/client/retries",
            waits.each
                ? "The client would wait " + format_duration(*waits.each) + " for a byte, " + ends
                : waits.policy->name + " has no read timeout of its own: where nothing answers, " +
                      "the client waits until " + ends,
            "a read timeout below the limit leaves time to say what is missing");
}

void call_without_end(const LintedStep& step, LintNotes& notes) {
  const auto* call = std::get_if<scenario::CallStep>(&step.step.action);
  if (call == nullptr || call->deadline) return;
  const CallWaits waits = waits_of(*call);
  if (waits.each) return;
  notes.add("/client/retries",
            waits.policy->name +
                " has no read timeout of its own, and the call no deadline: "
                "where nothing answers, it never ends",
            "a deadline, or read_timeout under client");
}

void attempts_outlast_caller(const LintedStep& step, LintNotes& notes) {
  const scenario::CallStep* call = limited_call(step);
  if (call == nullptr) return;
  const CallWaits waits = waits_of(*call);
  if (!waits.each || *waits.each >= *call->deadline) return;
  const RetryPolicy* policy = waits.policy;
  const Budget budget =
      hanging_budget(*policy, policy->attempts(call->client.max_attempts), *waits.each);
  if (budget.total <= *call->deadline) return;
  notes.add("/client/retries",
            "Where nothing answers, " + policy->name + " takes " + budget_text(budget) +
                ": longer than the limit of " + format_duration(*call->deadline) + ", in which " +
                std::to_string(attempts_begun_by(budget, *call->deadline)) +
                " attempts begin, each paid",
            "fewer attempts or a shorter read timeout: `bedlam retries " + policy->name + "`");
}

}  // namespace bedlam::harness::lint
