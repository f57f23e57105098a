// The retry policies that have a name, one line each in catalog.cc, in the order of the
// documentation.
#pragma once

#include <string_view>
#include <vector>

#include "harness/retry/policy.h"

namespace bedlam::harness {

const std::vector<const RetryPolicy*>& retry_catalog();
// By its name or its short name; nullptr: there is none.
const RetryPolicy* find_retry_policy(std::string_view name);
// "'standrad' is no retry policy; did you mean 'standard'?"
std::string no_such_policy(const std::string& name);
std::string names_of_policies();  // "botocore-legacy, botocore-standard, …"

namespace families {

// One function a family, in the file of its name.
std::vector<RetryPolicy> botocore();
std::vector<RetryPolicy> javascript();
std::vector<RetryPolicy> java();
std::vector<RetryPolicy> go();
std::vector<RetryPolicy> anthropic();
std::vector<RetryPolicy> ai_sdk();
RetryPolicy none();

}  // namespace families
}  // namespace bedlam::harness
