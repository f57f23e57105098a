// Requests to SageMaker Runtime: any bytes as the headers and the body of each operation. Whatever
// comes, there is one whole answer, and an asynchronous call leaves one result.
#include <array>
#include <string>

#include "emulator/rpc/dispatcher.h"
#include "emulator/sagemaker/sagemaker_runtime.h"
#include "tests/fuzz/whole_answer.h"

namespace bedlam {
namespace {

constexpr std::array<std::string_view, 3> kPaths{"invocations", "invocations-response-stream",
                                                 "async-invocations"};
constexpr std::array<std::string_view, 3> kEndpoints{"writer", "failing", "nobody"};
constexpr std::array<std::string_view, 10> kFuzzedHeaders{
    "Content-Type",
    "Accept",
    "X-Amzn-SageMaker-Accept",
    "X-Amzn-SageMaker-Custom-Attributes",
    "X-Amzn-SageMaker-Inference-Id",
    "X-Amzn-SageMaker-Session-Id",
    "X-Amzn-SageMaker-S3OutputPathExtension",
    "X-Amzn-SageMaker-Filename",
    "X-Amzn-SageMaker-RequestTTLSeconds",
    "X-Amzn-SageMaker-InvocationTimeoutSeconds"};

// "NUMBER VALUE\n" as often as the first byte says, then the body.
aws::HttpRequest endpoint_request_of(fuzz::Input& input) {
  aws::HttpRequest request;
  request.method = "POST";
  const std::size_t path = input.choose(kPaths.size());
  request.target = "/endpoints/" + std::string(kEndpoints[input.choose(kEndpoints.size())]) + "/" +
                   std::string(kPaths[path]);
  if (path == 2) request.headers.add("X-Amzn-SageMaker-InputLocation", "s3://bucket/input");
  const std::size_t headers = input.choose(4);
  std::string_view rest;
  for (std::size_t i = 0; i <= headers; ++i) {
    const std::string_view name =
        i < headers ? kFuzzedHeaders[input.choose(kFuzzedHeaders.size())] : "";
    rest = input.rest();
    if (i == headers) break;
    const std::string_view line = rest.substr(0, rest.find('\n'));
    request.headers.add(name, line);
    input.skip(line.size() + 1);
  }
  request.body = rest;
  return request;
}

std::vector<script::Endpoint> endpoints() {
  script::Endpoint writer, failing;
  writer.behaviour = {"writer", {}, {}};
  script::Outcome error{script::Error{"ModelError", "broken"}, {}, {}};
  failing.behaviour = {"failing", {}, {{"test:1", {}, {std::move(error)}}}};
  return {std::move(writer), std::move(failing)};
}

}  // namespace
}  // namespace bedlam

BEDLAM_FUZZ_TARGET(sagemaker_request) {
  using namespace bedlam;
  fuzz::Input input(data, size);
  Scheduler scheduler{WallTime{}};
  sagemaker::SageMakerRuntime runtime(scheduler, 1, "123456789012");
  runtime.use(endpoints());
  const aws::HttpRequest request = endpoint_request_of(input);
  int puts = 0;
  runtime.put_with([&puts](const rpc::StoredObject& /*object*/) {
    ++puts;
    return "";
  });
  runtime.get_with([&](const auto&...) { return rpc::FetchedObject{request.body, ""}; });
  const std::optional<rpc::Call> call = rpc::call_of(runtime, request);
  fuzz::require(call.has_value(), "the path is SageMaker's");
  int replies = 0, status = 0;
  runtime.handle(*call, [&](rpc::Reply reply) {
    ++replies;
    status = std::get<rpc::Head>(reply.steps.front().action).status;
    fuzz::require_whole(std::move(reply));
  });
  fuzz::require(replies == 1, "one answer");
  scheduler.run();
  fuzz::require(puts == (status == 202 ? 1 : 0), "an accepted call leaves one result");
  return 0;
}
