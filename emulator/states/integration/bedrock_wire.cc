#include "emulator/states/integration/bedrock_wire.h"

#include <algorithm>
#include <array>
#include <utility>

#include "emulator/states/integration/java_errors.h"

namespace bedlam::states {
namespace {

// botocore bedrock-runtime/2023-09-30: the exceptions of its operations.
constexpr std::array<std::string_view, 12> kModelledErrors{
    "AccessDeniedException",       "ConflictException",         "InternalServerException",
    "ModelErrorException",         "ModelNotReadyException",    "ModelStreamErrorException",
    "ModelTimeoutException",       "ResourceNotFoundException", "ServiceQuotaExceededException",
    "ServiceUnavailableException", "ThrottlingException",       "ValidationException"};

struct HeaderOf {
  std::string_view parameter, header, otherwise;
};
// The same model: members of InvokeModelRequest with a location "header". The developer guide gives
// the two defaults.
constexpr std::array<HeaderOf, 5> kHeaders{
    {{"ContentType", "Content-Type", "application/json"},
     {"Accept", "Accept", "application/json"},
     {"Trace", "X-Amzn-Bedrock-Trace", ""},
     {"GuardrailIdentifier", "X-Amzn-Bedrock-GuardrailIdentifier", ""},
     {"GuardrailVersion", "X-Amzn-Bedrock-GuardrailVersion", ""}}};

// How the SDK for Java 2.x reports them, under the integration's prefix; that the optimized
// integration has the same form is reported, not recorded (docs/fidelity.md).
JavaErrors errors_of(std::string_view prefix) {
  return {std::string(prefix), "BedrockRuntime", std::string(prefix) + "Exception", true};
}

}  // namespace

Result<rpc::Call, ParameterMistake> bedrock_call(std::string_view operation, const Json& parameters,
                                                 std::string body) {
  const std::optional<ParameterMistake> missing = missing_field(parameters, {"ModelId"});
  if (missing) return *missing;
  const auto wrong_format = [](std::string_view name) {
    return ParameterMistake{"The value of the field '" + std::string(name) +
                            "' has an invalid format"};
  };
  rpc::Call call;
  call.service = "bedrock-runtime";
  call.operation = operation;
  const Json& model = *find(parameters, "ModelId");
  if (!model.is_string()) return wrong_format("ModelId");
  call.resource = model.get<std::string>();
  for (const HeaderOf& header : kHeaders) {
    const Json* value = find(parameters, header.parameter);
    if (value != nullptr && !value->is_string()) return wrong_format(header.parameter);
    std::string text = value == nullptr ? std::string(header.otherwise) : value->get<std::string>();
    if (!text.empty()) call.headers.add(std::string(header.header), std::move(text));
  }
  call.body = std::move(body);
  return call;
}

Failure bedrock_failure(std::string_view prefix, const ServiceAnswer& answer) {
  const bool modelled = std::find(kModelledErrors.begin(), kModelledErrors.end(),
                                  error_name(answer)) != kModelledErrors.end();
  return java_failure(errors_of(prefix), answer, modelled);
}

Failure bedrock_fault(std::string_view prefix, Fault fault) {
  return java_fault(errors_of(prefix), fault);
}

}  // namespace bedlam::states
