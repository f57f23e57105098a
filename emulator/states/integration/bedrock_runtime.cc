// arn:aws:states:::aws-sdk:bedrockruntime:invokeModel and :converse (developer guide, "Learning to
// use AWS service SDK integrations"): parameters and results are the API's, with PascalCase names.
#include <algorithm>
#include <array>
#include <cctype>

#include "emulator/states/integration/bedrock_wire.h"

namespace bedlam::states {
namespace {

constexpr std::string_view kPrefix = "BedrockRuntime";

// Members whose content is the caller's own: documents and maps (botocore
// bedrock-runtime/2023-09-30; toolUse.input, inputSchema.json, toolResult.content[].json …).
constexpr std::array<std::string_view, 6> kOwnContent{"Json",
                                                      "Input",
                                                      "AdditionalModelRequestFields",
                                                      "AdditionalModelResponseFields",
                                                      "RequestMetadata",
                                                      "PromptVariables"};

enum class Spelling { kPascal, kCamel };

std::string respell(std::string name, Spelling to) {
  if (name.empty()) return name;
  const auto first = static_cast<unsigned char>(name[0]);
  name[0] = static_cast<char>(to == Spelling::kPascal ? std::toupper(first) : std::tolower(first));
  return name;
}

Json respell_all(const Json& value, Spelling to) {
  if (value.is_array()) {
    Json array = Json::array();
    for (const Json& element : value) array.push_back(respell_all(element, to));
    return array;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& member : value.items()) {
    const std::string pascal = respell(member.key(), Spelling::kPascal);
    const bool own = std::find(kOwnContent.begin(), kOwnContent.end(), pascal) != kOwnContent.end();
    object[respell(member.key(), to)] = own ? member.value() : respell_all(member.value(), to);
  }
  return object;
}

class RuntimeIntegration : public Integration {
 public:
  std::string_view resource_type() const override { return "aws-sdk:bedrockruntime"; }
  Failure broken(Fault fault) const override { return bedrock_fault(kPrefix, fault); }
};

class RuntimeInvokeModel final : public RuntimeIntegration {
 public:
  std::string_view resource() const override { return "invokeModel"; }

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
  std::string_view resource() const override { return "converse"; }

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"ModelId"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    Json body = parameters.is_object() ? parameters : Json::object();
    body.erase("ModelId");  // part of the path
    return bedrock_call("Converse", parameters, to_text(respell_all(body, Spelling::kCamel)));
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return bedrock_failure(kPrefix, answer);
    const Result<Json, JsonError> body = parse_json(answer.body);
    if (!body) return broken(Fault::kGarbage);
    return respell_all(*body, Spelling::kPascal);
  }
};

}  // namespace

const Integration& bedrockruntime_invoke_model() {
  static const RuntimeInvokeModel kIntegration;
  return kIntegration;
}

const Integration& bedrockruntime_converse() {
  static const RuntimeConverse kIntegration;
  return kIntegration;
}

}  // namespace bedlam::states
