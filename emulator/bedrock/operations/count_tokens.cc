// CountTokens.
#include "emulator/base/base64.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/converse_tools.h"
#include "emulator/bedrock/operations/replies.h"
#include "emulator/bedrock/operations/scripted.h"
#include "emulator/bedrock/service_model.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {

rpc::Reply count_tokens(const Handling& handling, const Operation& asked) {
  std::string mismatch;
  if (auto recorded = recorded_reply(handling, asked, mismatch)) return *std::move(recorded);
  const rpc::Call& call = handling.call;
  const Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok()) return error_reply(errors::unparsable_request());
  const aws::Verdict verdict = service_model().check(*body, "CountTokensRequest");
  if (const auto refused = errors::refusal_of(verdict)) return error_reply(*refused);
  const std::optional<Model> model = find_model(call.resource);
  if (!model) return error_reply(errors::invalid_model_identifier());
  const ConversingFamily* family = model->family->conversing();
  // As reported in 2026, an inference profile's id is refused in the same words.
  const bool profile = !script::profile_prefix(script::bare_id(call.resource)).empty();
  if (profile || family == nullptr || !family->traits(model->id).counts_tokens) {
    return error_reply(errors::counting_unsupported());
  }
  // The body inside, as if it had been sent to the operation that it is for.
  rpc::Call inner = call;
  const Json* converse = given(*given(*body, "input"), "converse");
  const Json* invoke = given(*given(*body, "input"), "invokeModel");
  inner.body = converse != nullptr
                   ? to_text(*converse)
                   : base64_decode(given(*invoke, "body")->get<std::string>()).value_or("");
  const Operation& operation = *operation_named(converse != nullptr ? "Converse" : "InvokeModel");
  Result<ModelRequest, aws::Error> request =
      read_request(inner, operation, ReadFor::kCount, handling.state.scheduler.wall_now(),
                   handling.state.script);
  if (!request.ok()) return error_reply(request.error());
  const int tokens = input_tokens(request->converse.conversation);
  rpc::Reply reply =
      scripted_question(handling, facts_of(call, prompt_of(request->converse.conversation), *body),
                        [&](const script::Answer* wanted) -> Json {
                          const auto said = wanted == nullptr ? std::nullopt : wanted->input_tokens;
                          return {{"inputTokens", said.value_or(tokens)}};
                        });
  reply.note.input_tokens = tokens;
  return reply;
}

}  // namespace bedlam::bedrock
