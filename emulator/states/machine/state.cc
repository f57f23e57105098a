#include "emulator/states/machine/state.h"

#include <algorithm>
#include <cmath>

namespace bedlam::states {

Duration Retrier::delay(std::uint64_t use, Random& random) const {
  double seconds = interval_seconds * std::pow(backoff_rate, static_cast<double>(use - 1));
  if (max_delay_seconds) seconds = std::min(seconds, *max_delay_seconds);
  if (full_jitter) seconds *= random.uniform();
  return from_seconds(seconds);
}

bool names(const std::vector<std::string>& error_equals, const Failure& failure) {
  return std::any_of(error_equals.begin(), error_equals.end(), [&](const std::string& name) {
    return error_name_takes(name, failure.error, failure.heartbeat);
  });
}

void State::add_successors(std::vector<const State*>& to) const {
  if (next != nullptr) to.push_back(next);
  for (const Catcher& catcher : catchers) {
    if (catcher.next != nullptr) to.push_back(catcher.next);
  }
}

}  // namespace bedlam::states
