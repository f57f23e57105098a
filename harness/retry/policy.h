// When a failed attempt is tried again, how often, and how long after: the rules of one SDK as
// data. The built-in client asks them what to do, expectations (`gaps: botocore-standard`) what was
// allowed, `bedlam retries` what it comes to. The policies themselves stand one family a file under
// families/; catalog.h lists them.
#pragma once

#include <climits>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/aws/http_message.h"
#include "emulator/base/duration.h"
#include "emulator/clock/instant.h"

namespace bedlam::harness {

// What a server asked for beside its error; nullopt: it did not, or not in a form that anybody
// takes (a negative number, no number).
struct RetryHints {
  std::optional<Duration> retry_after;        // Retry-After, in seconds or as a date
  std::optional<Duration> retry_after_ms;     // retry-after-ms
  std::optional<Duration> x_amz_retry_after;  // x-amz-retry-after, in milliseconds
  std::optional<bool> should_retry;           // x-should-retry
};

// Why an attempt gave nothing that the caller could use, as far as an SDK's retry rules look at it.
struct Trouble {
  enum class Kind {
    kErrorAnswer,       // an answer with an error status arrived whole
    kReadTimeout,       // nothing arrived for the length of the read timeout
    kConnectionClosed,  // an end or garbage where the answer should be
    kReset,             // of the connection
    kStreamReset,       // over HTTP/2: RST_STREAM, or a GOAWAY that names an error
    kStreamRefused,     // over HTTP/2: RST_STREAM(REFUSED_STREAM), before anything was done
  };
  Kind kind = Kind::kErrorAnswer;
  int status = 0;            // of an error answer
  std::string code = "";     // of an error answer: "ThrottlingException"
  bool inside_body = false;  // the headers of a good answer had come
  RetryHints hints{};
};

// Of an HTTP/2 stream that is reset with a code of RFC 9113, and of a connection that goes away.
Trouble::Kind stream_trouble(std::uint32_t code);
Trouble::Kind connection_trouble(std::uint32_t code);

// "429 ThrottlingException", "a read timeout"
std::string describe(const Trouble& trouble);

// What a policy makes of a trouble. Back-off and retry quota differ between the last two.
enum class Cause { kFinal, kTransient, kThrottling };

// A delay before a retry lies in [least, most].
struct Band {
  Duration least{}, most{};
};

std::string describe(const Band& band);  // "0 s..2 s"; "4 s" where it is a point

// min(base · rate^i, cap), of which a share drawn from [least, most] is waited. i: retries before.
struct Backoff {
  Duration base{};
  double rate = 2;
  Duration cap = Duration::max();
  double least = 0, most = 1;
  int cap_from = INT_MAX;  // from this i on the cap is waited in full, whatever the draw (Go)

  Band band(int retry) const;
};

struct RetryConditions {
  std::vector<int> throttling_statuses, transient_statuses;
  int transient_from = INT_MAX;  // this status and every one above
  std::vector<std::string_view> throttling_codes, transient_codes;
  bool codes_only_with_400 = false;  // with another status the status alone decides
  bool read_timeouts = true, connections = true, resets = true, stream_resets = true;
  bool inside_body = true;    // a plain body that breaks off; a stream is never retried
  bool should_retry = false;  // obeys x-should-retry
};

// Which of a server's hints replace the back-off, and how far.
struct HintRules {
  bool retry_after = false, retry_after_ms = false, x_amz_retry_after = false;
  // The hint never shortens the back-off, and lengthens it by this much at most.
  std::optional<Duration> at_most_above_backoff = std::nullopt;
  // Hints from here on are not obeyed unless the back-off is longer still.
  std::optional<Duration> ignored_from = std::nullopt;
};

// The budget that one client object spends on retries, over all its calls. A retry costs, a call
// that succeeds gives back what its last retry cost, one without retries `clean_success`.
struct QuotaRules {
  int capacity = 0;  // 0: there is none
  int transient = 0, throttling = 0;
  int read_timeout = 0;  // 0: as transient
  int clean_success = 1;
  // Operations whose call waits the back-off before it fails where the budget refuses its retry: a
  // poller without that pause would come back at once, again and again.
  std::vector<std::string_view> long_polls = {};
};

// How a request says which attempt of its call it is.
enum class AttemptHeaders {
  kNone,
  kAmzSdk,     // amz-sdk-invocation-id and amz-sdk-request: attempt=1, attempt=2; max=3
  kStainless,  // X-Stainless-Retry-Count: 0, 1, and no id
};

struct RetryPolicy {
  std::string name;     // the word in a scenario: "botocore-standard"
  std::string summary;  // one line
  std::string source;   // where its numbers come from
  std::string short_name = "";
  int max_attempts = 1;  // by default, the first included
  RetryConditions conditions = {};
  Backoff transient = {}, throttling = {};
  HintRules hints = {};
  QuotaRules quota = {};
  bool rate_limited = false;  // rate_limiter.h
  // The SDK's default, which restarts with every byte received; nullopt: it waits without end.
  // Where each comes from stands beside it, in its family's file.
  std::optional<Duration> read_timeout = std::nullopt;
  bool timeout_ends_with_headers = false;  // the wait for the body has no end then
  bool http2 = false;                      // what its default handler speaks
  AttemptHeaders told_by = AttemptHeaders::kAmzSdk;

  // What counts where a client may have been configured otherwise; nullopt: it was not.
  int attempts(std::optional<int> configured) const { return configured.value_or(max_attempts); }
  std::optional<Duration> waits(std::optional<Duration> configured) const {
    return configured ? configured : read_timeout;
  }

  Cause classify(const Trouble& trouble) const;
  bool retries(const Trouble& trouble) const { return classify(trouble) != Cause::kFinal; }
  // `retry` from 0: the delay between attempts retry + 1 and retry + 2; of a trouble that is
  // retried.
  Band backoff(int retry, const Trouble& trouble) const;
  Band backoff(int retry, Cause cause) const;
  // What may lie between two attempts: the back-off, and what the rate limiter holds a lone client.
  Band gap(int retry, const Trouble& trouble) const;
  int quota_cost(const Trouble& trouble) const;
  // How long a call waits before it fails where the quota refused its retry.
  Band refused_wait(std::string_view operation, int retry, const Trouble& trouble) const;
};

// The hints among the headers of an answer. `now`: for a Retry-After that is a date.
RetryHints hints_of(const aws::Headers& headers, WallTime now);

}  // namespace bedlam::harness
