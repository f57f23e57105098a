#include "harness/expect/matchers/gaps.h"

#include <algorithm>

#include "harness/expect/matchers/quantity.h"
#include "harness/retry/catalog.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kOfState = "asl";

// "the pause before attempt 3 was 4.2 s"
std::string the_pause(const Pause& pause) {
  return "the pause before attempt " + std::to_string(pause.retry + 2) + " was " +
         format_duration(pause.time);
}

std::string below(std::size_t index) {
  return "[" + std::to_string(index) + "]";
}

// Whether the pause lies in the band; on the real clock with some slack at its end.
bool inside(const Band& band, const Pause& pause, const Surroundings& around) {
  const Duration slack = around.real_clock ? kRealClockSlack : Duration{};
  return pause.time >= band.least && pause.time <= band.most + slack;
}

class InPolicyBand final : public Matcher {
 public:
  InPolicyBand(Position position, std::string name, const RetryPolicy& policy)
      : position_(position), name_(std::move(name)), policy_(policy) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const auto* gaps = std::get_if<Gaps>(&actual);
    if (gaps == nullptr) return;
    for (std::size_t i = 0; i < gaps->pauses.size(); ++i) {
      const std::string expected = miss(gaps->pauses[i], around);
      if (expected.empty()) continue;
      misses.push_back({position_, below(i), name_ + ", " + expected, the_pause(gaps->pauses[i])});
    }
  }

 private:
  // What the policy would have allowed instead; "": just that.
  std::string miss(const Pause& pause, const Surroundings& around) const {
    if (!pause.after) {
      Band band = policy_.backoff(pause.retry, Cause::kTransient);
      band.most = std::max(band.most, policy_.backoff(pause.retry, Cause::kThrottling).most);
      return inside(band, pause, around) ? "" : describe(band);
    }
    const std::string after = " after " + describe(*pause.after);
    if (!policy_.retries(*pause.after)) return "no retry" + after;
    const Band band = policy_.gap(pause.retry, *pause.after);
    return inside(band, pause, around) ? "" : describe(band) + after;
  }

  Position position_;
  std::string name_;  // as it was written
  const RetryPolicy& policy_;
};

// What the Retry of the state says whose task was tried again.
class InStatesBand final : public Matcher {
 public:
  explicit InStatesBand(Position position) : position_(position) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const auto* gaps = std::get_if<Gaps>(&actual);
    if (gaps == nullptr) return;
    for (std::size_t i = 0; i < gaps->pauses.size(); ++i) {
      const Pause& pause = gaps->pauses[i];
      if (pause.by_state && inside(*pause.by_state, pause, around)) continue;
      const std::string band = pause.by_state ? describe(*pause.by_state) + ", " : "";
      misses.push_back({position_, below(i), band + pause.by_state_because, the_pause(pause)});
    }
  }

 private:
  Position position_;
};

class Pauses final : public Matcher {
 public:
  // One matcher: for every pause. Several: one each.
  Pauses(Position position, std::vector<MatcherPtr> matchers, bool each)
      : position_(position), matchers_(std::move(matchers)), each_(each) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const auto* gaps = std::get_if<Gaps>(&actual);
    if (gaps == nullptr) return;
    if (!each_ && gaps->pauses.size() != matchers_.size()) {
      misses.push_back(
          {position_, "",
           std::to_string(matchers_.size()) + (matchers_.size() == 1 ? " pause" : " pauses"),
           "there were " + std::to_string(gaps->pauses.size()) + " (" + show(Value(*gaps)) + ")"});
      return;
    }
    for (std::size_t i = 0; i < gaps->pauses.size(); ++i) {
      std::vector<Miss> found;
      matchers_[each_ ? 0 : i]->check(gaps->pauses[i].time, around, found);
      for (Miss& miss : found) {
        miss.below = below(i);
        miss.actual = the_pause(gaps->pauses[i]);
        misses.push_back(std::move(miss));
      }
    }
  }

 private:
  Position position_;
  std::vector<MatcherPtr> matchers_;
  bool each_;
};

}  // namespace

MatcherPtr compile_gaps(const Cursor& cursor) {
  const Json& value = cursor.value();
  if (value.is_array()) {
    std::vector<MatcherPtr> matchers;
    for (std::size_t i = 0; i < value.size(); ++i) {
      MatcherPtr matcher = compile_quantity(cursor.element(i), Unit::kDuration);
      if (!matcher) return nullptr;
      matchers.push_back(std::move(matcher));
    }
    return std::make_shared<Pauses>(cursor.position(), std::move(matchers), false);
  }
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  if (text == kOfState) return std::make_shared<InStatesBand>(cursor.position());
  if (const RetryPolicy* policy = find_retry_policy(text)) {
    return std::make_shared<InPolicyBand>(cursor.position(), text, *policy);
  }
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) != 0) {
    return cursor.mistake(no_such_policy(show(value)),
                          names_of_policies() + ", " + std::string(kOfState) +
                              ", a range of durations, or a list with one for each pause");
  }
  MatcherPtr every = compile_quantity(cursor, Unit::kDuration);
  if (!every) return nullptr;
  return std::make_shared<Pauses>(cursor.position(), std::vector<MatcherPtr>{every}, true);
}

}  // namespace bedlam::harness
