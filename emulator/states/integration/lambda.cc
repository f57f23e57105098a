// AWS Lambda: a function's ARN as Resource, and lambda:invoke (developer guide, "Invoke an AWS
// Lambda function with Step Functions"). What fails inside the function becomes the task's error
// under the exception's own name; what Lambda refuses is an error of its API.
#include "emulator/script/value.h"
#include "emulator/states/integration/generic.h"

namespace bedlam::states {
namespace {

// A text that is JSON is sent as it is (recorded); other text would be refused by Lambda. Null is
// as good as no payload: the function is given {} (recorded in TestState).
std::string payload_text(const Json& payload) {
  if (payload.is_null()) return "{}";
  if (payload.is_string() && parse_json(payload.get_ref<const std::string&>())) {
    return payload.get<std::string>();
  }
  return bedlam::to_text(payload);
}

Json payload_of(const std::string& body) {
  if (body.empty()) return nullptr;
  Result<Json, JsonError> json = parse_json(body);
  return json ? std::move(*json) : Json(body);
}

// The payload of a function that failed goes on as the cause. Recorded: of a function's ARN as it
// was written, of lambda:invoke without the spaces.
Failure function_failure(const ServiceAnswer& answer, bool as_written) {
  const Result<Json, JsonError> payload = parse_json(answer.body);
  const std::string text = payload && !as_written ? bedlam::to_text(*payload) : answer.body;
  const Json* type = payload ? bedlam::find(*payload, "errorType") : nullptr;
  if (type != nullptr && type->is_string()) return {type->get<std::string>(), text};
  return {"Lambda.Unknown",
          "The cause could not be determined because Lambda did not return an error type. "
          "Returned payload: " +
              text};
}

// Lambda's own; where a script answered in its place, one made from the id of the request, which is
// as long as the root of a trace.
std::string trace_id(const ServiceAnswer& answer) {
  if (const auto given = answer.headers.find("X-Amzn-Trace-Id")) {
    return std::string(*given);
  }
  std::string digits(answer.headers.get("x-amzn-RequestId"));
  std::erase(digits, '-');
  digits.resize(32, '0');
  return "Root=1-" + digits.substr(0, 8) + "-" + digits.substr(8) + ";Parent=" + digits.substr(16) +
         ";Sampled=0";
}

class LambdaIntegration : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

 protected:
  std::optional<Failure> failure_of(const ServiceAnswer& answer) const {
    if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
    if (answer.headers.find("X-Amz-Function-Error")) {
      return function_failure(answer, resource().kind == Resource::Kind::kFunction);
    }
    return std::nullopt;
  }

  static rpc::Call invocation(std::string function, std::string body) {
    rpc::Call call;
    call.service = "lambda";
    call.operation = "Invoke";
    call.resource = std::move(function);
    call.body = std::move(body);
    return call;
  }
};

class LambdaFunction final : public LambdaIntegration {
 public:
  using LambdaIntegration::LambdaIntegration;

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    return invocation(resource().arn, bedlam::to_text(parameters));
  }
  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (const auto failure = failure_of(answer)) return *failure;
    return payload_of(answer.body);
  }
  // Recorded: a mock of Step Functions Local tells what lambda:invoke gives, and a function's ARN
  // gives the payload of that.
  Json dressed(Json result, const ServiceAnswer& /*answer*/) const override {
    if (!result.is_object() || !result.contains("StatusCode")) return result;
    const Json* payload = bedlam::find(result, "Payload");
    return payload == nullptr ? std::move(result) : Json(*payload);
  }
};

class LambdaInvoke final : public LambdaIntegration {
 public:
  using LambdaIntegration::LambdaIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"FunctionName"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    if (const auto missing = check(parameters)) return *missing;
    const auto text_at = [&](std::string_view name) -> Result<std::string, ParameterMistake> {
      const Json* value = bedlam::find(parameters, name);
      if (value == nullptr) return std::string();
      if (value->is_string()) return value->get<std::string>();
      return ParameterMistake{"The value of the field '" + std::string(name) +
                              "' has an invalid format"};
    };
    Result<std::string, ParameterMistake> function = text_at("FunctionName");
    if (!function) return function.error();
    const Result<std::string, ParameterMistake> qualifier = text_at("Qualifier");
    if (!qualifier) return qualifier.error();
    if (!qualifier->empty()) *function += ":" + *qualifier;
    const Json* payload = bedlam::find(parameters, "Payload");
    rpc::Call call = invocation(*function, payload == nullptr ? "{}" : payload_text(*payload));
    for (const auto& [parameter, header] : {std::pair("InvocationType", "X-Amz-Invocation-Type"),
                                            std::pair("LogType", "X-Amz-Log-Type"),
                                            std::pair("ClientContext", "X-Amz-Client-Context")}) {
      Result<std::string, ParameterMistake> value = text_at(parameter);
      if (!value) return value.error();
      if (!value->empty()) call.headers.add(header, std::move(*value));
    }
    return call;
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (const auto failure = failure_of(answer)) return *failure;
    Json result{{"Payload", payload_of(answer.body)}};
    if (const auto log = answer.headers.find("X-Amz-Log-Result")) {
      result["LogResult"] = *log;
    }
    return dressed(std::move(result), answer);
  }

  Json dressed(Json given, const ServiceAnswer& answer) const override {
    if (!given.is_object()) return given;
    Json result = Json::object();
    result["ExecutedVersion"] = answer.headers.get("X-Amz-Executed-Version", "$LATEST");
    result["StatusCode"] = answer.status;
    result.update(given);
    if (!result.contains("SdkHttpMetadata")) {
      const Json* payload = bedlam::find(given, "Payload");
      const bool scripted = answer.headers.find(rpc::kTaskResultHeader).has_value();
      const std::size_t length = scripted && payload != nullptr
                                     ? script::python_json(*payload).size()
                                     : answer.body.size();
      result.update(sdk_metadata(answer, recorded_headers(answer, length)));
    }
    return result;
  }

 private:
  // `length`: of the payload as the function wrote it.
  static aws::Headers recorded_headers(const ServiceAnswer& answer, std::size_t length) {
    aws::Headers headers{{"X-Amz-Executed-Version",
                          std::string(answer.headers.get("X-Amz-Executed-Version", "$LATEST"))},
                         {"x-amzn-Remapped-Content-Length", "0"},
                         {"Connection", "keep-alive"},
                         {"x-amzn-RequestId", std::string(answer.headers.get("x-amzn-RequestId"))},
                         {"Content-Length", std::to_string(length)},
                         {"Date", to_http_date(answer.at)},
                         {"X-Amzn-Trace-Id", trace_id(answer)},
                         {"Content-Type", "application/json"}};
    if (const auto log = answer.headers.find("X-Amz-Log-Result")) {
      headers.add("X-Amz-Log-Result", *log);
    }
    return headers;
  }
};

}  // namespace

std::shared_ptr<const Integration> lambda_function(const Resource& resource) {
  return std::make_shared<LambdaFunction>(resource);
}

std::shared_ptr<const Integration> lambda_invoke(const Resource& resource) {
  return std::make_shared<LambdaInvoke>(resource);
}

}  // namespace bedlam::states
