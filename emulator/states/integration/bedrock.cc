// arn:aws:states:::bedrock:invokeModel, the optimized integration (developer guide, "Invoke and
// customize Amazon Bedrock models with Step Functions"). Body may be an object; the result's Body
// is the parsed answer. With Input the body is read from Amazon S3, with Output the answer is left
// there and Body is its URI.
#include "emulator/states/integration/bedrock_wire.h"
#include "emulator/states/integration/s3_wire.h"

namespace bedlam::states {
namespace {

class BedrockInvokeModel final : public Integration {
 public:
  using Integration::Integration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    const bool has_body = has(parameters, "Body");
    if (has_body && has(parameters, "Input")) {
      return ParameterMistake{"Only one of the fields 'Body' and 'Input' may be given"};
    }
    return missing_field(parameters, {"ModelId"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    const std::optional<ParameterMistake> mistake = check(parameters);
    if (mistake) return *mistake;
    for (const std::string_view name : {"Input", "Output"}) {
      if (has(parameters, name) && resource_at(parameters, name).empty()) {
        return ParameterMistake{"The value of the field '" + std::string(name) +
                                ".S3Uri' has an invalid format"};
      }
    }
    if (has(parameters, "Input")) {
      if (const auto invocation = bedrock_call("InvokeModel", parameters, ""); !invocation) {
        return invocation.error();
      }
      return s3_call("GetObject", resource_at(parameters, "Input"));
    }
    const Json* body = find(parameters, "Body");
    if (body == nullptr) return ParameterMistake{"The field 'Body' is required but was missing"};
    return bedrock_call("InvokeModel", parameters,
                        body->is_string() ? body->get<std::string>() : to_text(*body));
  }

  Result<std::optional<rpc::Call>, Failure> following(
      const Json& parameters, const std::vector<ServiceAnswer>& answers) const override {
    const ServiceAnswer& last = answers.back();
    const bool reads = has(parameters, "Input");
    if (reads && answers.size() == 1) {
      if (last.status / 100 != 2) return s3_failure(last);
      return std::optional(invocation_of(parameters, last));
    }
    if (!has(parameters, "Output") || answers.size() > (reads ? 2U : 1U)) {
      return std::optional<rpc::Call>();
    }
    if (last.status / 100 != 2) return bedrock_failure("Bedrock", last);
    rpc::Call put = s3_call("PutObject", resource_at(parameters, "Output"));
    put.headers.add("Content-Type", std::string(last.headers.get("content-type")));
    put.body = last.body;
    return std::optional(std::move(put));
  }

  Result<Json, Failure> result_of_all(const Json& parameters,
                                      const std::vector<ServiceAnswer>& answers) const override {
    if (!has(parameters, "Output")) return result(answers.back());
    if (answers.back().status / 100 != 2) return s3_failure(answers.back());
    return Json{{"Body", "s3://" + resource_at(parameters, "Output")},
                {"ContentType", answers[answers.size() - 2].headers.get("content-type")}};
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return bedrock_failure("Bedrock", answer);
    Result<Json, JsonError> body = parse_json(answer.body);
    return Json{{"Body", body ? std::move(*body) : Json(answer.body)},
                {"ContentType", answer.headers.get("content-type")}};
  }

  Failure broken(Fault fault) const override { return bedrock_fault("Bedrock", fault); }

 private:
  static bool has(const Json& parameters, std::string_view name) {
    return find(parameters, name) != nullptr ||
           find(parameters, std::string(name) + ".$") != nullptr;
  }

  // "bucket/key" of {"S3Uri": "s3://bucket/key"}; "" where it is none.
  static std::string resource_at(const Json& parameters, std::string_view name) {
    constexpr std::string_view kScheme = "s3://";
    const Json* location = find(parameters, name);
    const Json* uri = location == nullptr ? nullptr : find(*location, "S3Uri");
    if (uri == nullptr || !uri->is_string()) return "";
    const std::string& text = uri->get_ref<const std::string&>();
    const std::size_t slash = text.find('/', kScheme.size());
    const bool whole = text.starts_with(kScheme) && slash != std::string::npos &&
                       slash > kScheme.size() && slash + 1 < text.size();
    return whole ? text.substr(kScheme.size()) : "";
  }

  static rpc::Call s3_call(std::string operation, std::string resource) {
    rpc::Call call;
    call.service = "s3";
    call.operation = std::move(operation);
    call.resource = std::move(resource);
    return call;
  }

  // Documented: without ContentType the object's own is sent.
  static rpc::Call invocation_of(const Json& parameters, const ServiceAnswer& object) {
    Json named = parameters;
    const std::string_view type = object.headers.get("content-type");
    if (find(named, "ContentType") == nullptr && !type.empty()) named["ContentType"] = type;
    return *bedrock_call("InvokeModel", named, object.body);
  }
};

}  // namespace

std::shared_ptr<const Integration> bedrock_invoke_model(const Resource& resource) {
  return std::make_shared<BedrockInvokeModel>(resource);
}

}  // namespace bedlam::states
