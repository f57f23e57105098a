// What Claude refuses by its generation: sampling, the kind of thinking, the beginning of an
// answer.
//
// Public threads of Bedrock: `temperature` beside `top_p` (litellm 15070, bedrock-access-gateway
// 191, skydiscover 15; Opus 4.1: BoltAI 399), "deprecated" (cline 10572, obsidian-copilot 2600,
// promptfoo 10307; that 1 and a `top_p` from 0.95 on pass: llmgateway 3108, tried on Anthropic's
// API), `top_p` with thinking (n8n 14288 of Claude 3.7, forgecode 3472), the kinds of thinking
// (strands harness-sdk 1856, claude-code 63546), thinking of 3.5 (langchainjs 8338), a forced
// tool (harness-sdk 1495), an answer begun by the caller (opencode 29760; with tools collmbo 12,
// 2024). Of Anthropic's API: `top_k` with thinking (quarkus-langchain4j 1812), max_tokens against
// the budget (antigravity2api-nodejs 150). All read 2026-11-23. Unverified: the words for a budget
// below 1,024.
#include <algorithm>
#include <array>

#include "emulator/bedrock/families/anthropic/checks.h"
#include "emulator/bedrock/families/schema.h"

namespace bedlam::bedrock {
namespace {

using enum ClaudeGeneration;

struct GenerationOf {
  std::string_view model;  // what its id begins with
  ClaudeGeneration generation;
};
constexpr std::array<GenerationOf, 14> kGenerations{{
    {"anthropic.claude-v2", kClaude3},
    {"anthropic.claude-instant", kClaude3},
    {"anthropic.claude-3-7-", kClaude37},
    {"anthropic.claude-3-5-", kClaude35},
    {"anthropic.claude-3-", kClaude3},
    {"anthropic.claude-opus-4-2", kClaude4},
    {"anthropic.claude-sonnet-4-2", kClaude4},
    {"anthropic.claude-opus-4-1", kClaude41},
    {"anthropic.claude-opus-4-5", kClaude41},
    {"anthropic.claude-sonnet-4-5", kClaude41},
    {"anthropic.claude-haiku-4-5", kClaude41},
    {"anthropic.claude-opus-4-6", kClaude46},
    {"anthropic.claude-sonnet-4-6", kClaude46},
    {"", kClaude47},
}};

constexpr double kLeastTopP = 0.95;  // Anthropic API, "Extended thinking"
constexpr std::string_view kConsiderations =
    "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/"
    "extended-thinking#important-considerations-when-using-extended-thinking";

bool is_number_other_than(const Json* value, double usual) {
  return value != nullptr && value->is_number() && value->get<double>() != usual;
}

bool is_narrow(const Json* top_p) {
  return top_p != nullptr && top_p->is_number() && top_p->get<double>() < kLeastTopP;
}

bool is_given(const Json* value) {
  return value != nullptr && !value->is_null();
}

std::string deprecated(std::string_view name) {
  return "`" + std::string(name) + "` is deprecated for this model.";
}

Objection check_kind(std::string_view kind, ClaudeGeneration generation) {
  const bool adapts = generation >= kClaude46;
  if (kind != "enabled" && kind != "disabled" && (kind != "adaptive" || !adapts)) {
    return "thinking: Input tag '" + std::string(kind) +
           "' found using 'type' does not match any of the expected tags: " +
           (adapts ? "'adaptive', " : "") + "'disabled', 'enabled'";
  }
  if (kind == "enabled" && generation >= kClaude47) {
    return "\"thinking.type.enabled\" is not supported for this model. Use "
           "\"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior.";
  }
  return std::nullopt;
}

Objection check_budget(const Json& thinking, std::int64_t max_tokens, bool interleaved) {
  constexpr std::int64_t kLeastThinkingTokens = 1'024;  // Anthropic API, "Extended thinking"
  const Json* budget = find(thinking, "budget_tokens");
  if (budget == nullptr) return "thinking.enabled.budget_tokens: Field required";
  if (!budget->is_number_integer()) {
    return "thinking.enabled.budget_tokens: Input should be a valid integer";
  }
  const std::int64_t asked = whole_number(*budget);
  if (asked < kLeastThinkingTokens) {
    return "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024";
  }
  if (!interleaved && asked >= max_tokens) {
    return "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our "
           "documentation at "
           "https://docs.claude.com/en/docs/build-with-claude/"
           "extended-thinking#max-tokens-and-context-window-size";
  }
  return std::nullopt;
}

// As aider 3720 quotes Bedrock, and opencode-claude-bridge 1 Anthropic's API.
Objection check_thinking_temperature(const Json* temperature, bool adaptive) {
  if (!is_number_other_than(temperature, 1)) return std::nullopt;
  return adaptive ? "temperature may only be set to 1 when thinking is enabled or in adaptive mode"
                  : "temperature may only be set to 1 when thinking is enabled.";
}

Objection check_thinking_top(const Sampling& sampling, bool adaptive, ClaudeGeneration generation) {
  if (generation <= kClaude37) {
    if (is_given(sampling.top_p)) return "top_p must be unset when thinking is enabled.";
    if (is_given(sampling.top_k)) return "top_k must be unset when thinking is enabled.";
    return std::nullopt;
  }
  const std::string when =
      std::string("when thinking is enabled") + (adaptive ? " or in adaptive mode. " : ". ");
  if (is_narrow(sampling.top_p)) {
    return "`top_p` must be greater than or equal to 0.95 or unset " + when +
           std::string(kConsiderations);
  }
  if (is_given(sampling.top_k)) {
    return "`top_k` must be unset " + when + std::string(kConsiderations);
  }
  return std::nullopt;
}

}  // namespace

ClaudeGeneration claude_generation(std::string_view model) {
  const auto* found =
      std::find_if(kGenerations.begin(), kGenerations.end(),
                   [&](const GenerationOf& entry) { return model.starts_with(entry.model); });
  return found->generation;
}

bool asks_for_beta(const Json& body, std::string_view start) {
  const Json* fields = find(body, "additionalModelRequestFields");
  const std::vector<std::string> betas =
      texts_of(fields == nullptr ? body : *fields, "anthropic_beta");
  return std::any_of(betas.begin(), betas.end(),
                     [&](const std::string& beta) { return beta.starts_with(start); });
}

// Tried on Bedrock one by one in CLIProxyAPI 4750 (2026); the last litellm 19875 (2026).
Objection check_betas(const Json& fields) {
  constexpr std::array<std::string_view, 6> kRefused{
      "oauth-2025-04-20",           "prompt-caching-scope-2026-01-05",  "fast-mode-2026-02-01",
      "redact-thinking-2026-02-12", "token-efficient-tools-2026-03-28", "mcp-servers-2025-12-04"};
  for (const std::string& beta : texts_of(fields, "anthropic_beta")) {
    if (std::find(kRefused.begin(), kRefused.end(), beta) != kRefused.end()) {
      return "invalid beta flag";
    }
  }
  return std::nullopt;
}

Objection check_sampling(const Sampling& sampling, ClaudeGeneration generation) {
  if (generation < kClaude41) return std::nullopt;
  if (generation >= kClaude47) {
    if (is_number_other_than(sampling.temperature, 1)) return deprecated("temperature");
    if (is_narrow(sampling.top_p)) return deprecated("top_p");
    if (is_given(sampling.top_k)) return deprecated("top_k");
  }
  if (!is_given(sampling.temperature) || !is_given(sampling.top_p)) return std::nullopt;
  return "`temperature` and `top_p` cannot both be specified for this model. Please use only one.";
}

bool forces_tool(const Json& fields) {
  const Json* choice = find(fields, "tool_choice");
  const std::string type = choice == nullptr ? "" : text_or(*choice, "type", "");
  return type == "any" || type == "tool";
}

Objection check_thinking(const Json& fields, const Sampling& sampling, bool forced,
                         std::int64_t max_tokens, ClaudeGeneration generation) {
  const Json* thinking = find(fields, "thinking");
  if (thinking == nullptr || thinking->is_null()) return std::nullopt;
  if (generation == kClaude35) return "thinking: Extra inputs are not permitted";
  const std::string kind = text_or(*thinking, "type", "");
  if (auto refusal = check_kind(kind, generation)) return refusal;
  if (kind == "disabled") return std::nullopt;
  if (kind == "enabled") {
    // Between calls of tools the budget is of the whole turn (Anthropic API, "Interleaved
    // thinking").
    const bool interleaved = asks_for_beta(fields, "interleaved-thinking-");
    if (auto refusal = check_budget(*thinking, max_tokens, interleaved)) {
      return refusal;
    }
  }
  const bool adaptive = kind == "adaptive";
  if (auto refusal = check_thinking_temperature(sampling.temperature, adaptive)) {
    return refusal;
  }
  if (auto refusal = check_thinking_top(sampling, adaptive, generation)) return refusal;
  if (!forced) return std::nullopt;
  return "Thinking may not be enabled when tool_choice forces tool use.";
}

// Quoted of Bedrock for a model that gave way to Sonnet 4.6 (claude-code-action 1005); Opus 4.5
// takes it with the beta (coder 25356).
Objection check_effort(const Json& fields, ClaudeGeneration generation) {
  const bool of_a_beta = generation >= kClaude4 && generation < kClaude46;
  const Json* config = find(fields, "output_config");
  if (!of_a_beta || config == nullptr || find(*config, "effort") == nullptr) return std::nullopt;
  if (asks_for_beta(fields, "effort-")) return std::nullopt;
  return "output_config.effort: Extra inputs are not permitted";
}

Objection check_prefill(const Json& messages, bool tools, ClaudeGeneration generation) {
  const bool refused = generation >= kClaude46 || (generation <= kClaude37 && tools);
  if (!refused || messages.empty()) return std::nullopt;
  const Json* role = find(messages.back(), "role");
  if (role == nullptr || *role != "assistant") return std::nullopt;
  if (generation >= kClaude46) {
    return "This model does not support assistant message prefill. The conversation must end with "
           "a user message.";
  }
  return "Your API request included an `assistant` message in the final position, which would "
         "pre-fill the `assistant` response. When using tools, pre-filling the `assistant` "
         "response is not supported.";
}

}  // namespace bedlam::bedrock
