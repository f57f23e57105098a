// Amazon SQS, Amazon SNS and Amazon EventBridge (developer guide, their pages under "Integrating
// optimized services"). Messages may be objects in the parameters; the services get their text.
#include "emulator/states/integration/generic.h"

namespace bedlam::states {
namespace {

// `request` with an object or array in that member written as text.
void write_as_text(Json& request, std::string_view name) {
  const auto member = request.find(std::string(name));
  if (member != request.end() && (member->is_object() || member->is_array())) {
    *member = bedlam::to_text(*member);
  }
}

rpc::Call message_call(std::string service, std::string operation, const Json& request) {
  rpc::Call call;
  call.service = std::move(service);
  call.operation = std::move(operation);
  call.body = bedlam::to_text(request);
  return call;
}

class SqsSendMessage final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"QueueUrl"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    if (const auto missing = check(parameters)) return *missing;
    Json request = parameters;
    write_as_text(request, "MessageBody");
    return message_call("sqs", "SendMessage", request);
  }

  // Recorded: an error of its query protocol has no class of its own.
  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) {
      return java_failure(errors(), answer, error_name(answer).ends_with("Exception"));
    }
    return GenericIntegration::result(answer);
  }
};

class SnsPublish final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    Json request = parameters;
    write_as_text(request, "Message");
    return message_call("sns", "Publish", request);
  }

  // The service answers XML: what stands between the tags of MessageId.
  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
    constexpr std::string_view kOpen = "<MessageId>";
    const std::size_t from = answer.body.find(kOpen);
    if (from == std::string::npos) return broken(Fault::kGarbage);
    const std::size_t at = from + kOpen.size();
    return dressed({{"MessageId", answer.body.substr(at, answer.body.find('<', at) - at)}}, answer);
  }

  Json dressed(Json result, const ServiceAnswer& answer) const override {
    if (result.is_object() && !result.contains("SdkHttpMetadata")) {
      result.update(sdk_metadata(answer, json_headers(answer, "text/xml")));
    }
    return result;
  }
};

class EventsPutEvents final : public GenericIntegration {
 public:
  using GenericIntegration::GenericIntegration;

  std::optional<ParameterMistake> check(const Json& parameters) const override {
    return missing_field(parameters, {"Entries"});
  }

  Result<rpc::Call, ParameterMistake> call(const Json& parameters) const override {
    if (const auto missing = check(parameters)) return *missing;
    Json request = parameters;
    Json& entries = request["Entries"];
    if (!entries.is_array()) {
      return ParameterMistake{"The value of the field 'Entries' has an invalid format"};
    }
    for (Json& entry : entries) write_as_text(entry, "Detail");
    return message_call("events", "PutEvents", request);
  }

  Result<Json, Failure> result(const ServiceAnswer& answer) const override {
    if (answer.status / 100 != 2) return java_failure(errors(), answer, true);
    Result<Json, JsonError> body = parse_json(answer.body);
    if (!body) return broken(Fault::kGarbage);
    const Json* failed = bedlam::find(*body, "FailedEntryCount");
    if (failed != nullptr && *failed != 0) {
      return Failure{"EventBridge.FailedEntry", bedlam::to_text(*body)};
    }
    return std::move(*body);
  }
  Json dressed(Json result, const ServiceAnswer& /*answer*/) const override { return result; }
};

}  // namespace

std::shared_ptr<const Integration> sqs_send_message(const Resource& resource) {
  return std::make_shared<SqsSendMessage>(resource);
}

std::shared_ptr<const Integration> sns_publish(const Resource& resource) {
  return std::make_shared<SnsPublish>(resource);
}

std::shared_ptr<const Integration> events_put_events(const Resource& resource) {
  return std::make_shared<EventsPutEvents>(resource);
}

}  // namespace bedlam::states
