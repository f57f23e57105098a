// HTTP Tasks (developer guide, "Call HTTPS APIs in Step Functions workflows") and
// apigateway:invoke: what answers is a page of the Web, so a status that is no success is the
// task's failure.
#include "emulator/states/integration/generic.h"

namespace bedlam::states {
namespace {

// The answer's `StatusCode`, 200 where a script names none.
int status_of(const Json& result) {
  const Json* status = bedlam::find(result, "StatusCode");
  return status != nullptr && status->is_number_integer() ? status->get<int>() : 200;
}

std::string reason_of(const Json& result) {
  const Json* reason = bedlam::find(result, "StatusText");
  return reason != nullptr && reason->is_string() ? reason->get<std::string>() : "OK";
}

class HttpInvoke final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"ApiEndpoint", "Method"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    if (const auto missing = check(parameters)) return *missing;
    const Json* headers = bedlam::find(parameters, "Headers");
    if (headers != nullptr && !headers->is_object()) {  // recorded
      return ParameterMistake{"The value of the field 'Headers' has an invalid format"};
    }
    return GenericIntegration::call(parameters);
  }

  Json dressed(Json result, const ServiceAnswer& /*answer*/) const override {
    if (!result.is_object()) result = Json{{"ResponseBody", std::move(result)}};
    Json dressed{{"Headers", Json::object()},
                 {"ResponseBody", nullptr},
                 {"StatusCode", status_of(result)},
                 {"StatusText", reason_of(result)}};
    dressed.update(result);
    return dressed;
  }

  // Documented: no answer is States.Http.Socket.
  Failure broken(Fault fault) const override {
    return {"States.Http.Socket", java_fault(errors(), fault).cause};
  }
};

class ApiGatewayInvoke final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"ApiEndpoint", "Method"});
  }

  Json dressed(Json result, const ServiceAnswer& answer) const override {
    return result.is_object() && result.contains("ResponseBody")
               ? result
               : Json{{"Headers", Json::object()},
                      {"ResponseBody", std::move(result)},
                      {"StatusCode", answer.status},
                      {"StatusText", "OK"}};
  }
};

}  // namespace

std::shared_ptr<const Integration> http_invoke(const Resource& resource) {
  return std::make_shared<HttpInvoke>(resource);
}

std::shared_ptr<const Integration> apigateway_invoke(const Resource& resource) {
  return std::make_shared<ApiGatewayInvoke>(resource);
}

}  // namespace bedlam::states
