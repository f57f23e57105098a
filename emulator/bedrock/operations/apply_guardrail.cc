// ApplyGuardrail (service model bedrock-runtime 2023-09-30).
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/replies.h"
#include "emulator/bedrock/operations/scripted.h"
#include "emulator/bedrock/service_model.h"

namespace bedlam::bedrock {
namespace {

std::vector<GuardedText> read_content(const Json& content) {
  std::vector<GuardedText> texts;
  for (const Json& block : content) {
    const Json* text = find(block, "text");
    if (text == nullptr) continue;
    GuardedText guarded{text_or(*text, "text", "")};
    for (const std::string& qualifier : texts_of(*text, "qualifiers")) {
      guarded.grounding_source = guarded.grounding_source || qualifier == "grounding_source";
      guarded.query = guarded.query || qualifier == "query";
    }
    texts.push_back(std::move(guarded));
  }
  return texts;
}

Json apply_body(const Assessment& found) {
  Json outputs = Json::array();
  for (const std::string& text : found.outputs) outputs.push_back({{"text", text}});
  return {{"action", found.intervened() ? "GUARDRAIL_INTERVENED" : "NONE"},
          {"actionReason", found.reason()},
          {"assessments", Json::array({found.policies})},
          {"guardrailCoverage", found.coverage},
          {"outputs", std::move(outputs)},
          {"usage", found.usage}};
}

// Of a scripted answer a body goes out as it is; a text blocks, and is what the guardrail says.
Json applied(const script::Guardrail& guardrail, const script::Answer* wanted,
             std::string_view source, const std::vector<GuardedText>& texts, bool full,
             Duration latency) {
  const auto* body = wanted == nullptr ? nullptr : std::get_if<script::Body>(&wanted->content);
  if (body != nullptr) return body->value;
  Assessment found = assess(guardrail, source, texts, full, latency);
  const auto* text = wanted == nullptr ? nullptr : std::get_if<std::string>(&wanted->content);
  if (text != nullptr) {
    found.blocked = true;
    found.outputs = {*text};
  }
  return apply_body(found);
}

}  // namespace

rpc::Reply apply_guardrail(const Handling& handling, const Operation& /*operation*/) {
  const rpc::Call& call = handling.call;
  const std::vector<script::Guardrail>& guardrails = handling.state.guardrails;
  const Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok() || !body->is_object()) return error_reply(errors::unparsable_request());
  Json input = *body;
  input["guardrailIdentifier"] = call.resource;
  input["guardrailVersion"] = call.parameters.get("guardrailVersion", "DRAFT");
  const aws::Verdict verdict = service_model().check(input, "ApplyGuardrailRequest");
  if (const auto refused = errors::refusal_of(verdict)) return error_reply(*refused);
  if (!is_guardrail_id(call.resource)) return error_reply(errors::invalid_guardrail_identifier());
  // Where a scenario has no guardrails, any finds nothing.
  static const script::Guardrail kNone;
  const script::Guardrail* guardrail = script::find_guardrail(guardrails, call.resource);
  if (guardrail == nullptr && !guardrails.empty()) return error_reply(errors::no_such_guardrail());
  if (guardrail == nullptr) guardrail = &kNone;

  const std::vector<GuardedText> texts = read_content(input["content"]);
  std::string prompt;
  for (const GuardedText& text : texts) prompt += (prompt.empty() ? "" : "\n") + text.text;
  Writers writers;
  writers.failure = [&](const script::Error& failure, const script::Latency& latency) {
    return failure_reply(failure, latency, handling.random);
  };
  writers.answer = [&](const script::Answer* wanted, const script::Latency& latency) {
    const Duration due = script::answer_time(latency, handling.random);
    const Json answer = applied(*guardrail, wanted, input["source"].get<std::string>(), texts,
                                text_or(input, "outputScope", "") == "FULL", due);
    rpc::Reply reply =
        rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}}, to_text(answer), due);
    reply.note.outcome = "answer";
    return reply;
  };
  return scripted(handling, handling.state.guardrail_rules,
                  facts_of(call, std::move(prompt), *body), "", writers);
}

}  // namespace bedlam::bedrock
