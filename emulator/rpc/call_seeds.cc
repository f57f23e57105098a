#include "emulator/rpc/call_seeds.h"

namespace bedlam::rpc {

Random CallSeeds::next(const Call& call, std::initializer_list<std::string_view> also) {
  std::uint64_t identity = 0;
  for (const std::string* part :
       {&call.caller.region, &call.operation, &call.resource, &call.body}) {
    identity = fingerprint(*part, identity);
  }
  for (const std::string_view part : also) identity = fingerprint(part, identity);
  const auto [entry, first] = numbers_.try_emplace(identity, 0);
  const std::uint64_t number = ++entry->second;
  if (first) order_.push_back(identity);
  if (order_.size() > kMaxRememberedCalls) {
    numbers_.erase(order_.front());
    order_.pop_front();
  }
  return Random(seed_).derive(label_, identity).derive("number", number);
}

void CallSeeds::clear() {
  numbers_.clear();
  order_.clear();
}

}  // namespace bedlam::rpc
