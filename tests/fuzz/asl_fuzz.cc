// Definitions of state machines: any text. What is accepted runs, and whatever it does, it ends and
// its history holds together.
#include "emulator/states/machine/execution.h"
#include "tests/fuzz/fuzz_input.h"

namespace bedlam {
namespace {

constexpr int kSteps = 60;  // of the scheduler, each up to 1,000 transitions; then it is stopped

std::string told(const std::vector<states::Finding>& findings) {
  std::string text;
  for (const states::Finding& finding : findings) {
    fuzz::require(!finding.code.empty() && !finding.message.empty(), "a finding says what it is");
    text += finding.code + ' ' + finding.message + ' ' + finding.location + '\n';
  }
  return text;
}

// The history as text.
std::string run(const std::shared_ptr<const states::Definition>& definition) {
  static const Json kInput = *parse_json(
      R"({"n":3,"key":"a/1","list":[1,2,{"k":"v"}],"map":{"a":1,"b":[]},"when":"2024-10-04T00:00:09Z"})");
  Scheduler scheduler{WallTime{std::chrono::seconds(1'728'000'000)}};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher(scheduler, journal);
  const auto execution = std::make_shared<states::Execution>(
      definition,
      states::Execution::Identity{"arn:aws:states:us-east-1:123456789012:execution:m:r", "r",
                                  "arn:aws:iam::123456789012:role/r",
                                  "arn:aws:states:us-east-1:123456789012:stateMachine:m", "m",
                                  "us-east-1"},
      kInput, states::Execution::Surroundings{scheduler, dispatcher, Random(1)});
  int ends = 0;
  execution->start([&ends] { ++ends; });
  for (int step = 0; step < kSteps && scheduler.step(Instant::max());) ++step;
  execution->stop(std::nullopt, std::nullopt);
  fuzz::require(ends == 1, "an execution ends once");
  fuzz::require(!scheduler.next_due(), "nothing is left to do when it is over");
  std::string text;
  std::uint64_t id = 0;
  const std::size_t shown = std::min<std::size_t>(execution->history().size(), 200);
  while (id < shown) {
    const Json event = execution->history().event(id, scheduler);
    fuzz::require(event["id"] == ++id, "ids count");
    fuzz::require(event["previousEventId"] < id, "links go back");
    text += to_text(event) + '\n';
  }
  return text;
}

}  // namespace
}  // namespace bedlam

BEDLAM_FUZZ_TARGET(asl) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  const char* const type = input.choose(4) == 3 ? "EXPRESS" : "STANDARD";
  const auto definition = states::Definition::parse(input.rest(), type);
  const auto again = states::Definition::parse(input.rest(), type);
  fuzz::require(definition.ok() == again.ok(), "a definition is valid or not");
  if (!definition) {
    const std::string mistakes = told(definition.error());
    fuzz::require(!mistakes.empty(), "who refuses says why");
    fuzz::require(mistakes == told(again.error()), "the same mistakes");
    return 0;
  }
  fuzz::require(told((*definition)->warnings()) == told((*again)->warnings()), "the same warnings");
  fuzz::require(run(*definition) == run(*again), "the same history");
  return 0;
}
