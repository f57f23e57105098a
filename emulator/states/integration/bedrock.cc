// arn:aws:states:::bedrock:invokeModel, the optimized integration (developer guide, "Invoke and
// customize Amazon Bedrock models with Step Functions"). Body may be an object; the result's Body
// is the parsed answer.
#include "emulator/states/integration/bedrock_wire.h"

namespace bedlam::states {
namespace {

class BedrockInvokeModel final : public Integration {
 public:
  using Integration::Integration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    for (const std::string_view name : {"Input", "Output"}) {
      if (find(parameters, name) != nullptr) {
        return ParameterMistake{"The field '" + std::string(name) +
                                "' (Amazon S3) is not supported yet by this emulator"};
      }
    }
    return missing_field(parameters, {"ModelId"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    const std::optional<ParameterMistake> mistake = check(parameters);
    if (mistake) return *mistake;
    const Json* body = find(parameters, "Body");
    if (body == nullptr) return ParameterMistake{"The field 'Body' is required but was missing"};
    return bedrock_call("InvokeModel", parameters,
                        body->is_string() ? body->get<std::string>() : to_text(*body));
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return bedrock_failure("Bedrock", answer);
    Result<Json, JsonError> body = parse_json(answer.body);
    return Json{{"Body", body ? std::move(*body) : Json(answer.body)},
                {"ContentType", answer.headers.get("content-type")}};
  }

  Failure broken(Fault fault) const override { return bedrock_fault("Bedrock", fault); }
};

}  // namespace

std::shared_ptr<const Integration> bedrock_invoke_model(const Resource& resource) {
  return std::make_shared<BedrockInvokeModel>(resource);
}

}  // namespace bedlam::states
