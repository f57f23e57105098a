// What calls have to do with one another: seeds that other calls do not touch, and the load.
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock::test {
namespace {

constexpr const char* kOtherModel = "anthropic.claude-3-sonnet-20240229-v1:0";

script::Distribution distribution(std::string_view text) {
  return script::parse_distribution(text).value_or(script::Constant{});
}

class Load : public RuntimeTest {
 protected:
  // Every model answers with this latency.
  void latency(std::string_view text) {
    runtime.use(script::Script({{"*", script::Latency{distribution(text), {}, {}}, {}}}));
  }
  Duration takes(const std::string& prompt, std::string model = std::string(kHaiku)) {
    return call("InvokeModel", messages_body(prompt), std::move(model)).last_due;
  }
};

TEST_F(Load, OtherCallsChangeNoDraw) {
  constexpr std::string_view kWide = "lognormal(median 800ms, p99 2.5s)";
  latency(kWide);
  const std::vector<Duration> alone{takes("a"), takes("b"), takes("a")};
  EXPECT_NE(alone[0], alone[2]) << "each call draws anew";
  runtime.reset();
  latency(kWide);
  std::vector<Duration> among_others;
  for (const char* prompt : {"a", "b", "a"}) {
    takes("something else");
    takes(prompt, kOtherModel);
    call("ConverseStream", converse_body(prompt));
    call("CountTokens", "{}");
    call("InvokeModel", "no JSON");
    among_others.push_back(takes(prompt));
  }
  EXPECT_EQ(among_others, alone);
}

TEST_F(Load, ParallelCallsMayArriveInAnyOrder) {
  latency("uniform(1s, 2s)");
  const Duration advert = takes("advert"), tagline = takes("tagline");
  runtime.reset();
  latency("uniform(1s, 2s)");
  EXPECT_EQ(takes("tagline"), tagline);
  EXPECT_EQ(takes("advert"), advert);
}

TEST_F(Load, ARampCountsTheCallsInFlight) {
  latency("ramp(from 1s to 4s at 4 concurrent)");
  EXPECT_EQ(takes("a"), 1s);
  EXPECT_EQ(takes("b"), 2s);
  EXPECT_EQ(takes("c", "us." + std::string(kHaiku)), 3s) << "a profile of the same model";
  EXPECT_EQ(takes("d", kOtherModel), 1s) << "another model";
  EXPECT_EQ(takes("e"), 4s);
  EXPECT_EQ(takes("f"), 4s);
  scheduler.advance_to(Instant(1s));  // the first is done; 2 s, 3 s, 4 s, 4 s are not
  EXPECT_EQ(takes("g"), 4s);
  scheduler.advance_to(Instant(4s));  // only that one is left, until 5 s
  EXPECT_EQ(takes("h"), 2s);
  scheduler.advance_to(Instant(60s));
  EXPECT_EQ(takes("i"), 1s);
}

TEST_F(Load, FaultsDoNotEndTheModelsWorkAndThrottlesAreNone) {
  const script::Latency ramp{distribution("ramp(from 1s to 3s at 3 concurrent)"), {}, {}};
  script::Outcome reset = answer("Hi");
  reset.fault = fault::Fault{{fault::AfterTime{300ms}, {}}, fault::find_kind("reset"), true};
  runtime.use(script::Script(
      {{"*", ramp, {{"a:1", {}, {error("ThrottlingException"), reset, answer("Hi")}}}}}));
  EXPECT_EQ(takes("throttled"), 0s);
  EXPECT_EQ(takes("reset"), 300ms);
  EXPECT_EQ(takes("served"), 2s) << "beside the one whose connection was reset";
}

TEST_F(Load, ResetForgetsWhatIsInFlight) {
  latency("ramp(from 1s to 4s at 4 concurrent)");
  takes("a");
  runtime.reset();
  latency("ramp(from 1s to 4s at 4 concurrent)");
  EXPECT_EQ(takes("a"), 1s);
}

}  // namespace
}  // namespace bedlam::bedrock::test
