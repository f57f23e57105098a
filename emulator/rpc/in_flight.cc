#include "emulator/rpc/in_flight.h"

namespace bedlam::rpc {

int InFlight::arrive(const std::string& of, const std::string& region, Instant now) {
  if (ends_.empty()) return 1;
  const auto found = ends_.find({of, region});
  if (found == ends_.end()) return 1;
  Ends& ends = found->second;
  while (!ends.empty() && ends.top() <= now) ends.pop();
  const std::size_t others = ends.size();
  if (ends.empty()) ends_.erase(found);
  return static_cast<int>(others) + 1;
}

void InFlight::done_at(const std::string& of, const std::string& region, Instant then) {
  ends_[{of, region}].push(then);
}

}  // namespace bedlam::rpc
