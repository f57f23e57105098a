// Every service without a file of its own: parameters go out and results come in as JSON objects
// with PascalCase names, as the state machine has them. Nothing real answers these calls yet;
// scripts do (`tasks:` of a scenario, or a mock configuration).
#include "emulator/states/integration/generic.h"

namespace bedlam::states {

Result<rpc::Call, ParameterMistake> GenericIntegration::call(const Json& parameters) const {
  rpc::Call call;
  call.service = resource().service;
  call.operation = respell(resource().action, Spelling::kPascal);
  call.headers.add("Content-Type", "application/json");
  call.body = bedlam::to_text(parameters);
  return call;
}

Result<Json, Failure> GenericIntegration::result(const ServiceAnswer& answer) const {
  if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
  if (answer.body.empty()) return dressed(Json::object(), answer);
  Result<Json, JsonError> body = parse_json(answer.body);
  if (!body) return broken(Fault::kGarbage);
  return dressed(std::move(*body), answer);
}

Json GenericIntegration::dressed(Json result, const ServiceAnswer& answer) const {
  // Recorded: events:putEvents is without, and aws-sdk integrations are.
  if (resource().kind != Resource::Kind::kOptimized || !result.is_object()) return result;
  if (!result.contains("SdkHttpMetadata")) {
    result.update(sdk_metadata(answer, json_headers(answer, "application/x-amz-json-1.0")));
  }
  return result;
}

// Recorded: what was polled has no SdkHttpMetadata.
Result<Json, Failure> GenericIntegration::completed(const ServiceAnswer& answer) const {
  if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
  Result<Json, JsonError> body = parse_json(answer.body);
  if (!body) return broken(Fault::kGarbage);
  return std::move(*body);
}

}  // namespace bedlam::states
