#include "harness/lint/rule.h"

namespace bedlam::harness {

const std::vector<LintRule>& lint_rules() {
  static const std::vector<LintRule> kRules{
      {"task-without-timeout", "a task that never ends holds its execution for up to a year",
       "developer guide, \"Best practices\": use timeouts to avoid stuck executions; "
       "TimeoutSeconds is 99,999,999 by default",
       &lint::task_without_timeout},
      {"throttle-not-retried", "quotas bite, and without a Retry that names it a throttle is final",
       "user guide, \"Quotas\"; the prefixes of errors are those of the integration",
       &lint::throttle_not_retried},
      {"retry-without-jitter", "what was throttled together comes back together",
       "developer guide, \"Error handling\": JitterStrategy", &lint::retry_without_jitter},
      {"name-of-a-stream",
       "exceptions inside a stream begin in lower case, errors of a state never",
       "service model of Bedrock Runtime, ResponseStream; measured with boto3",
       &lint::name_of_a_stream},
      {"map-without-tolerance", "one item that fails throws away the results of all others",
       "developer guide, \"Map state\", \"Setting failure thresholds\"",
       &lint::map_without_tolerance},
      {"outlasts-execution", "attempts beyond the limit of the execution are paid and never heard",
       "developer guide, \"Service quotas\": Express workflows run for 5 minutes; TimeoutSeconds",
       &lint::state_outlasts_caller},
      {"nested-retries", "attempts of layers that retry the same error multiply",
       "AWS Builders' Library, \"Timeouts, retries, and backoff with jitter\"",
       &lint::nested_retries},
      {"function-outlasts-state", "a state that gives up does not stop its function, which is paid",
       "developer guide of AWS Lambda: an invocation goes on to its own timeout",
       &lint::function_outlasts_state},
      {"read-timeout-above-limit", "the function is ended before its client can say why",
       "botocore: read_timeout; AWS Lambda: Timeout", nullptr, &lint::read_timeout_above_limit},
      {"call-without-end", "a call that nothing answers holds its caller for good",
       "the SDK's default timeouts (docs/retries.md)", nullptr, &lint::call_without_end},
      {"attempts-outlast-caller",
       "hidden attempts of the SDK run into the caller's limit, each paid",
       "the SDK's retry policy (docs/retries.md)", nullptr, &lint::attempts_outlast_caller},
      {"max-tokens-eats-quota", "input and max_tokens are reserved until the answer ends",
       "user guide, \"How tokens are counted in Amazon Bedrock\"", &lint::state_reserves_quota,
       &lint::step_reserves_quota},
  };
  return kRules;
}

}  // namespace bedlam::harness
