// What a scenario lets a guardrail find: policies as a guardrail of Amazon Bedrock has them, with
// a text or pattern in place of each classifier. Filled by scenario/, applied by bedrock/.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/script/script.h"

namespace bedlam::script {

struct GuardrailPolicy {
  enum class Kind { kTopic, kContent, kWord, kProfanity, kPii, kRegex, kGrounding, kRelevance };
  enum class Action { kBlock, kMask, kDetect };  // AWS: BLOCKED, ANONYMIZED, NONE
  Kind kind = Kind::kTopic;
  std::string name;   // a topic's, a regex's; VIOLENCE, EMAIL; of words the word itself
  std::string match;  // what it finds: a text, or a /regular expression/
  Action action = Action::kBlock;
  std::string confidence = "HIGH";         // of content
  double score = 1, threshold = 0.7;       // of grounding and relevance; below, it acts
  std::optional<std::string> only_source;  // INPUT or OUTPUT; else both
};

struct Guardrail {
  Behaviour behaviour;  // its pattern is over guardrail ids; rules are for ApplyGuardrail
  std::string blocked_input, blocked_output;
  std::vector<GuardrailPolicy> policies;
};

// The first whose pattern matches the id, or the ARN's last part; nullptr: none.
const Guardrail* find_guardrail(const std::vector<Guardrail>& guardrails,
                                std::string_view identifier);

struct TextSpan {
  std::size_t at, size;
};
// Where `match` is found, from left to right, none empty. A text is found in any case of its
// letters. A regular expression sees pieces of kMaxSearchedText bytes, cut at a space where there
// is one: what lies across a cut is not found.
std::vector<TextSpan> find_all(const std::string& match, const std::string& text);
inline constexpr std::size_t kMaxSearchedText = 4 * 1024;  // searches take quadratic time at worst

}  // namespace bedlam::script
