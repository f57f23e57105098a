// Rules over what a model call reserves of a token quota (docs/quotas.md): `max_tokens`, or all
// that the model answers at most.
#include <array>

#include "emulator/bedrock/families/family.h"
#include "emulator/script/model_id.h"
#include "harness/lint/rule.h"

namespace bedlam::harness::lint {
namespace {

// A reservation of which fewer fit into a quota than this hinders calls that have nothing to do
// with each other. Ours.
constexpr std::int64_t kFewCalls = 10;
// Without a known quota only such a reservation is worth a word: the answers of Claude 3.7 and
// later, which may be 64,000 tokens long. Ours.
constexpr std::int64_t kLargeReservation = 32'000;

// Where a request says how long its answer may be (Bedrock user guide, "Inference request
// parameters and response fields", by family).
constexpr std::array<std::string_view, 8> kBodyFields{"/max_tokens",
                                                      "/max_tokens_to_sample",
                                                      "/maxTokens",
                                                      "/max_completion_tokens",
                                                      "/max_gen_len",
                                                      "/inferenceConfig/maxTokens",
                                                      "/inferenceConfig/max_new_tokens",
                                                      "/textGenerationConfig/maxTokenCount"};

struct Asked {
  enum class Kind { kSaid, kUnsaid, kUnknown } kind = Kind::kUnsaid;
  std::int64_t tokens = 0;
};

// The field itself, or an expression under the same name.
Asked asked_at(const Json& body, std::string_view pointer) {
  if (!body.is_object()) return {Asked::Kind::kUnknown};  // an expression gives it
  const std::size_t slash = pointer.find('/', 1);
  const std::string_view name = pointer.substr(1, slash - 1);
  if (find(body, std::string(name) + ".$") != nullptr) return {Asked::Kind::kUnknown};
  const Json* value = find(body, name);
  if (value == nullptr) return {};
  if (slash != std::string_view::npos) return asked_at(*value, pointer.substr(slash));
  if (value->is_number_integer()) return {Asked::Kind::kSaid, value->get<std::int64_t>()};
  return {Asked::Kind::kUnknown};
}

Asked asked_in_body(const Json* body) {
  if (body == nullptr || !body->is_object()) return {Asked::Kind::kUnknown};
  for (const std::string_view pointer : kBodyFields) {
    if (const Asked asked = asked_at(*body, pointer); asked.kind != Asked::Kind::kUnsaid) {
      return asked;
    }
  }
  return {};
}

Asked asked_of(const ModelCall& call) {
  if (call.parameters == nullptr || !call.parameters->is_object()) return {Asked::Kind::kUnknown};
  if (call.operation == "converse") return asked_at(*call.parameters, "/InferenceConfig/MaxTokens");
  return asked_in_body(find(*call.parameters, "Body"));
}

std::int64_t most_of(const std::string& model) {
  const bedrock::Family* family = bedrock::find_family(script::base_model_id(model));
  if (family == nullptr || family->conversing() == nullptr) return 0;
  return family->conversing()->traits(script::base_model_id(model)).max_output_tokens;
}

const script::Quota* quota_of(const scenario::Scenario* scenario, const std::string& model) {
  if (scenario == nullptr) return nullptr;
  for (const script::Behaviour& entry : scenario->models) {
    if (entry.quota && script::names_model(entry.pattern, model)) return &*entry.quota;
  }
  return nullptr;
}

// In words: what a call reserves, and whether that is what it asked for.
std::string reservation_text(const Asked& asked, const std::string& model, std::int64_t reserved) {
  const std::string amount = script::format_amount(reserved);
  if (asked.kind == Asked::Kind::kSaid) return "max_tokens reserves " + amount + " tokens";
  return "Without max_tokens a call reserves all that " +
         std::string(script::base_model_id(model)) + " may answer, " + amount + " tokens";
}

// What hurts about the reservation under the quota; "": nothing.
std::string trouble_with(const script::Quota& quota, std::int64_t reserved) {
  if (!quota.tokens) return "";
  const std::int64_t fits = quota.tokens->amount / reserved;
  const std::string rate = script::format_rate(*quota.tokens);
  if (fits == 0) return ", more than the quota of " + rate + " ever admits";
  if (quota.requests) {
    const double share = seconds(quota.requests->per) / seconds(quota.tokens->per);
    if (static_cast<double>(fits) * share >= static_cast<double>(quota.requests->amount)) return "";
  } else if (fits >= kFewCalls) {
    return "";
  }
  return ": the quota of " + rate + " admits " + std::to_string(fits) +
         (fits == 1 ? " such call" : " such calls") + " at a time" +
         (quota.requests ? ", where requests would be " + script::format_rate(*quota.requests)
                         : std::string());
}

void add_note(const Asked& asked, const std::string& model, const scenario::Scenario* scenario,
              const std::string& place, LintNotes& notes) {
  if (asked.kind == Asked::Kind::kUnknown || model.empty()) return;
  const bool said = asked.kind == Asked::Kind::kSaid;
  const std::int64_t reserved = said ? asked.tokens : most_of(model);
  if (reserved <= 0) return;
  std::string trouble;
  if (const script::Quota* quota = quota_of(scenario, model)) {
    trouble = trouble_with(*quota, reserved);
    if (trouble.empty()) return;
  } else if (said || reserved < kLargeReservation) {
    return;
  } else {
    trouble = " of the quota, however short its answer is";
  }
  notes.add(place, reservation_text(asked, model, reserved) + trouble,
            said ? "ask for what the answer needs" : "say max_tokens, as much as the answer needs");
}

}  // namespace

void state_reserves_quota(const LintedState& state, LintNotes& notes) {
  const std::optional<ModelCall> call = model_call_of(state.json);
  if (!call) return;
  const char* field = find(state.json, "Parameters") != nullptr ? "/Parameters" : "/Arguments";
  const std::string inside = call->operation == "converse" ? "/InferenceConfig" : "/Body";
  add_note(asked_of(*call), call->model, state.machine.scenario, field + inside, notes);
}

void step_reserves_quota(const LintedStep& step, LintNotes& notes) {
  const auto* call = std::get_if<scenario::CallStep>(&step.step.action);
  if (call == nullptr) return;
  const bool converse = call->operation.starts_with("Converse");
  if (!converse && !call->operation.starts_with("InvokeModel")) return;
  if (!call->body) {
    add_note({Asked::Kind::kSaid, call->max_tokens}, call->model, &step.scenario, "/max_tokens",
             notes);
    return;
  }
  const Asked asked =
      converse ? asked_at(*call->body, "/inferenceConfig/maxTokens") : asked_in_body(&*call->body);
  add_note(asked, call->model, &step.scenario, "/body", notes);
}

}  // namespace bedlam::harness::lint
