#include "emulator/states/integration/bedrock_wire.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bedlam::states {
namespace {

// botocore bedrock-runtime/2023-09-30: the exceptions of its operations.
constexpr std::array<std::string_view, 12> kModelled{
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

// "x-amzn-ErrorType: ThrottlingException:http://…" or "__type": "ns#ThrottlingException".
std::string error_name(const ServiceAnswer& answer, const Json& body) {
  std::string name(answer.headers.get("x-amzn-ErrorType"));
  const Json* type = find(body, "__type");
  if (name.empty() && type != nullptr && type->is_string()) name = type->get<std::string>();
  name = name.substr(0, name.find(':'));
  return name.substr(name.find('#') + 1);  // npos + 1 is 0: all of it
}

std::string error_message(const Json& body) {
  for (const std::string_view member : {"message", "Message"}) {
    const Json* message = find(body, member);
    if (message != nullptr && message->is_string()) return message->get<std::string>();
  }
  return "null";  // how Java prints a message that is not there
}

std::string_view words_of(Fault fault) {
  switch (fault) {
    case Fault::kReset:
      return "Connection reset";
    case Fault::kClosedBeforeHead:
      return "The target server failed to respond";
    case Fault::kClosedInBody:
      return "Premature end of Content-Length delimited message body";
    case Fault::kGarbage:
      return "The server failed to respond with a valid HTTP response";
  }
  return "";
}

// Recorded with newer SDKs; an integration makes one attempt.
constexpr std::string_view kAttempts = " (SDK Attempt Count: 1)";

}  // namespace

std::optional<ParameterMistake> missing_field(const Json& parameters,
                                              std::initializer_list<std::string_view> required) {
  for (const std::string_view name : required) {
    if (find(parameters, name) != nullptr) continue;
    if (find(parameters, std::string(name) + ".$") != nullptr) continue;
    return ParameterMistake{"The field '" + std::string(name) + "' is required but was missing"};
  }
  return std::nullopt;
}

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
  const Result<Json, JsonError> parsed = parse_json(answer.body);
  const Json body = parsed ? *parsed : Json();
  std::string name = error_name(answer, body);
  if (std::find(kModelled.begin(), kModelled.end(), name) == kModelled.end()) {
    name = std::string(prefix) + "Exception";
  }
  std::string cause = error_message(body);
  cause += " (Service: BedrockRuntime, Status Code: " + std::to_string(answer.status);
  cause += ", Request ID: " + std::string(answer.headers.get("x-amzn-RequestId", "null")) + ")";
  cause += kAttempts;
  return {std::string(prefix) + "." + name, std::move(cause)};
}

Failure bedrock_fault(std::string_view prefix, Fault fault) {
  return {
      std::string(prefix) + ".SdkClientException",
      "Unable to execute HTTP request: " + std::string(words_of(fault)) + std::string(kAttempts)};
}

}  // namespace bedlam::states
