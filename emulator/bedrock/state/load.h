// What a call has to do with the calls before it: its number among those just like it, from which
// its seed follows, and how many of its model's calls are in flight when it comes. Uses no time but
// what it is told.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/clock/instant.h"
#include "emulator/rpc/call.h"

namespace bedlam::bedrock {

// Different calls whose numbers are remembered; the one that came first is forgotten first. Ours: a
// few megabytes in a server that runs for long.
inline constexpr std::size_t kMaxRememberedCalls = 65'536;

// Gives each call a generator of its own, which depends on the seed, on what the call asks
// (operation, Region, model, body) and on how many calls asked just the same before: not on any
// other call, nor on the order in which different ones arrive.
class CallSeeds {
 public:
  explicit CallSeeds(std::uint64_t seed) : seed_(seed) {}
  Random next(const rpc::Call& call);
  void clear();

 private:
  std::uint64_t seed_;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers_;  // only looked up, never iterated
  std::deque<std::uint64_t> order_;
};

// Calls of each model and Region whose answer is not ready yet. A call is in flight from its
// arrival up to the instant before its answer's last token is ready.
class InFlight {
 public:
  // How many there are with one that arrives now.
  int arrive(const std::string& model, const std::string& region, Instant now);
  // That one is done then.
  void done_at(const std::string& model, const std::string& region, Instant then);
  void clear() { ends_.clear(); }

 private:
  using Ends = std::priority_queue<Instant, std::vector<Instant>, std::greater<>>;
  std::map<std::pair<std::string, std::string>, Ends> ends_;
};

}  // namespace bedlam::bedrock
