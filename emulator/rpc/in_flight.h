// How many calls of one thing are being worked on when another comes. Uses no time but what it is
// told.
#pragma once

#include <functional>
#include <map>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "emulator/clock/instant.h"

namespace bedlam::rpc {

// Calls of each model or endpoint and Region whose answer is not ready yet. A call is in flight
// from its arrival up to the instant before its answer's last token is ready.
class InFlight {
 public:
  // How many there are with one that arrives now. `of`: the model or the endpoint.
  int arrive(const std::string& of, const std::string& region, Instant now);
  // That one is done then.
  void done_at(const std::string& of, const std::string& region, Instant then);
  void clear() { ends_.clear(); }

 private:
  using Ends = std::priority_queue<Instant, std::vector<Instant>, std::greater<>>;
  std::map<std::pair<std::string, std::string>, Ends> ends_;
};

}  // namespace bedlam::rpc
