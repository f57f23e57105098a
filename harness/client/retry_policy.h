// When a failed attempt is tried again, how often, and how long after: the retry modes of SDKs,
// each a policy in its own file under retry/, one line each in retry/catalog.cc. The client asks
// them what to do, expectations (`gaps: standard`) ask them what was allowed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/duration.h"

namespace bedlam::harness {

// Why an attempt gave nothing that the caller could use, as far as an SDK's retry rules look at it.
struct Trouble {
  enum class Kind {
    kErrorAnswer,       // an answer with an error status arrived whole
    kReadTimeout,       // nothing arrived for the length of the read timeout
    kConnectionClosed,  // reset, EOF or garbage where the answer should be
  };
  Kind kind = Kind::kErrorAnswer;
  int status = 0;    // of an error answer
  std::string code;  // of an error answer: "ThrottlingException"
};

// A delay before a retry is drawn evenly from [least, most].
struct Band {
  Duration least{}, most{};
};

class RetryPolicy {
 public:
  virtual ~RetryPolicy() = default;
  virtual std::string_view name() const = 0;  // the word in a scenario: "standard"
  virtual std::string_view description() const = 0;
  virtual int max_attempts() const = 0;  // by default, the first included
  virtual bool retries(const Trouble& trouble) const = 0;
  // `retry` from 0: the delay between attempts retry + 1 and retry + 2.
  virtual Band backoff(int retry) const = 0;
  // What a retry takes out of the client's quota; 0: the mode has none.
  virtual int quota_cost(const Trouble& trouble) const = 0;
};

const std::vector<const RetryPolicy*>& retry_catalog();       // in the order of the documentation
const RetryPolicy* find_retry_policy(std::string_view name);  // nullptr: no such mode

// The budget that one client object spends on retries, over all its calls (botocore's
// retries/quota.py).
class RetryQuota {
 public:
  static constexpr int kCapacity = 500;    // botocore RetryQuota.INITIAL_CAPACITY
  static constexpr int kCleanSuccess = 1;  // RetryQuotaChecker._NO_RETRY_INCREMENT

  bool acquire(int cost);    // false: not enough is left, nothing was taken
  void release(int amount);  // never above kCapacity
  int available() const { return available_; }

 private:
  int available_ = kCapacity;
};

}  // namespace bedlam::harness
