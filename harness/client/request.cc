#include "harness/client/request.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/base/glob.h"
#include "harness/client/model_body.h"

namespace bedlam::harness {
namespace {

using Body = Operation::Body;
using Reads = Operation::Answer;

constexpr std::array<Operation, 12> kOperations{
    {{"InvokeModel", "POST", "/model/{modelId}/invoke", Body::kModel, Reads::kModel, false, false},
     {"InvokeModelWithResponseStream", "POST", "/model/{modelId}/invoke-with-response-stream",
      Body::kModel, Reads::kModel, true, false},
     {"Converse", "POST", "/model/{modelId}/converse", Body::kConverse, Reads::kConverse, false,
      true},
     {"ConverseStream", "POST", "/model/{modelId}/converse-stream", Body::kConverse,
      Reads::kConverse, true, false},
     {"CountTokens", "POST", "/model/{modelId}/count-tokens", Body::kCount, Reads::kJson, false,
      true},
     {"ApplyGuardrail", "POST", "/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply",
      Body::kGuardrail, Reads::kJson, false, true},
     {"StartAsyncInvoke", "POST", "/async-invoke", Body::kNone, Reads::kJson, false, true},
     {"GetAsyncInvoke", "GET", "/async-invoke/{invocationArn}", Body::kNone, Reads::kJson, false,
      true},
     {"ListAsyncInvokes", "GET", "/async-invoke", Body::kNone, Reads::kJson, false, true},
     {"InvokeEndpoint", "POST", "/endpoints/{EndpointName}/invocations", Body::kInputs,
      Reads::kContainer, false, false},
     {"InvokeEndpointWithResponseStream", "POST",
      "/endpoints/{EndpointName}/invocations-response-stream", Body::kInputs, Reads::kContainer,
      true, false},
     {"InvokeEndpointAsync", "POST", "/endpoints/{EndpointName}/async-invocations", Body::kNone,
      Reads::kJson, false, true}}};

// Parameters that are no part of a path (service models bedrock-runtime 2023-09-30 and
// runtime.sagemaker 2017-05-13). Without a header: of the query.
struct Parameter {
  std::string_view operations;  // a glob over their names
  std::string_view name, header;
};
constexpr std::array<Parameter, 25> kParameters{
    {{"InvokeModel*", "trace", "X-Amzn-Bedrock-Trace"},
     {"InvokeModel*", "guardrailIdentifier", "X-Amzn-Bedrock-GuardrailIdentifier"},
     {"InvokeModel*", "guardrailVersion", "X-Amzn-Bedrock-GuardrailVersion"},
     {"InvokeModel*", "performanceConfigLatency", "X-Amzn-Bedrock-PerformanceConfig-Latency"},
     {"InvokeModel*", "serviceTier", "X-Amzn-Bedrock-Service-Tier"},
     {"ListAsyncInvokes", "submitTimeAfter", ""},
     {"ListAsyncInvokes", "submitTimeBefore", ""},
     {"ListAsyncInvokes", "statusEquals", ""},
     {"ListAsyncInvokes", "maxResults", ""},
     {"ListAsyncInvokes", "nextToken", ""},
     {"ListAsyncInvokes", "sortBy", ""},
     {"ListAsyncInvokes", "sortOrder", ""},
     {"InvokeEndpoint*", "CustomAttributes", "X-Amzn-SageMaker-Custom-Attributes"},
     {"InvokeEndpoint*", "InferenceId", "X-Amzn-SageMaker-Inference-Id"},
     {"InvokeEndpoint", "TargetModel", "X-Amzn-SageMaker-Target-Model"},
     {"InvokeEndpoint*", "TargetVariant", "X-Amzn-SageMaker-Target-Variant"},
     {"InvokeEndpoint*", "TargetContainerHostname", "X-Amzn-SageMaker-Target-Container-Hostname"},
     {"InvokeEndpoint", "EnableExplanations", "X-Amzn-SageMaker-Enable-Explanations"},
     {"InvokeEndpoint*", "InferenceComponentName", "X-Amzn-SageMaker-Inference-Component"},
     {"InvokeEndpoint*", "SessionId", "X-Amzn-SageMaker-Session-Id"},
     {"InvokeEndpointAsync", "InputLocation", "X-Amzn-SageMaker-InputLocation"},
     {"InvokeEndpointAsync", "S3OutputPathExtension", "X-Amzn-SageMaker-S3OutputPathExtension"},
     {"InvokeEndpointAsync", "Filename", "X-Amzn-SageMaker-Filename"},
     {"InvokeEndpointAsync", "RequestTTLSeconds", "X-Amzn-SageMaker-RequestTTLSeconds"},
     {"InvokeEndpointAsync", "InvocationTimeoutSeconds",
      "X-Amzn-SageMaker-InvocationTimeoutSeconds"}}};

bool is_of(const Parameter& parameter, const Operation& operation) {
  return glob_match(parameter.operations, operation.name);
}

bool is_sagemaker(const Operation& operation) {
  return operation.path.starts_with("/endpoints/");
}

// The names in the path's braces.
std::vector<std::string> path_parameters(const Operation& operation) {
  std::vector<std::string> names;
  for (std::size_t at = operation.path.find('{'); at != std::string_view::npos;
       at = operation.path.find('{', at)) {
    const std::size_t end = operation.path.find('}', at);
    names.emplace_back(operation.path.substr(at + 1, end - at - 1));
    at = end;
  }
  return names;
}

std::string value_of(const scenario::CallStep& call, const std::string& name) {
  if (name == "modelId") return call.model;
  const auto found = call.parameters.find(name);
  return found == call.parameters.end() ? "" : found->second;
}

std::string target_of(const scenario::CallStep& call, const Operation& operation) {
  std::string target(operation.path);
  for (const std::string& name : path_parameters(operation)) {
    const std::string braced = "{" + name + "}";
    target.replace(target.find(braced), braced.size(), encode_segment(value_of(call, name)));
  }
  char separator = '?';
  for (const Parameter& parameter : kParameters) {
    const auto given = call.parameters.find(std::string(parameter.name));
    const bool in_query = parameter.header.empty() && is_of(parameter, operation);
    if (!in_query || given == call.parameters.end()) continue;
    target += separator + std::string(parameter.name) + "=" + encode_segment(given->second);
    separator = '&';
  }
  return target;
}

// "2024-10-04T09:00:00.123Z" → "20241004T090000Z", as X-Amz-Date and the ttl write it.
std::string compact_date(WallTime time) {
  std::string text = to_iso8601(time);
  text.resize(text.find('.'));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

Json messages_of(const std::string& prompt) {
  Json message{{"role", "user"}};
  message["content"] = Json::array({Json{{"text", prompt}}});
  return Json::array({message});
}

std::string body_of(const scenario::CallStep& call, const Operation& operation,
                    const AttemptFacts& attempt) {
  if (call.body) {
    Json body = *call.body;
    // SDKs fill in a token that is the same on every attempt.
    constexpr const char* kToken = "clientRequestToken";
    const bool idempotent = operation.name == "StartAsyncInvoke" && body.is_object();
    if (idempotent && !body.contains(kToken)) body[kToken] = attempt.invocation_id;
    return python_json(body);
  }
  Json body;
  switch (operation.body) {
    case Body::kModel:
      return python_json(model_body(call.model, call.prompt, call.max_tokens));
    case Body::kConverse:
      body = {{"messages", messages_of(call.prompt)},
              {"inferenceConfig", {{"maxTokens", call.max_tokens}}}};
      break;
    case Body::kCount:
      body["input"]["converse"]["messages"] = messages_of(call.prompt);
      break;
    case Body::kGuardrail:
      body["source"] = "INPUT";
      body["content"][0]["text"]["text"] = call.prompt;
      break;
    case Body::kInputs:
      body["inputs"] = call.prompt;
      break;
    case Body::kNone:
      return "";
  }
  return python_json(body);
}

std::string authorization(const std::string& date, const std::string& region,
                          std::string_view service, bool has_body) {
  return "AWS4-HMAC-SHA256 Credential=BEDLAM/" + date.substr(0, 8) + "/" + region + "/" +
         std::string(service) +
         "/aws4_request, SignedHeaders=" + (has_body ? "content-type;" : "") +
         "host;x-amz-date, Signature=" + std::string(64, '0');
}

std::string sdk_request(const AttemptFacts& attempt) {
  std::string text;
  if (attempt.ttl) text = "ttl=" + compact_date(*attempt.ttl) + "; ";
  text += "attempt=" + std::to_string(attempt.number);
  if (attempt.number > 1) text += "; max=" + std::to_string(attempt.max_attempts);
  return text;
}

void tell_attempt(const AttemptFacts& attempt, aws::Headers& headers) {
  switch (attempt.told_by) {
    case AttemptHeaders::kNone:
      return;
    case AttemptHeaders::kAmzSdk:
      headers.add("amz-sdk-invocation-id", attempt.invocation_id);
      headers.add("amz-sdk-request", sdk_request(attempt));
      return;
    case AttemptHeaders::kStainless:
      headers.add("X-Stainless-Retry-Count", std::to_string(attempt.number - 1));
  }
}

void write_python_json(const Json& value, std::string& to) {
  if (!value.is_structured()) {
    to += value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return;
  }
  to += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& item : value.items()) {
    if (!first) to += ", ";
    first = false;
    if (value.is_object()) {
      to += Json(item.key()).dump(-1, ' ', true, Json::error_handler_t::replace) + ": ";
    }
    write_python_json(item.value(), to);
  }
  to += value.is_object() ? '}' : ']';
}

}  // namespace

const Operation* find_operation(std::string_view name) {
  const auto* found = std::find_if(kOperations.begin(), kOperations.end(),
                                   [&](const Operation& o) { return o.name == name; });
  return found == kOperations.end() ? nullptr : found;
}

std::optional<std::string> parameter_mistake(const Operation& operation, std::string_view name) {
  std::vector<std::string> in_path = path_parameters(operation);
  std::erase(in_path, "modelId");  // the step's own field
  std::vector<std::string_view> known(in_path.begin(), in_path.end());
  for (const Parameter& parameter : kParameters) {
    if (is_of(parameter, operation)) known.push_back(parameter.name);
  }
  if (std::find(known.begin(), known.end(), name) != known.end()) return std::nullopt;
  return std::string(operation.name) + " has no parameter '" + std::string(name) + "'" +
         did_you_mean(name, known);
}

std::string missing_parameter(const scenario::CallStep& call, const Operation& operation) {
  for (const std::string& name : path_parameters(operation)) {
    if (name != "modelId" && value_of(call, name).empty()) return name;
  }
  return "";
}

aws::HttpRequest make_request(const scenario::CallStep& call, const Operation& operation,
                              const AttemptFacts& attempt, WallTime now) {
  const bool sagemaker = is_sagemaker(operation);
  aws::HttpRequest request;
  request.method = operation.method;
  request.target = target_of(call, operation);
  request.body = body_of(call, operation, attempt);
  const std::string date = compact_date(now);
  const std::string host = sagemaker ? "runtime.sagemaker." : "bedrock-runtime.";
  const bool has_body = !request.body.empty();
  const std::string_view service = sagemaker ? "sagemaker" : "bedrock";
  request.headers = {{"Host", host + call.region + ".amazonaws.com"},
                     {"Accept-Encoding", "identity"}};
  if (has_body) request.headers.add("Content-Type", "application/json");
  request.headers.add("User-Agent", "Bedlam cfg/retry-mode#" + call.client.retries);
  request.headers.add("X-Amz-Date", date);
  request.headers.add("Authorization", authorization(date, call.region, service, has_body));
  if (operation.method != "GET") {
    request.headers.add("Content-Length", std::to_string(request.body.size()));
  }
  tell_attempt(attempt, request.headers);
  for (const Parameter& parameter : kParameters) {
    const auto given = call.parameters.find(std::string(parameter.name));
    const bool in_header = !parameter.header.empty() && is_of(parameter, operation);
    if (in_header && given != call.parameters.end()) {
      request.headers.add(std::string(parameter.header), given->second);
    }
  }
  return request;
}

std::string encode_segment(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return encoded;
}

std::string python_json(const Json& value) {
  std::string text;
  write_python_json(value, text);
  return text;
}

}  // namespace bedlam::harness
