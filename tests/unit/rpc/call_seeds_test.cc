// Seeds of calls: what they depend on, and what is remembered of calls.
#include "emulator/rpc/call_seeds.h"

#include <gtest/gtest.h>

namespace bedlam::rpc {
namespace {

TEST(CallSeeds, TellCallsApartByAllThatTheyAsk) {
  Call call;
  call.operation = "InvokeModel";
  call.resource = "anthropic.claude-3-haiku-20240307-v1:0";
  call.body = "{}";
  const auto first_draw = [](const rpc::Call& asked, std::uint64_t seed = 1) {
    return CallSeeds(seed, "test call").next(asked).next();
  };
  const std::uint64_t draw = first_draw(call);
  EXPECT_EQ(first_draw(call), draw);
  EXPECT_NE(first_draw(call, 2), draw);
  EXPECT_NE(CallSeeds(1, "another's call").next(call).next(), draw);
  EXPECT_NE(CallSeeds(1, "test call").next(call, {"beside"}).next(), draw);
  for (std::string* part : {&call.operation, &call.resource, &call.body, &call.caller.region}) {
    *part += ' ';
    EXPECT_NE(first_draw(call), draw);
    part->pop_back();
  }
  call.caller.origin = "connection 3";
  call.caller.invocation_id = "another";
  EXPECT_EQ(first_draw(call), draw) << "who asks does not matter";
}

TEST(CallSeeds, RememberWhatIsBounded) {
  CallSeeds seeds(1, "test call");
  Call call;
  call.body = "first";
  const std::uint64_t once = seeds.next(call).next();
  EXPECT_NE(seeds.next(call).next(), once);
  for (std::size_t i = 0; i < kMaxRememberedCalls; ++i) {
    call.body = std::to_string(i);
    seeds.next(call);
  }
  call.body = "first";
  EXPECT_EQ(seeds.next(call).next(), once) << "forgotten, and so the first again";
}

}  // namespace
}  // namespace bedlam::rpc
