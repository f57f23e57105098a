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

// What stands at the pattern's `{…}`, where the path ends with it. A base URL may carry a path of
// its own, which clients keep before ours: /prefix/model/ID/invoke.
std::optional<aws::Headers> matched(std::string_view pattern,
                                    const std::vector<std::string>& path) {
  const auto size = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '/')) + 1;
  if (path.size() < size) return std::nullopt;
  aws::Headers found;
  for (std::size_t i = path.size() - size; i < path.size(); ++i) {
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(wanted.size() + 1, pattern.size()));
    const bool open = wanted.starts_with('{');
    if (open ? path[i].empty() : path[i] != wanted) return std::nullopt;
    if (open) found.add(std::string(wanted.substr(1, wanted.size() - 2)), path[i]);
  }
  return found;
}

}  // namespace

std::optional<Route> find_route(std::string_view method, const std::vector<std::string>& path) {
  for (const Operation& operation : kOperations) {
    if (operation.method != method) continue;
    if (auto parameters = matched(operation.path, path)) {
      const bool has = parameters->size() > 0;
      return Route{&operation, has ? parameters->begin()->second : "", *std::move(parameters)};
    }
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
