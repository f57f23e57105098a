// AWS Step Functions called by itself: states:startExecution with its patterns (developer guide,
// "Start workflow executions from a task state"), and aws-sdk:sfn. Both reach this emulator's own
// API through the dispatcher. A `.sync` task asks DescribeExecution, which answers to it when the
// execution is over.
#include <array>
#include <chrono>
#include <cmath>

#include "emulator/states/integration/generic.h"

namespace bedlam::states {
namespace {

constexpr std::string_view kService = "states";

// Members of requests and answers that are JSON text.
constexpr std::array<std::string_view, 4> kTexts{"Input", "Output", "Definition", "Cause"};

bool is_date(std::string_view name) {
  return name.ends_with("Date") || name == "Timestamp";
}

std::chrono::milliseconds epoch_ms(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1'000));
}

// The SDK for Java 1.x shows a time as milliseconds since 1970, 2.x as ISO 8601.
enum class Dates { kMilliseconds, kIso8601 };

Json with_dates(Json value, Dates dates) {
  if (value.is_array()) {
    for (Json& element : value) element = with_dates(std::move(element), dates);
    return value;
  }
  if (!value.is_object()) return value;
  for (auto& member : value.items()) {
    Json& json = member.value();
    if (is_date(member.key()) && json.is_number()) {
      const auto time = epoch_ms(json.get<double>());
      json = dates == Dates::kMilliseconds
                 ? Json(time.count())
                 : Json(to_iso8601(WallTime(std::chrono::duration_cast<Duration>(time))));
    } else {
      json = with_dates(std::move(json), dates);
    }
  }
  return value;
}

rpc::Call api_call(std::string operation, const Json& body) {
  rpc::Call call;
  call.service = kService;
  call.operation = std::move(operation);
  call.headers.add("Content-Type", "application/x-amz-json-1.0");
  call.body = bedlam::to_text(body);
  return call;
}

// `request` with what is not text in a member that must be JSON text written as such.
Json with_texts(Json request) {
  for (const std::string_view name : kTexts) {
    const auto member = request.find(respell(std::string(name), Spelling::kCamel));
    if (member != request.end() && !member->is_string()) *member = bedlam::to_text(*member);
  }
  return request;
}

class StartExecution final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"StateMachineArn"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    if (const auto missing = check(parameters)) return *missing;
    Json request = Json::object();
    for (const char* name : {"StateMachineArn", "Name", "TraceHeader", "Input"}) {
      const Json* value = bedlam::find(parameters, name);
      if (value == nullptr || value->is_null()) continue;  // recorded: null is as absent
      request[respell(name, Spelling::kCamel)] = *value;
    }
    return api_call("StartExecution", with_texts(std::move(request)));
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
    const Result<Json, JsonError> body = parse_json(answer.body);
    if (!body) return broken(Fault::kGarbage);
    return dressed(with_dates(respell_all(*body, Spelling::kPascal), Dates::kMilliseconds), answer);
  }

  rpc::Call completion(const rpc::Call& /*submit*/, const Json& submitted) const override {
    const Json* arn = bedlam::find(submitted, "ExecutionArn");
    return api_call("DescribeExecution", {{"executionArn", arn == nullptr ? Json("") : *arn}});
  }

  // Documented: "Step Functions will attempt to stop it".
  std::optional<rpc::Call> cancellation(const Json& submitted) const override {
    const Json* arn = bedlam::find(submitted, "ExecutionArn");
    return api_call("StopExecution", {{"executionArn", arn == nullptr ? Json("") : *arn}});
  }

  // Recorded: a failed execution's description is the cause, and whatever its error was, the
  // task's is States.TaskFailed.
  Result<Json, Failure> completed(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
    const Result<Json, JsonError> body = parse_json(answer.body);
    if (!body) return broken(Fault::kGarbage);
    const Json all = with_dates(respell_all(*body, Spelling::kPascal), Dates::kMilliseconds);
    const Json* status = bedlam::find(all, "Status");
    if (status == nullptr || *status != "SUCCEEDED") {
      return Failure{"States.TaskFailed",
                     bedlam::to_text(part(
                         all, {"Cause", "Error", "ExecutionArn", "Input", "InputDetails", "Name",
                               "StartDate", "StateMachineArn", "Status", "StopDate"}))};
    }
    if (resource().suffix == ".sync") {
      return part(all, {"ExecutionArn", "Input", "InputDetails", "Name", "Output", "OutputDetails",
                        "RedriveCount", "RedriveStatus", "RedriveStatusReason", "StartDate",
                        "StateMachineArn", "Status", "StopDate"});
    }
    Json result =
        part(all, {"ExecutionArn", "Input", "InputDetails", "Name", "Output", "OutputDetails",
                   "StartDate", "StateMachineArn", "Status", "StopDate"});
    for (const char* name : {"Input", "Output"}) {  // `.sync:2` has them parsed
      const auto member = result.find(name);
      if (member == result.end() || !member->is_string()) continue;
      Result<Json, JsonError> json = parse_json(member->get_ref<const std::string&>());
      if (json) *member = std::move(*json);
    }
    return result;
  }

  // Recorded: a mock of Step Functions Local has no members about redrives, AWS's result does.
  Json dressed_completion(Json result) const override {
    const Json* status = bedlam::find(result, "Status");
    if (resource().suffix != ".sync" || status == nullptr || *status != "SUCCEEDED" ||
        result.contains("RedriveCount")) {
      return result;
    }
    result["RedriveCount"] = 0;
    result["RedriveStatus"] = "NOT_REDRIVABLE";
    result["RedriveStatusReason"] = "Execution is SUCCEEDED and cannot be redriven";
    return result;
  }

 private:
  // Those of the members that are there; the details of input and output with their own names.
  static Json part(const Json& all, std::initializer_list<const char*> names) {
    Json object = Json::object();
    for (const char* name : names) {
      const Json* value = bedlam::find(all, name);
      if (value != nullptr) object[name] = *value;
    }
    return object;
  }
};

// Operations take and give what the API has, with names in PascalCase.
class SdkStepFunctions final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    const Json request = respell_all(parameters, Spelling::kCamel);
    return api_call(respell(resource().action, Spelling::kPascal), with_texts(request));
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
    const Result<Json, JsonError> body = parse_json(answer.body);
    if (!body) return broken(Fault::kGarbage);
    Json result = with_dates(respell_all(*body, Spelling::kPascal), Dates::kIso8601);
    // The SDK leaves out what is null: GetActivityTask's token where no task came.
    for (auto member = result.begin(); member != result.end();) {
      member = member->is_null() ? result.erase(member) : std::next(member);
    }
    return result;
  }
};

}  // namespace

std::shared_ptr<const Integration> states_start_execution(const Resource& resource) {
  return std::make_shared<StartExecution>(resource);
}

std::shared_ptr<const Integration> sdk_step_functions(const Resource& resource) {
  return std::make_shared<SdkStepFunctions>(resource);
}

}  // namespace bedlam::states
