// Sessions of a speech model: any lines as its events, in any order.
#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"
#include "emulator/bedrock/bedrock_runtime.h"
#include "tests/fuzz/fuzz_input.h"

BEDLAM_FUZZ_TARGET(speech) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  const bool raw = input.choose(8) == 7;  // the bytes as they are, no events
  Scheduler scheduler{WallTime{}};
  bedrock::BedrockRuntime runtime(scheduler, 1);
  rpc::Call call;
  call.service = "bedrock-runtime";
  call.operation = "InvokeModelWithBidirectionalStream";
  call.resource = "amazon.nova-sonic-v1:0";
  int ends = 0;
  const auto session = runtime.open(call, [&ends](const rpc::Reply& reply) {
    fuzz::require(ends == 0, "nothing comes after the end");
    for (const rpc::Step& step : reply.steps) ends += rpc::ends_reply(step.action) ? 1 : 0;
  });
  std::string_view rest = input.rest();
  if (raw) session->on_input(rest);
  while (!raw && !rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::string payload = R"({"bytes":")" + base64_encode(line) + "\"}";
    session->on_input(aws::encode_event("chunk", payload));
  }
  session->on_input_end();
  fuzz::require(ends == 1, "the stream ends once");
  return 0;
}
