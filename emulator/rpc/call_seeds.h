// Seeds of a service's calls: each draws from a generator of its own, which no other call touches.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "emulator/base/random.h"
#include "emulator/rpc/call.h"

namespace bedlam::rpc {

// Different calls whose numbers are remembered; the one that came first is forgotten first. Ours: a
// few megabytes in a server that runs for long.
inline constexpr std::size_t kMaxRememberedCalls = 65'536;

// Gives each call a generator of its own, which depends on the seed, on what the call asks
// (operation, Region, resource, body) and on how many calls asked just the same before: not on any
// other call, nor on the order in which different ones arrive.
class CallSeeds {
 public:
  // `label`: whose calls they are, "bedrock-runtime call".
  CallSeeds(std::uint64_t seed, std::string_view label) : seed_(seed), label_(label) {}
  // `also`: what the call asks beside.
  Random next(const Call& call, std::initializer_list<std::string_view> also = {});
  void clear();

 private:
  std::uint64_t seed_;
  std::string label_;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers_;  // only looked up, never iterated
  std::deque<std::uint64_t> order_;
};

}  // namespace bedlam::rpc
