#include "emulator/sagemaker/errors.h"

#include <algorithm>
#include <array>

#include "emulator/sagemaker/service_model.h"

namespace bedlam::sagemaker::errors {
namespace {

struct Shape {
  std::string_view name;
  int http_status;
  std::string_view message;
};

constexpr std::array<Shape, 9> kShapes{{
    {"InternalDependencyException", 530,
     "Your request caused an exception with an internal dependency. Contact customer support."},
    {"InternalFailure", 500, "An internal failure occurred."},
    {"InternalStreamFailure", 500,
     "The stream processing failed because of an unknown error, exception or failure. Try your "
     "request again."},
    {"ModelError", 424, ""},
    {"ModelNotReadyException", 429,
     "Either a serverless endpoint variant's resources are still being provisioned, or a "
     "multi-model endpoint is still downloading or loading the target model. Wait and try your "
     "request again."},
    {"ModelStreamError", 400, "An error occurred while streaming the response body."},
    {"ServiceUnavailable", 503, "The service is unavailable. Try your call again."},
    {"ThrottlingException", 400, "Rate exceeded"},  // of all AWS services
    {"ValidationError", 400, "Inspect your request and try again."},
}};

const Shape* find_shape(std::string_view name) {
  const auto* shape =
      std::find_if(kShapes.begin(), kShapes.end(), [&](const Shape& s) { return s.name == name; });
  return shape == kShapes.end() ? nullptr : shape;
}

std::string log_group(const Place& place) {
  return "/aws/sagemaker/Endpoints/" + place.endpoint;
}

aws::Error model_error(const std::string& said, int status, const Place& place) {
  const bool client = status >= 400 && status < 500;
  aws::Error error;
  error.code = "ModelError";
  error.http_status = 424;
  error.message = std::string("Received ") + (client ? "client" : "server") + " error (" +
                  std::to_string(status) + ") from primary with message \"" + said +
                  "\". See https://" + place.region +
                  ".console.aws.amazon.com/cloudwatch/home?region=" + place.region +
                  "#logEventViewer:group=" + log_group(place) + " in account " + place.account +
                  " for more information.";
  error.members = {{"OriginalStatusCode", status},
                   {"OriginalMessage", said},
                   {"LogStreamArn", "arn:aws:logs:" + place.region + ":" + place.account +
                                        ":log-group:" + log_group(place)}};
  return error;
}

}  // namespace

std::string default_message(std::string_view name) {
  const Shape* shape = find_shape(name);
  return shape == nullptr ? "" : std::string(shape->message);
}

std::string union_member(std::string_view name) {
  std::string member(name);
  if (!member.empty() && member[0] >= 'a' && member[0] <= 'z') {
    member[0] = static_cast<char>(member[0] - 'a' + 'A');
  }
  return find_shape(member) == nullptr ? std::string(name) : member;
}

aws::Error named(std::string_view name, std::string message, int original_status,
                 const Place& place) {
  if (name == "ModelError") {
    return model_error(message, original_status == 0 ? 500 : original_status, place);
  }
  aws::Error error;
  error.code = name;
  const Shape* shape = find_shape(name);
  if (shape != nullptr) error.http_status = shape->http_status;
  error.message = message.empty() ? default_message(name) : std::move(message);
  return error;
}

aws::Error refused(const aws::Verdict& verdict) {
  return named("ValidationError", verdict.message(), 0, {});
}

aws::Error unparsable_header(std::string_view name) {
  return named("SerializationException", "Unable to parse the header " + std::string(name) + ".", 0,
               {});
}

aws::Error body_too_long() {
  aws::Verdict verdict;
  verdict.violations.push_back(aws::violation(
      {}, "body", "have length less than or equal to " + std::to_string(kMaxBodyBytes)));
  return refused(verdict);
}

aws::Error no_endpoint(const Place& place) {
  return named("ValidationError",
               "Endpoint " + place.endpoint + " of account " + place.account + " not found.", 0,
               place);
}

aws::Error timed_out(const Place& place) {
  aws::Error error = model_error(
      "Your invocation timed out while waiting for a response from container primary. Review the "
      "latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.",
      0, place);
  return error;
}

std::string unreadable_input(std::string_view location, std::string_view reason) {
  return "Unable to read the input from " + std::string(location) + ": " + std::string(reason);
}

std::string unwritable_output(std::string_view location, std::string_view reason) {
  return "Unable to write the output to " + std::string(location) + ": " + std::string(reason);
}

}  // namespace bedlam::sagemaker::errors
