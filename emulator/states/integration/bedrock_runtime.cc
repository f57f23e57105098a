// arn:aws:states:::aws-sdk:bedrockruntime:invokeModel and :converse (developer guide, "Learning to
// use AWS service SDK integrations"): parameters and results are the API's, with PascalCase names.
#include "emulator/states/integration/bedrock_wire.h"

namespace bedlam::states {
namespace {

constexpr std::string_view kPrefix = "BedrockRuntime";

// Members whose content is the caller's own: documents and maps (botocore
// bedrock-runtime/2023-09-30; toolUse.input, inputSchema.json, toolResult.content[].json …).
const std::vector<std::string_view>& own_content() {
  static const std::vector<std::string_view> kOwn{"Json",
                                                  "Input",
                                                  "AdditionalModelRequestFields",
                                                  "AdditionalModelResponseFields",
                                                  "RequestMetadata",
                                                  "PromptVariables"};
  return kOwn;
}

class RuntimeIntegration : public Integration {
 public:
  using Integration::Integration;
  Failure broken(Fault fault) const override { return bedrock_fault(kPrefix, fault); }
};

class RuntimeInvokeModel final : public RuntimeIntegration {
 public:
  using RuntimeIntegration::RuntimeIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"ModelId"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    const Json* body = find(parameters, "Body");
    std::string text;
    if (body != nullptr) text = body->is_string() ? body->get<std::string>() : to_text(*body);
    return bedrock_call("InvokeModel", parameters, std::move(text));
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return bedrock_failure(kPrefix, answer);
    return Json{{"Body", answer.body}, {"ContentType", answer.headers.get("content-type")}};
  }
};

class RuntimeConverse final : public RuntimeIntegration {
 public:
  using RuntimeIntegration::RuntimeIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"ModelId"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    Json body = parameters.is_object() ? parameters : Json::object();
    body.erase("ModelId");  // part of the path
    return bedrock_call("Converse", parameters,
                        to_text(respell_all(body, Spelling::kCamel, own_content())));
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return bedrock_failure(kPrefix, answer);
    const Result<Json, JsonError> body = parse_json(answer.body);
    if (!body) return broken(Fault::kGarbage);
    return respell_all(*body, Spelling::kPascal, own_content());
  }
};

}  // namespace

std::shared_ptr<const Integration> bedrockruntime_invoke_model(const Resource& resource) {
  return std::make_shared<RuntimeInvokeModel>(resource);
}

std::shared_ptr<const Integration> bedrockruntime_converse(const Resource& resource) {
  return std::make_shared<RuntimeConverse>(resource);
}

}  // namespace bedlam::states
