#include "harness/expect/matchers/gaps.h"

#include "harness/client/retry_policy.h"
#include "harness/expect/matchers/quantity.h"

namespace bedlam::harness {
namespace {

// "the pause before attempt 3 was 4.2 s"
std::string the_pause(const Pause& pause) {
  return "the pause before attempt " + std::to_string(pause.retry + 2) + " was " +
         format_duration(pause.time);
}

std::string below(std::size_t index) {
  return "[" + std::to_string(index) + "]";
}

class InPolicyBand final : public Matcher {
 public:
  InPolicyBand(Position position, const RetryPolicy& policy)
      : position_(position), policy_(policy) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const auto* gaps = std::get_if<Gaps>(&actual);
    if (gaps == nullptr) return;
    for (std::size_t i = 0; i < gaps->pauses.size(); ++i) {
      const Band band = policy_.backoff(gaps->pauses[i].retry);
      const Duration pause = gaps->pauses[i].time;
      const Duration slack = around.real_clock ? kRealClockSlack : Duration{};
      if (pause >= band.least && pause <= band.most + slack) continue;
      misses.push_back({position_, below(i),
                        std::string(policy_.name()) + ", " + format_duration(band.least) + ".." +
                            format_duration(band.most),
                        the_pause(gaps->pauses[i])});
    }
  }

 private:
  Position position_;
  const RetryPolicy& policy_;
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
  if (const RetryPolicy* policy = find_retry_policy(text)) {
    return std::make_shared<InPolicyBand>(cursor.position(), *policy);
  }
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) != 0) {
    std::vector<std::string_view> names;
    std::string allowed;
    for (const RetryPolicy* policy : retry_catalog()) {
      names.push_back(policy->name());
      allowed += std::string(policy->name()) + ", ";
    }
    return cursor.mistake("'" + show(value) + "' is no retry mode" + did_you_mean(text, names),
                          allowed + "a range of durations, or a list with one for each pause");
  }
  MatcherPtr every = compile_quantity(cursor, Unit::kDuration);
  if (!every) return nullptr;
  return std::make_shared<Pauses>(cursor.position(), std::vector<MatcherPtr>{every}, true);
}

}  // namespace bedlam::harness
