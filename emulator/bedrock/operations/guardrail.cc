#include "emulator/bedrock/operations/guardrail.h"

#include <algorithm>
#include <array>

#include "emulator/base/utf8.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

using Policy = script::GuardrailPolicy;

// A text unit is up to 1,000 characters (Bedrock pricing, Guardrails).
constexpr std::size_t kUnitCharacters = 1'000;

std::size_t guarded_characters(const std::vector<GuardedText>& texts) {
  std::size_t count = 0;
  for (const GuardedText& text : texts) count += characters_in(text.text);
  return count;
}

bool compares(const Policy& policy) {
  return policy.kind == Policy::Kind::kGrounding || policy.kind == Policy::Kind::kRelevance;
}

// Where a policy's findings stand in the assessment, and in the usage.
struct Place {
  const char *policy, *list, *units;
};
Place place_of(Policy::Kind kind) {
  static constexpr std::array<Place, 8> kPlaces{
      {{"topicPolicy", "topics", "topicPolicyUnits"},
       {"contentPolicy", "filters", "contentPolicyUnits"},
       {"wordPolicy", "customWords", "wordPolicyUnits"},
       {"wordPolicy", "managedWordLists", "wordPolicyUnits"},
       {"sensitiveInformationPolicy", "piiEntities", "sensitiveInformationPolicyUnits"},
       {"sensitiveInformationPolicy", "regexes", "sensitiveInformationPolicyFreeUnits"},
       {"contextualGroundingPolicy", "filters", "contextualGroundingPolicyUnits"},
       {"contextualGroundingPolicy", "filters", "contextualGroundingPolicyUnits"}}};
  return kPlaces.at(static_cast<std::size_t>(kind));
}

const char* action_word(const Policy& policy, bool detected) {
  if (!detected || policy.action == Policy::Action::kDetect) return "NONE";
  return policy.action == Policy::Action::kMask ? "ANONYMIZED" : "BLOCKED";
}

// `found`: the text, "" where nothing was.
Json finding(const Policy& policy, const std::string& found, bool detected) {
  const char* action = action_word(policy, detected);
  Json json = Json::object();
  switch (policy.kind) {
    case Policy::Kind::kTopic:
      json = {{"name", policy.name}, {"type", "DENY"}};
      break;
    case Policy::Kind::kContent:
      json = {{"type", policy.name},
              {"confidence", detected ? policy.confidence : "NONE"},
              {"filterStrength", "HIGH"}};
      break;
    case Policy::Kind::kWord:
      json = {{"match", found}};
      break;
    case Policy::Kind::kProfanity:
      json = {{"match", found}, {"type", "PROFANITY"}};
      break;
    case Policy::Kind::kPii:
      json = {{"match", found}, {"type", policy.name}};
      break;
    case Policy::Kind::kRegex:
      json = {{"name", policy.name},
              {"match", found},
              {"regex", policy.match.substr(1, policy.match.size() - 2)}};
      break;
    case Policy::Kind::kGrounding:
    case Policy::Kind::kRelevance:
      json = {{"type", policy.kind == Policy::Kind::kGrounding ? "GROUNDING" : "RELEVANCE"},
              {"threshold", policy.threshold},
              {"score", policy.score}};
      break;
  }
  json["action"] = action;
  json["detected"] = detected;
  return json;
}

class Assessor {
 public:
  Assessor(const script::Guardrail& guardrail, const std::vector<GuardedText>& texts, bool full)
      : guardrail_(guardrail), texts_(texts), full_(full) {}

  Assessment run(std::string_view source, Duration latency) {
    for (const Policy& policy : guardrail_.policies) {
      if (policy.only_source && *policy.only_source != source) continue;
      compares(policy) ? compare(policy, source) : search(policy);
    }
    if (result_.blocked) {
      result_.outputs = {source == "INPUT" ? guardrail_.blocked_input : guardrail_.blocked_output};
    } else if (result_.masked) {
      for (const GuardedText& text : texts_) {
        if (!text.grounding_source && !text.query) result_.outputs.push_back(text.text);
      }
    }
    result_.policies = std::move(found_);
    add_metrics(latency);
    return std::move(result_);
  }

