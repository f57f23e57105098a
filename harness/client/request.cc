#include "harness/client/request.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/client/model_body.h"

namespace bedlam::harness {
namespace {

constexpr std::array<Operation, 4> kOperations{
    {{"InvokeModel", "invoke", false, false, false},
     {"InvokeModelWithResponseStream", "invoke-with-response-stream", true, false, false},
     {"Converse", "converse", false, true, true},
     {"ConverseStream", "converse-stream", true, true, false}}};

// "2024-10-04T09:00:00.123Z" → "20241004T090000Z", as X-Amz-Date and the ttl write it.
std::string compact_date(WallTime time) {
  std::string text = to_iso8601(time);
  text.resize(text.find('.'));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::string body_of(const scenario::CallStep& call, const Operation& operation) {
  if (call.body) return python_json(*call.body);
  if (operation.converse) {
    Json message{{"role", "user"}};
    message["content"] = Json::array({Json{{"text", call.prompt}}});
    return python_json({{"messages", Json::array({message})},
                        {"inferenceConfig", {{"maxTokens", call.max_tokens}}}});
  }
  return python_json(model_body(call.model, call.prompt, call.max_tokens));
}

std::string authorization(const std::string& date, const std::string& region) {
  return "AWS4-HMAC-SHA256 Credential=BEDLAM/" + date.substr(0, 8) + "/" + region +
         "/bedrock/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=" +
         std::string(64, '0');
}

std::string sdk_request(const AttemptFacts& attempt) {
  std::string text;
  if (attempt.ttl) text = "ttl=" + compact_date(*attempt.ttl) + "; ";
  text += "attempt=" + std::to_string(attempt.number);
  if (attempt.number > 1) text += "; max=" + std::to_string(attempt.max_attempts);
  return text;
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

aws::HttpRequest make_request(const scenario::CallStep& call, const Operation& operation,
                              const AttemptFacts& attempt, WallTime now) {
  aws::HttpRequest request;
  request.method = "POST";
  request.target =
      "/model/" + encode_segment(call.model) + "/" + std::string(operation.path_suffix);
  request.body = body_of(call, operation);
  const std::string date = compact_date(now);
  request.headers = {
      {"Host", "bedrock-runtime." + call.region + ".amazonaws.com"},
      {"Accept-Encoding", "identity"},
      {"Content-Type", "application/json"},
      {"User-Agent", "Bedlam cfg/retry-mode#" + call.client.retries},
      {"X-Amz-Date", date},
      {"Authorization", authorization(date, call.region)},
      {"Content-Length", std::to_string(request.body.size())},
  };
  if (attempt.told) {
    request.headers.add("amz-sdk-invocation-id", attempt.invocation_id);
    request.headers.add("amz-sdk-request", sdk_request(attempt));
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
