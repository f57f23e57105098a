// guardrails: what a guardrail finds, and what it does then.
#include <array>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/shape_tables.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

using Policy = script::GuardrailPolicy;

// What the console of Amazon Bedrock proposes.
constexpr const char* kBlockedMessage = "Sorry, the model cannot answer this question.";

// The field that makes a policy one of its kind.
struct PolicyKind {
  std::string_view field;
  Policy::Kind kind;
  std::string_view words;  // the choices of its value; "" for a text
  bool matches = true;     // it has a `match`; else the value is what it finds
};
constexpr std::array<PolicyKind, 8> kPolicyKinds{
    {{"topic", Policy::Kind::kTopic, ""},
     {"content", Policy::Kind::kContent, "content filter"},
     {"word", Policy::Kind::kWord, "", false},
     {"profanity", Policy::Kind::kProfanity, "", false},
     {"pii", Policy::Kind::kPii, "pii type"},
     {"regex", Policy::Kind::kRegex, ""},
     {"grounding", Policy::Kind::kGrounding, "", false},
     {"relevance", Policy::Kind::kRelevance, "", false}}};

bool masks(Policy::Kind kind) {
  return kind == Policy::Kind::kPii || kind == Policy::Kind::kRegex;
}

std::optional<double> read_share(const Node& node, std::string_view what, Reader& reader) {
  const Json value = to_json(node, reader.mistakes);
  if (value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1) {
    return value.get<double>();
  }
  reader.mistakes.add(node.position,
                      std::string(what) + " is a number from 0 to 1, not " + describe(node));
  return std::nullopt;
}

bool read_found(const Fields& fields, const PolicyKind& kind, Policy& policy, Reader& reader) {
  const Node& value = *fields.get(kind.field);
  const Node* match = fields.get("match");
  if (kind.kind == Policy::Kind::kGrounding || kind.kind == Policy::Kind::kRelevance) {
    policy.score = read_share(value, kind.field, reader).value_or(1);
    return true;
  }
  const auto name = kind.words.empty()
                        ? read_text(value, kind.field, reader.mistakes)
                        : read_choice(value, choice(kind.words), kind.field, reader.mistakes);
  if (!name) return false;
  policy.name = *name;
  if (!kind.matches) {
    policy.match = *name;
    if (match == nullptr) return true;
    reader.mistakes.add(fields.key("match"),
                        "a " + std::string(kind.field) + " is what is looked for",
                        "leave 'match' out");
    return false;
  }
  if (match == nullptr) {
    reader.mistakes.add(fields.node().position,
                        "a policy on a " + std::string(kind.field) + " needs the field 'match'",
                        "match: a text that gives it away, or a /regular expression/");
    return false;
  }
  const auto pattern = read_pattern(*match, "match", reader.mistakes);
  policy.match = pattern.value_or("");
  return pattern.has_value();
}

void read_action(const Fields& fields, const PolicyKind& kind, Policy& policy, Reader& reader) {
  const Node* node = fields.get("action");
  if (node == nullptr) return;
  const auto word = read_choice(*node, choice("guardrail action"), "action", reader.mistakes);
  if (word == "mask" && !masks(kind.kind)) {
    reader.mistakes.add(node->position, "only pii and regex can be masked");
  }
  if (word == "mask") policy.action = Policy::Action::kMask;
  if (word == "detect") policy.action = Policy::Action::kDetect;
}

std::optional<Policy> read_policy(const Node& node, Reader& reader) {
  const Fields fields(node, object("policy"), reader.mistakes);
  for (const PolicyKind& kind : kPolicyKinds) {
    if (fields.get(kind.field) == nullptr) continue;
    Policy policy;
    policy.kind = kind.kind;
    if (!read_found(fields, kind, policy, reader)) return std::nullopt;
    if (kind.kind == Policy::Kind::kRegex && !policy.match.starts_with('/')) {
      reader.mistakes.add(fields.key("match"), "the match of a regex stands between slashes");
      return std::nullopt;
    }
    read_action(fields, kind, policy, reader);
    if (const Node* confidence = fields.get("confidence")) {
      policy.confidence =
          read_choice(*confidence, choice("confidence"), "confidence", reader.mistakes)
              .value_or(policy.confidence);
    }
    if (const Node* threshold = fields.get("threshold")) {
      policy.threshold = read_share(*threshold, "threshold", reader).value_or(policy.threshold);
    }
    if (const Node* source = fields.get("source")) {
      policy.only_source =
          read_choice(*source, choice("guardrail source"), "source", reader.mistakes);
    }
    return policy;
  }
  return std::nullopt;
}

