#include "harness/retry/catalog.h"

#include "emulator/base/diagnostic.h"

namespace bedlam::harness {
namespace {

std::vector<RetryPolicy> all_policies() {
  std::vector<RetryPolicy> all;
  for (const auto family : {families::botocore, families::javascript, families::java, families::go,
                            families::anthropic, families::ai_sdk}) {
    for (RetryPolicy& policy : family()) all.push_back(std::move(policy));
  }
  all.push_back(families::none());
  return all;
}

}  // namespace

const std::vector<const RetryPolicy*>& retry_catalog() {
  static const std::vector<RetryPolicy> policies = all_policies();
  static const std::vector<const RetryPolicy*> catalog = [] {
    std::vector<const RetryPolicy*> pointers;
    for (const RetryPolicy& policy : policies) pointers.push_back(&policy);
    return pointers;
  }();
  return catalog;
}

const RetryPolicy* find_retry_policy(std::string_view name) {
  for (const RetryPolicy* policy : retry_catalog()) {
    if (policy->name == name) return policy;
    if (!policy->short_name.empty() && policy->short_name == name) return policy;
  }
  return nullptr;
}

std::string names_of_policies() {
  std::string names;
  for (const RetryPolicy* policy : retry_catalog()) {
    names += (names.empty() ? "" : ", ") + policy->name;
  }
  return names;
}

std::string no_such_policy(const std::string& name) {
  std::vector<std::string_view> names;
  for (const RetryPolicy* policy : retry_catalog()) {
    names.push_back(policy->name);
    if (!policy->short_name.empty()) names.push_back(policy->short_name);
  }
  return "'" + name + "' is no retry policy" + did_you_mean(name, names);
}

RetryPolicy families::none() {
  RetryPolicy policy;
  policy.name = "none";
  policy.summary = "one attempt: what a program that does its own retries asks its SDK for";
  policy.source = "every SDK, with one attempt configured";
  policy.conditions.read_timeouts = false;
  policy.conditions.connections = false;
  policy.conditions.resets = policy.conditions.stream_resets = false;
  policy.read_timeout = std::chrono::seconds(60);  // botocore's, as whose the client reads
  return policy;
}

}  // namespace bedlam::harness
