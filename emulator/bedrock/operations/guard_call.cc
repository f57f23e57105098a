// What a guardrail does to a call of a model: it looks at the input before the model is asked, and
// at the answer before it is sent.
#include <algorithm>

#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/replies.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kIntervened = "guardrail_intervened";

// `source`: what it looks at.
Duration draw_latency(const script::Guardrail& guardrail, std::string_view source,
                      const Random& random) {
  const script::Latency latency = guardrail.behaviour.latency.value_or(script::Latency{});
  return script::answer_time(latency, random.derive("guardrail").derive(source));
}

// What stands between the tags that mark guarded content of an InvokeModel body (Bedrock user
// guide, guardrails-tagging).
std::vector<GuardedText> tagged(const std::vector<GuardedText>& texts, const std::string& suffix) {
  const std::string name = "amazon-bedrock-guardrails-guardContent_" + suffix + ">";
  std::vector<GuardedText> found;
  for (const GuardedText& text : texts) {
    for (std::size_t at = text.text.find("<" + name); at != std::string::npos;
         at = text.text.find("<" + name, at)) {
      at += name.size() + 1;
      const std::size_t end = std::min(text.text.find("</" + name, at), text.text.size());
      found.push_back({text.text.substr(at, end - at)});
      at = end;
    }
  }
  return found;
}

std::vector<GuardedText> guarded_input(const ModelRequest& request) {
  const Conversation& conversation = request.converse.conversation;
  if (!conversation.guarded.empty()) return conversation.guarded;
  std::vector<GuardedText> texts;
  for (const Turn& turn : conversation.turns) {
    if (!turn.from_user) continue;
    for (const std::string& text : turn.texts) texts.push_back({text});
  }
  const std::string& suffix = request.guardrail->tag_suffix;
  return suffix.empty() ? texts : tagged(texts, suffix);
}

// The traces of Converse and of InvokeModel differ in their members' names.
GuardrailReport report(const ModelRequest& request, const Assessment* output,
                       const std::vector<std::string>& said) {
  const GuardrailUse& use = *request.guardrail;
  const bool in_input = use.input && use.input->intervened();
  GuardrailReport report;
  report.intervened = in_input || (output != nullptr && output->intervened());
  if (!use.trace) return report;
  const std::string id(script::bare_id(use.identifier));
  const Assessment& telling = output != nullptr && output->intervened() ? *output : *use.input;
  report.trace["actionReason"] = telling.reason();
  report.trace["inputAssessment"][id] = use.input->policies;
  report.native_trace["input"][id] = use.input->policies;
  if (output == nullptr) return report;
  report.trace["modelOutput"] = said;
  report.trace["outputAssessments"][id] = Json::array({output->policies});
  report.native_trace["modelOutput"] = said;
  report.native_trace["outputs"].push_back({{id, Json::array({output->policies})}});
  return report;
}

}  // namespace

std::optional<aws::Error> guard_input(ModelRequest& request,
                                      const std::vector<script::Guardrail>& guardrails,
                                      const Random& random) {
  if (!request.guardrail) return std::nullopt;
  GuardrailUse& use = *request.guardrail;
  if (!is_guardrail_id(use.identifier)) return errors::invalid_guardrail_identifier();
  if (guardrails.empty()) {
    request.guardrail.reset();
    return std::nullopt;
  }
  use.guardrail = script::find_guardrail(guardrails, use.identifier);
  if (use.guardrail == nullptr) return errors::no_such_guardrail();
  use.input_takes = draw_latency(*use.guardrail, "INPUT", random);
  use.answer_takes = draw_latency(*use.guardrail, "OUTPUT", random);
  use.input =
      assess(*use.guardrail, "INPUT", guarded_input(request), use.full_trace, use.input_takes);
  return std::nullopt;
}

std::optional<rpc::Reply> blocked_reply(const ModelRequest& request, const Random& random) {
  if (!request.guardrail || !request.guardrail->input->blocked) return std::nullopt;
  if (conversing(request) == nullptr) return std::nullopt;  // nothing to say it in
  Answer answer;
  answer.blocks.emplace_back(TextBlock{tokenize(request.guardrail->input->outputs.front())});
  answer.stop_reason = kIntervened;
  answer.guardrail = report(request, nullptr, {});
  const Timeline timeline({request.guardrail->input_takes});
  rpc::Reply reply = said_reply(request, answer, timeline, random);
  reply.note.outcome = "guardrail";
  return reply;
}

void guard_output(const ModelRequest& request, Answer& answer) {
  bool others_intervened = false;
  for (Answer& other : answer.others) {
    guard_output(request, other);
    others_intervened = others_intervened || other.guardrail->intervened;
  }
  const GuardrailUse& use = *request.guardrail;
  std::vector<GuardedText> texts;
  std::vector<std::string> said;
  std::vector<TextBlock*> blocks;
  for (Block& block : answer.blocks) {
    auto* text = std::get_if<TextBlock>(&block);
    if (text == nullptr) continue;
    blocks.push_back(text);
    said.push_back(text->pieces.text());
    texts.push_back({said.back()});
  }
  for (const GuardedText& text : request.converse.conversation.guarded) {
    if (text.grounding_source || text.query) texts.push_back(text);
  }
  const Assessment found =
      assess(*use.guardrail, "OUTPUT", texts, use.full_trace, use.answer_takes);
  answer.guardrail = report(request, &found, said);
  answer.guardrail->intervened = answer.guardrail->intervened || others_intervened;
  if (found.blocked) {
    answer.blocks.clear();
    answer.blocks.emplace_back(TextBlock{tokenize(found.outputs.front())});
  } else if (found.masked) {
    for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i]->pieces = tokenize(found.outputs[i]);
  }
  if (found.intervened()) answer.stop_reason = kIntervened;
}

}  // namespace bedlam::bedrock
