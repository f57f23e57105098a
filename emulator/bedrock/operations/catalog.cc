// The operations of the service model, and which of them a request calls.
#include <algorithm>
#include <array>

#include "emulator/bedrock/operations/operation.h"

namespace bedlam::bedrock {
namespace {

constexpr std::array<Operation, 10> kOperations{{
    {"POST", "model/{modelId}/invoke", "InvokeModel", call_model},
    {"POST", "model/{modelId}/invoke-with-response-stream", "InvokeModelWithResponseStream",
     call_model, nullptr, false, true},
    {"POST", "model/{modelId}/converse", "Converse", call_model, nullptr, true},
    {"POST", "model/{modelId}/converse-stream", "ConverseStream", call_model, nullptr, true, true},
    {"POST", "model/{modelId}/invoke-with-bidirectional-stream",
     "InvokeModelWithBidirectionalStream", nullptr, open_speech, false, true},
    {"POST", "model/{modelId}/count-tokens", "CountTokens", count_tokens},
    {"POST", "guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply", "ApplyGuardrail",
     apply_guardrail},
    {"POST", "async-invoke", "StartAsyncInvoke", start_async_invoke},
    {"GET", "async-invoke/{invocationArn}", "GetAsyncInvoke", get_async_invoke},
    {"GET", "async-invoke", "ListAsyncInvokes", list_async_invokes},
}};

// What each path ends with: most operations are told from each other by that alone.
constexpr auto kLastSegments = [] {
  std::array<std::string_view, kOperations.size()> last;
  for (std::size_t i = 0; i < last.size(); ++i) {
    const std::string_view path = kOperations[i].path;
    last[i] = path.substr(path.rfind('/') + 1);
  }
  return last;
}();

// `pattern` is a word or, in braces, any that is not empty.
bool fits(std::string_view segment, std::string_view pattern) {
  if (pattern.starts_with('{')) return !segment.empty();
  if (segment == pattern) return true;
  return segment.find('%') != std::string_view::npos && aws::percent_decode(segment) == pattern;
}

// Whether the path ends with the pattern; what stands at its `{…}` goes to the route. A base URL
// may carry a path of its own, which clients keep before ours: /prefix/model/ID/invoke.
bool match(std::string_view pattern, std::string_view path, Route& route) {
  std::string_view name, value;  // of the parameter seen last, which may be the first in the path
  while (!pattern.empty()) {
    const std::string_view wanted = aws::take_last_segment(pattern);
    const std::string_view segment = aws::take_last_segment(path);
    if (!fits(segment, wanted)) return false;
    if (!wanted.starts_with('{')) continue;
    if (!name.empty()) route.parameters.add_first(name, aws::percent_decode(value));
    name = wanted.substr(1, wanted.size() - 2);
    value = segment;
  }
  route.resource = aws::percent_decode(value);
  return true;
}

}  // namespace

std::optional<Route> find_route(std::string_view method, std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view last = path.substr(path.rfind('/') + 1);
  for (std::size_t i = 0; i < kOperations.size(); ++i) {
    const Operation& operation = kOperations[i];
    if (operation.method != method || !fits(last, kLastSegments[i])) continue;
    std::optional<Route> route{{&operation, {}, {}}};
    if (match(operation.path, path, *route)) return route;
  }
  return std::nullopt;
}

const Operation* operation_named(std::string_view name) {
  const auto* operation =
      std::find_if(kOperations.begin(), kOperations.end(),
                   [&](const Operation& candidate) { return candidate.name == name; });
  return operation == kOperations.end() ? nullptr : operation;
}

}  // namespace bedlam::bedrock
