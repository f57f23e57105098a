// The operations of the service model (bedrock-runtime 2023-09-30), and a call of a model between
// its read request and its finished plan.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "emulator/bedrock/bedrock_runtime.h"
#include "emulator/bedrock/operations/converse_body.h"
#include "emulator/bedrock/operations/guardrail.h"
#include "emulator/bedrock/state/runtime_state.h"

namespace bedlam::bedrock {

// One row of the catalogue. Either `answer` or `open` is set.
struct Operation {
  std::string_view method, path;  // as in the service model, "model/{modelId}/invoke"
  std::string_view name;
  rpc::Reply (*answer)(const Handling& handling, const Operation& operation) = nullptr;
  // Of an operation whose request is heard as it comes (rpc/service.h).
  std::shared_ptr<rpc::InputStream> (*open)(const Handling& handling,
                                            rpc::MoreOfReply more) = nullptr;
  bool converse = false, streams = false;
};

// nullptr: no such operation.
const Operation* operation_named(std::string_view name);

// What a request's method and raw path call. A `%2F` stays inside its segment, as model ids and
// ARNs need (facts: clients do not agree on what they encode).
struct Route {
  const Operation* operation;
  std::string resource;     // the path's first parameter; "" where it has none
  aws::Headers parameters;  // the others, by their names in the service model
};
std::optional<Route> find_route(std::string_view method, std::string_view path);

// The guardrail that a request asks for.
struct GuardrailUse {
  std::string identifier, version;
  bool trace = false, full_trace = false;
  std::string tag_suffix;                        // of InvokeModel: marks what is to be guarded
  const script::Guardrail* guardrail = nullptr;  // nullptr: the scenario has no guardrails
  // A stream may be sent while its answer is looked at (`async`); anything else waits for it.
  bool answer_waits = true;
  std::optional<Assessment> input;
  Duration input_takes{}, answer_takes{};  // to look at each
};

// A request that was found valid.
struct ModelRequest {
  const rpc::Call* call;
  const Operation* operation;
  Model model;
  WallTime received;
  Json body;
  ConverseRequest converse;  // of InvokeModel too, where only the conversation is set
  std::optional<GuardrailUse> guardrail;
  CachePrefix cache_prefix;
  CacheUse cache;
};

// The handlers of operations, one for each row of the catalogue or for several.
rpc::Reply call_model(const Handling& handling, const Operation& operation);
// The input tokens of an InvokeModel or Converse body, by the same rule as an answer's usage. It is
// a question about a request, not a call of the model: quotas are not asked, and rules as in
// scripted_question().
rpc::Reply count_tokens(const Handling& handling, const Operation& operation);
rpc::Reply apply_guardrail(const Handling& handling, const Operation& operation);
rpc::Reply start_async_invoke(const Handling& handling, const Operation& operation);
rpc::Reply get_async_invoke(const Handling& handling, const Operation& operation);
rpc::Reply list_async_invokes(const Handling& handling, const Operation& operation);
std::shared_ptr<rpc::InputStream> open_speech(const Handling& handling, rpc::MoreOfReply more);

// What was recorded for such a call; nullopt where nothing was, and then `mismatch` says of the
// nearest recorded rule why it did not match, if there are any. Asked before the request is read.
std::optional<rpc::Reply> recorded_reply(const Handling& handling, const Operation& operation,
                                         std::string& mismatch);

// What a request is read for. One that is only counted is no more than its body, which may be as
// long as it likes.
enum class ReadFor { kAnswer, kCount };

// Reads a request of InvokeModel, Converse or their streams; its tokens count as `script` says. The
// error is what AWS answers.
Result<ModelRequest, aws::Error> read_request(const rpc::Call& call, const Operation& operation,
                                              ReadFor purpose, WallTime received,
                                              const script::Script& script);

// Looks the guardrail up among those of the scenario and applies it to the input. The error is
// what AWS answers.
std::optional<aws::Error> guard_input(ModelRequest& request,
                                      const std::vector<script::Guardrail>& guardrails,
                                      const Random& random);
// The plan where the guardrail blocked the input: the model is not asked. nullopt: it did not.
std::optional<rpc::Reply> blocked_reply(const ModelRequest& request, const Random& random);
// Applies the guardrail to an answer: its texts, its stop reason, its report.
void guard_output(const ModelRequest& request, Answer& answer);

// The plan for what the script wants said; nullptr: the default text.
rpc::Reply answer_reply(const ModelRequest& request, const script::Answer* wanted,
                        const script::Latency& latency, const Random& random);

// The plan for an error of the script.
rpc::Reply failure_reply(const script::Error& failure, const script::Latency& latency,
                         const Random& random);

rpc::Reply error_reply(const aws::Error& error, Duration due = {});
// A call that its quotas refuse. The script is not asked: its rules do not count the call.
aws::Error throttling_error(quota::Limit refused_by);
rpc::Reply throttled_reply(const quota::Decision& decision);

}  // namespace bedlam::bedrock