 private:
  void add(const Policy& policy, const std::string& found, bool detected) {
    const Place place = place_of(policy.kind);
    Json& of_policy = found_[place.policy];
    // Both lists of these are required members.
    if (policy.kind == Policy::Kind::kWord || policy.kind == Policy::Kind::kProfanity) {
      if (of_policy.is_null())
        of_policy = {{"customWords", Json::array()}, {"managedWordLists", Json::array()}};
    }
    if (policy.kind == Policy::Kind::kPii || policy.kind == Policy::Kind::kRegex) {
      if (of_policy.is_null())
        of_policy = {{"piiEntities", Json::array()}, {"regexes", Json::array()}};
    }
    of_policy[place.list].push_back(finding(policy, found, detected));
    if (!detected) return;
    result_.blocked = result_.blocked || policy.action == Policy::Action::kBlock;
    result_.masked = result_.masked || policy.action == Policy::Action::kMask;
  }

  void search(const Policy& policy) {
    bool detected = false;
    for (GuardedText& text : texts_) {
      if (text.grounding_source || text.query) continue;
      const std::vector<script::TextSpan> spans = script::find_all(policy.match, text.text);
      // A topic or a filter is found once, whatever found it how often.
      const bool once =
          policy.kind == Policy::Kind::kTopic || policy.kind == Policy::Kind::kContent;
      for (const script::TextSpan& span : spans) {
        if (!once || !detected) add(policy, text.text.substr(span.at, span.size), true);
        detected = true;
      }
      if (policy.action != Policy::Action::kMask) continue;
      for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
        text.text.replace(span->at, span->size, "{" + policy.name + "}");
      }
    }
    const bool worded = policy.kind == Policy::Kind::kWord || policy.kind == Policy::Kind::kRegex ||
                        policy.kind == Policy::Kind::kProfanity;
    // "the full output scope doesn't apply to word filters or regex" (API reference).
    if (!detected && full_ && !worded) add(policy, "", false);
  }

  // Answers are compared with a source and a query; without them there is nothing to compare.
  void compare(const Policy& policy, std::string_view source) {
    const auto has = [&](auto is) { return std::any_of(texts_.begin(), texts_.end(), is); };
    const bool comparable = source == "OUTPUT" &&
                            has([](const GuardedText& text) { return text.grounding_source; }) &&
                            has([](const GuardedText& text) { return text.query; });
    if (!comparable) return;
    const bool low = policy.score < policy.threshold;
    if (low || full_) add(policy, "", low);
  }

  void add_metrics(Duration latency) {
    const std::size_t characters = guarded_characters(texts_);
    const std::size_t units = (characters + kUnitCharacters - 1) / kUnitCharacters;
    Json usage = Json::object();
    for (const char* name :
         {"topicPolicyUnits", "contentPolicyUnits", "wordPolicyUnits",
          "sensitiveInformationPolicyUnits", "sensitiveInformationPolicyFreeUnits",
          "contextualGroundingPolicyUnits"}) {
      usage[name] = 0;
    }
    for (const Policy& policy : guardrail_.policies) usage[place_of(policy.kind).units] = units;
    result_.usage = usage;
    result_.coverage["textCharacters"] = {{"guarded", characters}, {"total", characters}};
    const auto ms = std::chrono::round<std::chrono::milliseconds>(latency).count();
    result_.policies["invocationMetrics"] = {{"guardrailProcessingLatency", ms},
                                             {"usage", usage},
                                             {"guardrailCoverage", result_.coverage}};
  }

  const script::Guardrail& guardrail_;
  std::vector<GuardedText> texts_;
  bool full_;
  Json found_ = Json::object();
  Assessment result_;
};

}  // namespace

std::string Assessment::reason() const {
  if (blocked) return "Guardrail blocked.";
  return masked ? "Guardrail masked." : "No action.";
}

bool is_guardrail_id(std::string_view identifier) {
  const std::string_view id = script::bare_id(identifier);
  return !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

Assessment assess(const script::Guardrail& guardrail, std::string_view source,
                  const std::vector<GuardedText>& texts, bool full, Duration latency) {
  return Assessor(guardrail, texts, full).run(source, latency);
}

}  // namespace bedlam::bedrock