script::Guardrail read_guardrail(const Member& member, Reader& reader) {
  const Fields fields(*member.value, object("guardrail"), reader.mistakes);
  script::Guardrail guardrail;
  guardrail.behaviour = read_behaviour(member.name, fields, reader);
  guardrail.blocked_input = guardrail.blocked_output = kBlockedMessage;
  for (const auto& [name, to] : {std::pair("blocked_input", &guardrail.blocked_input),
                                 std::pair("blocked_output", &guardrail.blocked_output)}) {
    const Node* node = fields.get(name);
    if (node != nullptr) *to = read_text(*node, name, reader.mistakes).value_or(*to);
  }
  if (const Node* policies = fields.get("policies")) {
    for (const Node* node : read_list(*policies, "policies", reader.mistakes)) {
      if (auto policy = read_policy(*node, reader)) guardrail.policies.push_back(*policy);
    }
  }
  for (const script::Rule& rule : guardrail.behaviour.rules) {
    for (const script::Outcome& outcome : rule.outcomes) {
      const auto* answer = std::get_if<script::Answer>(&outcome.result);
      const bool usable = answer == nullptr ||
                          std::holds_alternative<std::string>(answer->content) ||
                          std::holds_alternative<script::Body>(answer->content);
      if (usable) continue;
      reader.mistakes.add(member.position,
                          "a guardrail answers a text or a body (" + rule.label + ")",
                          "a text is what it says where it blocks");
    }
  }
  return guardrail;
}

}  // namespace

std::vector<script::Guardrail> read_guardrails(const Node& node, Reader& reader) {
  reader.section = "guardrails";
  std::vector<script::Guardrail> guardrails;
  for (const Member& member : read_map(node, "guardrails", reader.mistakes)) {
    guardrails.push_back(read_guardrail(member, reader));
  }
  reader.section = "models";
  return guardrails;
}

std::vector<Object> guardrail_objects() {
  return {
      {"guardrail",
       "a guardrail",
       "What the guardrails whose ids match the pattern find, and what they say then.",
       {{"policies", "[policy]", "What is looked for, in calls of models and in ApplyGuardrail."},
        {"blocked_input", "text", "What is said where it blocks an input."},
        {"blocked_output", "text", "What is said where it blocks an output."},
        {"latency", "distribution | profile | latency", "How long it takes."},
        {"replies", "[throttle | reply]",
         "Rules for calls of ApplyGuardrail; a call that none matches is answered by the "
         "policies."}},
       {}},
      {"policy",
       "a policy",
       "One thing that a guardrail looks for.",
       {{"topic", "text", "A denied topic, by name."},
        {"content", "content filter", "A content filter."},
        {"word", "text", "A word of the custom list."},
        {"profanity", "text", "A word of the managed list."},
        {"pii", "pii type", "Sensitive information."},
        {"regex", "text", "A regular expression for sensitive information, by name."},
        {"grounding", "share", "How well every answer is grounded in its source."},
        {"relevance", "share", "How relevant every answer is to the query."},
        {"match", "pattern",
         "What gives it away: a text in any case of its letters, or a /regular expression/."},
        {"action", "guardrail action", "What is done where it is found; block by default."},
        {"confidence", "confidence", "Of a content filter; HIGH by default."},
        {"threshold", "share",
         "Of grounding and relevance: a lower score is blocked; 0.7 by default."},
        {"source", "guardrail source", "Where it is looked for; in both by default."}},
       {{true,
         {"topic", "content", "word", "profanity", "pii", "regex", "grounding", "relevance"}}}},
  };
}

// The enumerations of the service model, bedrock-runtime 2023-09-30.
std::vector<Choices> guardrail_choices() {
  return {
      {"content filter",
       "A content filter of a guardrail.",
       {"INSULTS", "HATE", "SEXUAL", "VIOLENCE", "MISCONDUCT", "PROMPT_ATTACK"}},
      {"pii type",
       "A type of sensitive information.",
       {"ADDRESS",
        "AGE",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "CA_HEALTH_NUMBER",
        "CA_SOCIAL_INSURANCE_NUMBER",
        "CREDIT_DEBIT_CARD_CVV",
        "CREDIT_DEBIT_CARD_EXPIRY",
        "CREDIT_DEBIT_CARD_NUMBER",
        "DRIVER_ID",
        "EMAIL",
        "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        "IP_ADDRESS",
        "LICENSE_PLATE",
        "MAC_ADDRESS",
        "NAME",
        "PASSWORD",
        "PHONE",
        "PIN",
        "SWIFT_CODE",
        "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
        "UK_NATIONAL_INSURANCE_NUMBER",
        "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
        "URL",
        "USERNAME",
        "US_BANK_ACCOUNT_NUMBER",
        "US_BANK_ROUTING_NUMBER",
        "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        "US_PASSPORT_NUMBER",
        "US_SOCIAL_SECURITY_NUMBER",
        "VEHICLE_IDENTIFICATION_NUMBER"}},
      {"guardrail action",
       "What a guardrail does with what it finds.",
       {"block", "mask", "detect"}},
      {"confidence", "How sure a content filter is.", {"LOW", "MEDIUM", "HIGH"}},
      {"guardrail source", "What a guardrail looks at.", {"INPUT", "OUTPUT"}},
  };
}

}  // namespace bedlam::scenario
