#include "emulator/bedrock/state/load.h"

namespace bedlam::bedrock {

Random CallSeeds::next(const rpc::Call& call) {
  std::uint64_t identity = 0;
  for (const std::string* part :
       {&call.caller.region, &call.operation, &call.resource, &call.body}) {
    identity = fingerprint(*part, identity);
  }
  const auto [entry, first] = numbers_.try_emplace(identity, 0);
  const std::uint64_t number = ++entry->second;
  if (first) order_.push_back(identity);
  if (order_.size() > kMaxRememberedCalls) {
    numbers_.erase(order_.front());
    order_.pop_front();
  }
  return Random(seed_).derive("bedrock-runtime call", identity).derive("number", number);
}

void CallSeeds::clear() {
  numbers_.clear();
  order_.clear();
}

int InFlight::arrive(const std::string& model, const std::string& region, Instant now) {
  if (ends_.empty()) return 1;
  const auto found = ends_.find({model, region});
  if (found == ends_.end()) return 1;
  Ends& ends = found->second;
  while (!ends.empty() && ends.top() <= now) ends.pop();
  const std::size_t others = ends.size();
  if (ends.empty()) ends_.erase(found);
  return static_cast<int>(others) + 1;
}

void InFlight::done_at(const std::string& model, const std::string& region, Instant then) {
  ends_[{model, region}].push(then);
}

}  // namespace bedlam::bedrock
