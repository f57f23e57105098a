#include "harness/xray/xray.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>

#include "emulator/base/random.h"
#include "harness/money/bill.h"
#include "harness/partial/sent.h"

namespace bedlam::harness {
namespace {

using rpc::JournalEntry;

constexpr int kGoodStatus = 200;

bool is_left_out(const JournalEntry& entry) {
  return entry.service == "states" || entry.service == "s3";
}

// " after 3 tokens" where a stream had begun.
std::string after_tokens(const JournalEntry& entry) {
  if (entry.tokens_sent == 0) return "";
  return " after " + std::to_string(entry.tokens_sent) +
         (entry.tokens_sent == 1 ? " token" : " tokens");
}

Instant done_with(const JournalEntry& entry) {
  if (entry.left_at) return *entry.left_at;
  return entry.ended.empty() ? entry.at : entry.ended_at;
}

std::string end_text(const JournalEntry& entry) {
  if (arrived_whole(entry)) return "complete";
  if (entry.ended == "complete") {
    if (entry.status == kGoodStatus) {
      if (entry.service == "lambda") return entry.note.outcome;
      const std::string exception = exception_in_stream(entry);
      return (exception.empty() ? "ended unfinished" : exception) + after_tokens(entry);
    }
    return std::to_string(entry.status) +
           (entry.note.outcome.empty() ? "" : " " + entry.note.outcome);
  }
  if (entry.ended == "abandoned" || entry.left_at) {
    return "the client left after " + format_duration(done_with(entry) - entry.at) +
           (entry.tokens_sent > 0 ? "," + after_tokens(entry).substr(6) + " sent" : "");
  }
  if (entry.ended.empty()) return "still under way";
  return entry.ended + after_tokens(entry);
}

// "20241004T090130Z"
std::optional<WallTime> parse_ttl(const std::string& text) {
  constexpr std::size_t kLength = 16;
  if (text.size() != kLength || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    std::from_chars(text.data() + at, text.data() + at + length, value);
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(number(9, 2)) +
         std::chrono::minutes(number(11, 2)) + std::chrono::seconds(number(13, 2));
}

// Whether the first of the answer came later than the client had said it would wait.
bool came_too_late(const JournalEntry& entry, WallTime epoch) {
  const std::optional<WallTime> ttl = parse_ttl(entry.caller.ttl);
  if (!ttl || entry.sent.size() == 0) return false;
  // A ttl has whole seconds.
  const WallTime deadline = *ttl + std::chrono::seconds(1);
  const Instant first = entry.sent.begin()->at;
  return epoch + first.time_since_epoch() >= deadline;
}

XrayAttempt attempt_of(const JournalEntry& entry, WallTime epoch) {
  XrayAttempt attempt;
  attempt.entry = entry.id;
  attempt.began = entry.at;
  attempt.ended = done_with(entry);
  attempt.number = entry.caller.attempt;
  attempt.max = entry.caller.max_attempts;
  attempt.end = end_text(entry);
  attempt.whole = arrived_whole(entry);
  attempt.left = entry.ended == "abandoned" || entry.left_at.has_value();
  attempt.billed = is_billed_answer(entry);
  if (attempt.billed) attempt.tokens = billed_output_tokens(entry);
  attempt.past_deadline = came_too_late(entry, epoch);
  return attempt;
}

// What a request is known by when it comes again. Programs may try again on another connection;
// executions of a workflow are told apart.
using RequestKey = std::tuple<std::string, std::string, std::string, std::uint64_t, std::string,
                              std::string, std::string, std::uint64_t, std::size_t>;

RequestKey key_of(const JournalEntry& e) {
  return {e.state.empty() ? "" : e.caller.origin,
          e.state_machine,
          e.state,
          e.visit,
          e.service,
          e.operation,
          e.resource,
          fingerprint(e.request),
          e.request_bytes};
}

class Builder {
 public:
  explicit Builder(WallTime epoch) : epoch_(epoch) {}

  void add(const JournalEntry& entry) {
    const XrayAttempt attempt = attempt_of(entry, epoch_);
    const std::string& id = entry.caller.invocation_id;
    if (const auto call = by_id_.find(id); !id.empty() && call != by_id_.end()) {
      XrayRequest& request = xray_.requests[call->second.request];
      request.calls[call->second.call].attempts.push_back(attempt);
      return;
    }
    const auto [latest, is_new] = by_request_.try_emplace(key_of(entry), xray_.requests.size());
    if (is_new || !asked_again(xray_.requests[latest->second], entry)) {
      latest->second = xray_.requests.size();
      xray_.requests.push_back({entry.service,
                                entry.operation,
                                entry.resource,
                                entry.state.empty() ? "" : entry.state_machine,
                                entry.state,
                                {}});
    }
    XrayRequest& request = xray_.requests[latest->second];
    if (id.empty() && is_next(request, attempt)) {
      request.calls.back().attempts.push_back(attempt);
      return;
    }
    by_id_[id] = {latest->second, request.calls.size()};
    request.calls.push_back({{attempt}, entry.entered_event});
  }

  Xray done() { return std::move(xray_); }

 private:
  // By its number; where a client tells none, each is a first one.
  static bool is_next(const XrayRequest& request, const XrayAttempt& attempt) {
    return !request.calls.empty() &&
           attempt.number == request.calls.back().attempts.back().number + 1;
  }

  static bool asked_again(const XrayRequest& request, const JournalEntry& entry) {
    const XrayCall& last = request.calls.back();
    if (last.entered_event != entry.entered_event) return true;  // whole or not
    return !last.whole() && last.ended() <= entry.at;
  }

  struct Place {
    std::size_t request = 0, call = 0;
  };
  WallTime epoch_;
  Xray xray_;
  std::map<std::string, Place> by_id_;
  std::map<RequestKey, std::size_t> by_request_;  // the latest of its kind
};

}  // namespace

std::size_t XrayRequest::attempts() const {
  std::size_t count = 0;
  for (const XrayCall& call : calls) count += call.attempts.size();
  return count;
}

Duration XrayRequest::waited() const {
  Duration waited{};
  const XrayAttempt* before = nullptr;
  for (const XrayCall& call : calls) {
    for (const XrayAttempt& attempt : call.attempts) {
      // Behind a whole answer it is others that the state around is busy with.
      const bool waits = before != nullptr && !before->whole;
      if (waits) waited += std::max(Duration{}, attempt.began - before->ended);
      before = &attempt;
    }
  }
  return waited;
}

std::size_t XrayRequest::nested() const {
  std::size_t nested = 0, in_a_row = 0;  // calls that one visit's own Retry made
  for (std::size_t i = 0; i + 1 < calls.size(); ++i) {
    if (calls[i].attempts.size() > 1) ++nested;
    ++in_a_row;
    if (calls[i].entered_event == calls[i + 1].entered_event) continue;
    if (in_a_row > 1 && !calls[i].whole()) ++nested;
    in_a_row = 0;
  }
  return nested;
}

std::size_t XrayRequest::paid_again() const {
  std::size_t billed = 0;
  for (const XrayCall& call : calls) {
    for (const XrayAttempt& attempt : call.attempts) billed += attempt.billed ? 1 : 0;
  }
  return billed > 0 ? billed - 1 : 0;
}

std::size_t XrayRequest::past_deadline() const {
  std::size_t late = 0;
  for (const XrayCall& call : calls) {
    for (const XrayAttempt& attempt : call.attempts) late += attempt.past_deadline ? 1 : 0;
  }
  return late;
}

std::size_t Xray::attempts() const {
  std::size_t sum = 0;
  for (const XrayRequest& request : requests) sum += request.attempts();
  return sum;
}

Duration Xray::waited() const {
  Duration sum{};
  for (const XrayRequest& request : requests) sum += request.waited();
  return sum;
}

std::size_t Xray::nested_retries() const {
  std::size_t sum = 0;
  for (const XrayRequest& request : requests) sum += request.nested();
  return sum;
}

std::size_t Xray::paid_twice() const {
  std::size_t sum = 0;
  for (const XrayRequest& request : requests) sum += request.paid_again();
  return sum;
}

std::size_t Xray::past_deadline() const {
  std::size_t sum = 0;
  for (const XrayRequest& request : requests) sum += request.past_deadline();
  return sum;
}

bool Xray::worth_showing() const {
  return attempts() > requests.size();
}

Xray make_xray(const std::vector<const JournalEntry*>& entries, WallTime epoch) {
  Builder builder(epoch);
  for (const JournalEntry* entry : entries) {
    if (!is_left_out(*entry)) builder.add(*entry);
  }
  return builder.done();
}

}  // namespace bedlam::harness
