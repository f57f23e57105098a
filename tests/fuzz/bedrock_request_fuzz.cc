// Bodies of Bedrock Runtime: any bytes, to InvokeModel of every family and to Converse. Whatever
// comes, there is one whole answer.
#include <array>

#include "emulator/bedrock/bedrock_runtime.h"
#include "tests/fuzz/fuzz_input.h"

namespace bedlam {
namespace {

// One of each family, and of families with several forms each of them.
constexpr std::array<std::string_view, 19> kModels{
    "anthropic.claude-3-haiku-20240307-v1:0",
    "amazon.nova-lite-v1:0",
    "amazon.titan-text-express-v1",
    "meta.llama3-8b-instruct-v1:0",
    "mistral.mistral-7b-instruct-v0:2",
    "mistral.mistral-large-2407-v1:0",
    "cohere.command-r-v1:0",
    "cohere.command-text-v14",
    "ai21.jamba-1-5-mini-v1:0",
    "us.deepseek.r1-v1:0",
    "openai.gpt-oss-20b-1:0",
    "amazon.titan-embed-text-v1",
    "amazon.titan-embed-text-v2:0",
    "cohere.embed-english-v3",
    "amazon.nova-2-multimodal-embeddings-v1:0",
    "amazon.titan-image-generator-v2:0",
    "amazon.nova-canvas-v1:0",
    "amazon.nova-sonic-v1:0",
    "anthropic.claude-3-5-sonnet-20240620-v1:0",
};
constexpr std::array<std::string_view, 5> kOperations{
    "InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream", "CountTokens"};

}  // namespace
}  // namespace bedlam

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  rpc::Call call;
  call.service = "bedrock-runtime";
  call.operation = kOperations[input.choose(kOperations.size())];
  call.resource = kModels[input.choose(kModels.size())];
  call.body = input.rest();
  Scheduler scheduler{WallTime{}};
  bedrock::BedrockRuntime runtime(scheduler, 1);
  int replies = 0;
  runtime.handle(call, [&replies](rpc::Reply reply) {
    ++replies;
    rpc::complete(reply);
    fuzz::require(reply.steps.size() >= 2, "a reply has a head and an end");
    fuzz::require(std::holds_alternative<rpc::Head>(reply.steps.front().action), "a head first");
    fuzz::require(std::holds_alternative<rpc::End>(reply.steps.back().action), "an end last");
  });
  fuzz::require(replies == 1, "one answer");
  return 0;
}
