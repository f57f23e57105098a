// The members of a Messages body, in the two voices that refuse them: up to Claude 3.7 a schema of
// Bedrock's ("Malformed input request: #: …"), since Claude 4 the model itself ("top_k: …").
//
// Found in public logs, of the schema: required key, extraneous key, expected type, and the words
// before them where the body has `messages`, of which the schema of the older Text Completions
// wants none (AnthropicSwiftSDK 19, aichat 543, autoflow 574, celi 91, ziya 24: 2024 to 2025); that
// schema's own where it has none (aws-sdk-net 3384, 2024). Of the model: a body of Text Completions
// (langchain 18513, bifrost 1534), "Field required" (new-api 3339, 2026), "Extra inputs are not
// permitted" (claude-code 49548, 2026) and the range of a temperature (anthropic-sdk-python 893).
// Unverified: its words for other ranges and for types, and which of several faults it tells.
#include <algorithm>
#include <array>

#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/anthropic/checks.h"
#include "emulator/bedrock/families/schema.h"

namespace bedlam::bedrock {
namespace {

// Members that a beta brings, by the beginnings of its names: context editing and compaction
// (Anthropic API, "Compaction"), structured output before it was `output_config.format`.
struct BetaMember {
  std::string_view name;
  std::array<std::string_view, 2> betas;
};
constexpr std::array<BetaMember, 2> kBetaMembers{
    {{"context_management", {"context-management-", "compact-"}},
     {"output_format", {"structured-outputs-", "structured-outputs-"}}}};

const std::vector<Member>& messages_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "anthropic_version", .type = kString, .required = true},
      {.name = "max_tokens", .type = kInteger, .required = true, .from = 1},
      {.name = "messages", .type = kArray, .required = true},
      {.name = "stop_sequences", .type = kArray},
      {.name = "tools", .type = kArray},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_k", .type = kInteger, .from = 0, .to = 500},  // unverified
      {.name = "anthropic_beta"},
      {.name = "system"},
      {.name = "tool_choice"},
      {.name = "thinking"},
      {.name = "metadata"},
      {.name = "context_management"},
      {.name = "output_config"}};
  return kSchema;
}

// Of Text Completions, which only versions before 3 understand.
const std::vector<Member>& completions_schema() {
  using enum JsonType;
  static const std::vector<Member> kSchema{
      {.name = "prompt", .type = kString, .required = true},
      {.name = "max_tokens_to_sample", .type = kInteger, .required = true},
      {.name = "anthropic_version", .type = kString},
      {.name = "stop_sequences", .type = kArray},
      {.name = "temperature", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_p", .type = kNumber, .from = 0, .to = 1},
      {.name = "top_k", .type = kInteger, .from = 0, .to = 500}};
  return kSchema;
}

constexpr std::string_view kBeforeMessages =
    R"(#: subject must not be valid against schema {"required":["messages"]})";

// Of a body without `messages`. Versions before 3 are not served with a prompt.
std::string refusal_of_completion(const Json& body, std::string_view name,
                                  ClaudeGeneration generation) {
  const bool later = generation > ClaudeGeneration::kClaude37;
  const std::string found = later ? "" : violations(body, completions_schema());
  if (!found.empty()) return errors::malformed_input(found).message;
  if (name.starts_with("claude-2") || name.starts_with("claude-instant")) {
    return errors::malformed_input(violations(body, messages_schema())).message;
  }
  return "\"" + std::string(name) +
         "\" is not supported on this API. Please use the Messages API instead.";
}

// What is wrong with a value that the schema does not allow.
std::string fault_of(const Json& value, const Member& member) {
  switch (member.type) {
    case JsonType::kString:
      return "Input should be a valid string";
    case JsonType::kArray:
      return "Input should be a valid list";
    case JsonType::kNumber:
      return value.is_number() ? "range: 0..1" : "Input should be a valid number";
    default:
      break;
  }
  if (!value.is_number_integer()) return "Input should be a valid integer";
  const bool below = value.get<double>() < member.from;
  return std::string("Input should be ") +
         (below ? "greater than or equal to " : "less than or equal to ") +
         std::to_string(static_cast<std::int64_t>(below ? member.from : member.to));
}

// Whether the request's betas bring the member.
bool asks_for(const BetaMember& member, const Json& fields) {
  const std::vector<std::string> given = texts_of(fields, "anthropic_beta");
  return std::any_of(given.begin(), given.end(), [&](const std::string& beta) {
    return std::any_of(member.betas.begin(), member.betas.end(),
                       [&](std::string_view start) { return beta.starts_with(start); });
  });
}

bool is_member(const std::string& name, const Json& fields) {
  for (const BetaMember& member : kBetaMembers) {
    if (member.name == name) return asks_for(member, fields);
  }
  const std::vector<Member>& schema = messages_schema();
  return std::any_of(schema.begin(), schema.end(),
                     [&](const Member& member) { return member.name == name; });
}

// In the model's own words. `whole`: the fields are all of a body.
std::optional<std::string> own_refusal(const Json& fields, bool whole) {
  const std::vector<Member>& schema = messages_schema();
  for (const Member& member : schema) {
    const std::string name(member.name);
    const Json* value = find(fields, name);
    if (value == nullptr && whole && member.required) return name + ": Field required";
    if (value == nullptr || allows(member, *value)) continue;
    return name + ": " + fault_of(*value, member);
  }
  for (const auto& [key, ignored] : fields.items()) {
    if (!is_member(key, fields)) return key + ": Extra inputs are not permitted";
  }
  return std::nullopt;
}

}  // namespace

std::optional<aws::Error> refusal_of_members(const Json& body, std::string_view model,
                                             ClaudeGeneration generation) {
  const std::string found = violations(body, messages_schema());
  const bool schema_speaks = generation <= ClaudeGeneration::kClaude37;
  if (!body.is_object()) return errors::malformed_input(found);
  if (found.empty() && (schema_speaks || find(body, "context_management") == nullptr)) {
    return std::nullopt;
  }
  const bool completion = find(body, "messages") == nullptr;
  if (completion && (schema_speaks || find(body, "prompt") != nullptr)) {
    return errors::validation(refusal_of_completion(body, name_at_anthropic(model), generation));
  }
  if (schema_speaks) return errors::malformed_input(std::string(kBeforeMessages) + found);
  const std::optional<std::string> refusal = own_refusal(body, true);
  return refusal ? std::optional(errors::validation(*refusal)) : std::nullopt;
}

std::string refusal_of_empty_content(std::size_t message) {
  const std::string at = "#/messages/" + std::to_string(message) + "/content: ";
  return errors::malformed_input(std::string(kBeforeMessages) + at +
                                 "expected type: String, found: JSONArray" + at +
                                 "expected minimum item count: 1, found: 0")
      .message;
}

Objection check_members(const Json& fields, ClaudeGeneration generation) {
  if (generation > ClaudeGeneration::kClaude37) return own_refusal(fields, false);
  std::vector<Member> schema = messages_schema();
  for (Member& member : schema) member.required = false;
  const std::string found = violations(fields, schema);
  if (found.empty()) return std::nullopt;
  return errors::malformed_input(found).message;
}

}  // namespace bedlam::bedrock
