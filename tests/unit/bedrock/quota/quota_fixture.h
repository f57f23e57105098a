// A Bedrock Runtime with quotas behind a dispatcher, and what its journal says of calls.
#pragma once

#include <gtest/gtest.h>

#include "emulator/rpc/dispatcher.h"
#include "tests/unit/bedrock/runtime_fixture.h"
#include "tests/unit/rpc/recorder.h"

namespace bedlam::bedrock::test {

using script::Rate;

inline constexpr std::string_view kSonnet4 = "anthropic.claude-sonnet-4-20250514-v1:0";

inline script::Quota tokens_a_minute(std::int64_t amount) {
  script::Quota quota;
  quota.tokens = Rate{amount, 1min};
  return quota;
}

class QuotaTest : public RuntimeTest {
 protected:
  QuotaTest() { dispatcher.add(runtime); }

  // 590 tokens after 10 s, unless the test says otherwise.
  void limit(script::Quota quota, std::string pattern = "*", script::Outcome outcome = slow()) {
    script::Behaviour model{std::move(pattern), {}, {{"test:1", {}, {std::move(outcome)}}}, {}};
    model.quota = std::move(quota);
    runtime.use(script::Script({std::move(model)}));
  }
  static script::Outcome slow() {
    script::Outcome outcome = answer(script::Tokens{590});
    outcome.latency = script::Latency{script::Constant{10s}, {}, {}};
    return outcome;
  }

  struct Asking {
    std::shared_ptr<rpc::Recorder> heard;
    std::shared_ptr<rpc::Exchange> exchange;
    std::uint64_t id;
  };
  Asking ask(std::string operation, std::string body, std::string_view model = kSonnet4,
             std::string region = "us-east-1") {
    rpc::Call call{"bedrock-runtime", std::move(operation), std::string(model), {}, {},
                   std::move(body)};
    call.caller.region = std::move(region);
    auto recorder = std::make_shared<rpc::Recorder>(scheduler);
    auto exchange = dispatcher.call(call, recorder);
    return {recorder, exchange, journal.entries().back().id};
  }
  Asking hi(int max_tokens = 1'000, std::string_view model = kSonnet4,
            std::string region = "us-east-1") {
    return ask("Converse",
               converse_body(
                   "Hi", R"(,"inferenceConfig":{"maxTokens":)" + std::to_string(max_tokens) + "}"),
               model, std::move(region));
  }
  const rpc::JournalEntry& entry(const Asking& asking) { return *journal.find(asking.id); }
  const Json& quota(const Asking& asking) { return entry(asking).note.quota; }
  std::string message(const Asking& asking) {
    EXPECT_EQ(entry(asking).status, 429);
    EXPECT_EQ(entry(asking).note.outcome, "ThrottlingException");
    return Json::parse(entry(asking).body)["message"];
  }
  void to(Duration instant) { scheduler.advance_to(Instant(instant)); }

  rpc::Journal journal;
  rpc::Dispatcher dispatcher{scheduler, journal};
};

}  // namespace bedlam::bedrock::test
