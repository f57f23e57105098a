// Reads the requests that go to a model.
#include <algorithm>
#include <array>

#include "emulator/bedrock/conversation/cache_prefix.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/bedrock/operations/replies.h"
#include "emulator/bedrock/service_model.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {

namespace {

// The members of InvokeModel's input that are headers (service model).
struct HeaderMember {
  const char *member, *header;
};
constexpr std::array<HeaderMember, 5> kHeaderMembers{
    {{"trace", "X-Amzn-Bedrock-Trace"},
     {"guardrailIdentifier", "X-Amzn-Bedrock-GuardrailIdentifier"},
     {"guardrailVersion", "X-Amzn-Bedrock-GuardrailVersion"},
     {"performanceConfigLatency", "X-Amzn-Bedrock-PerformanceConfig-Latency"},
     {"serviceTier", "X-Amzn-Bedrock-Service-Tier"}}};

// Null of most calls, and then there is nothing to check: none of them is required.
Json header_members(const aws::Headers& headers) {
  const bool none = std::none_of(headers.begin(), headers.end(), [](const auto& field) {
    constexpr std::string_view kPrefix = "X-Amzn-Bedrock-";
    return aws::equals_ignoring_case(field.first.substr(0, kPrefix.size()), kPrefix);
  });
  Json input;
  if (none) return input;
  for (const auto& [member, header] : kHeaderMembers) {
    if (const auto value = headers.find(header)) input[member] = *value;
  }
  return input;
}

// `body` is of use where the operation is Converse.
std::optional<aws::Error> refused_by_model(const rpc::Call& call, const Operation& operation,
                                           const Result<Json, JsonError>& body) {
  const Json headers = operation.converse ? Json() : header_members(call.headers);
  if (!operation.converse && headers.is_null()) return std::nullopt;
  const aws::Verdict verdict = service_model().check(operation.converse ? *body : headers,
                                                     std::string(operation.name) + "Request");
  return errors::refusal_of(verdict);
}

// Not the model's: it says which parts of the body are to be guarded.
constexpr const char* kGuardrailConfig = "amazon-bedrock-guardrailConfig";

// White space may stand before the parameters (RFC 9110, section 5.6.6).
bool is_type(std::string_view content_type, std::string_view type) {
  const std::string_view named = content_type.substr(0, content_type.find(';'));
  return aws::equals_ignoring_case(named.substr(0, named.find_last_not_of(" \t") + 1), type);
}

bool is_json(std::string_view content_type) {
  return content_type.empty() ||  // what InvokeModel takes it for
         is_type(content_type, kJson);
}

// What clients say of a body whose type they were not told: the SDK for JavaScript, curl, and the
// third `fetch` of a text and .NET's StringContent.
constexpr std::array<std::string_view, 3> kTypesOfTheUntold{
    "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"};

// JSON, or a type that nobody chose. What a guardrail asks is its own to say.
bool takes_content_type(const rpc::Call& call) {
  const std::string_view type = call.headers.get("Content-Type");
  return type == kJson || is_json(type) ||
         std::any_of(kTypesOfTheUntold.begin(), kTypesOfTheUntold.end(),
                     [&](std::string_view untold) { return is_type(type, untold); }) ||
         !call.headers.get("X-Amzn-Bedrock-GuardrailIdentifier").empty();
}

// An id and a version go together (service model, InvokeModelRequest.guardrailIdentifier).
std::optional<aws::Error> refused_half_guardrail(const Json& converse_body) {
  const Json* config = find(converse_body, "guardrailConfig");
  if (config == nullptr || !config->is_object()) return std::nullopt;
  const bool named = !text_or(*config, "guardrailIdentifier", "").empty();
  const bool versioned = !text_or(*config, "guardrailVersion", "").empty();
  if (named == versioned) return std::nullopt;
  return errors::guardrail_input_malformed();
}

// What InvokeModel refuses (as above).
std::optional<aws::Error> refused_by_guardrail(const rpc::Call& call, const Json& body) {
  const bool named = !call.headers.get("X-Amzn-Bedrock-GuardrailIdentifier").empty();
  const bool versioned = !call.headers.get("X-Amzn-Bedrock-GuardrailVersion").empty();
  const bool configured = find(body, kGuardrailConfig) != nullptr;
  const bool whole = named == versioned && (named || !configured);
  if (whole && (!named || is_json(call.headers.get("Content-Type")))) return std::nullopt;
  return errors::guardrail_input_malformed();
}

// What a prompt of Prompt management says is not known here. Of a call without messages of its own
// the values of its variables stand for it, else its id.
std::optional<aws::Error> take_prompt(const rpc::Call& call, Json& body) {
  for (const char* field :
       {"additionalModelRequestFields", "inferenceConfig", "system", "toolConfig"}) {
    if (const Json* value = find(body, field); value != nullptr && !value->is_null()) {
      return errors::set_by_prompt(field);
    }
  }
  const Json* messages = find(body, "messages");
  if (messages != nullptr && !messages->is_null()) return std::nullopt;
  std::string text;
  if (const Json* variables = find(body, "promptVariables"); variables != nullptr) {
    for (const Json& value : *variables) {
      const std::string said = text_or(value, "text", "");
      if (!said.empty()) text += (text.empty() ? "" : "\n") + said;
    }
  }
  if (text.empty()) text = script::bare_id(call.resource);
  body["messages"] = Json::array();
  body["messages"].push_back({{"role", "user"}, {"content", {{{"text", text}}}}});
  return std::nullopt;
}

std::optional<GuardrailUse> guardrail_of(ModelRequest& request) {
  GuardrailUse use;
  std::string trace, mode;
  if (request.operation->converse) {
    const Json* config = find(request.body, "guardrailConfig");
    if (config == nullptr || !config->is_object()) return std::nullopt;
    use.identifier = text_or(*config, "guardrailIdentifier", "");
    use.version = text_or(*config, "guardrailVersion", "");
    trace = text_or(*config, "trace", "");
    mode = text_or(*config, "streamProcessingMode", "");
  } else {
    const aws::Headers& headers = request.call->headers;
    const Json* config = find(request.body, kGuardrailConfig);
    const auto identifier = headers.find("X-Amzn-Bedrock-GuardrailIdentifier");
    if (config == nullptr && !identifier) return std::nullopt;
    use.identifier = identifier.value_or("");
    use.version = headers.get("X-Amzn-Bedrock-GuardrailVersion");
    trace = headers.get("X-Amzn-Bedrock-Trace");
    if (config != nullptr) {
      use.tag_suffix = text_or(*config, "tagSuffix", "");
      mode = text_or(*config, "streamProcessingMode", "");
      request.body.erase(kGuardrailConfig);
    }
  }
  use.full_trace = aws::equals_ignoring_case(trace, "enabled_full");
  use.trace = use.full_trace || aws::equals_ignoring_case(trace, "enabled");
  // Bedrock user guide, guardrails-streaming: InvokeModel's words are longer than Converse's.
  const bool sent_at_once =
      aws::equals_ignoring_case(mode, "async") || aws::equals_ignoring_case(mode, "asynchronous");
  use.answer_waits = !request.operation->streams || !sent_at_once;
  if (use.identifier.empty()) return std::nullopt;
  return use;
}

// A token has a byte at least, so that only a body with more bytes than the window has tokens is
// counted, once: what is found is kept.
std::optional<aws::Error> refused_as_too_long(ModelRequest& request,
                                              const ConversingFamily* family) {
  constexpr std::size_t kSmallestWindow = 4'096;
  const std::size_t bytes = request.call->body.size();
  if (family == nullptr || bytes <= kSmallestWindow) return std::nullopt;
  const int window = family->context_window(request.model.id, request.body);
  if (window == 0 || bytes <= static_cast<std::size_t>(window)) return std::nullopt;
  Conversation& conversation = request.converse.conversation;
  const int tokens = plain_tokens(conversation);
  const bool whole = std::all_of(conversation.turns.begin(), conversation.turns.end(),
                                 [](const Turn& turn) { return turn.counted.empty(); });
  if (whole) conversation.counted_tokens = tokens;
  if (tokens <= window) return std::nullopt;
  const std::string text = family->too_long(request.model.id, tokens, window);
  return request.operation->converse ? errors::from_model(text) : errors::validation(text);
}

std::optional<aws::Error> refused_cache_points(const ModelRequest& request,
                                               const ConversingFamily* family) {
  const std::size_t points = request.cache_prefix.points.size();
  if (points <= kMaxCachePoints) return std::nullopt;
  const std::string text = family->too_many_cache_points(points);
  if (text.empty()) return std::nullopt;
  return request.operation->converse ? errors::from_model(text) : errors::validation(text);
}

// All words for it have that.
bool speaks_of_caching(const ModelRequest& request) {
  return request.call->body.find("cache") != std::string::npos;
}

std::optional<aws::Error> take_converse_body(ModelRequest& request, script::TokenRule rule) {
  const ConversingFamily& family = *conversing(request);
  const std::string& model = request.model.id;
  auto converse = read_converse(request.body, family.traits(model), request.operation->streams);
  if (!converse.ok()) return converse.error();
  request.converse = *std::move(converse);
  const int max_tokens = request.converse.conversation.max_tokens;
  if (const auto refused = family.refusal_of_converse(request.body, model, max_tokens)) {
    return errors::from_model(*refused);
  }
  if (speaks_of_caching(request)) request.cache_prefix = converse_prefix(request.body, rule);
  const bool asked = !request.cache_prefix.points.empty();
  return asked && family.cache_minimum(model) == 0 ? std::optional(errors::caching_unsupported())
                                                   : std::nullopt;
}

// A body in the family's own words, as InvokeModel has it.
std::optional<aws::Error> take_native_body(ModelRequest& request, script::TokenRule rule) {
  auto conversation = request.model.family->read(request.body, request.model.id);
  if (!conversation.ok()) return conversation.error();
  request.converse.conversation = *std::move(conversation);
  const ConversingFamily* family = conversing(request);
  if (family == nullptr) return std::nullopt;
  if (speaks_of_caching(request)) request.cache_prefix = family->cache_prefix(request.body, rule);
  return request.operation->streams ? family->refusal_of_stream(request.body) : std::nullopt;
}

// Reads what is asked of the request's model.
std::optional<aws::Error> take_body(ModelRequest& request, ReadFor purpose,
                                    const script::Script& script) {
  const std::string& resource = request.call->resource;
  const script::TokenRule rule = script.token_rule(resource);
  const auto refused = request.operation->converse ? take_converse_body(request, rule)
                                                   : take_native_body(request, rule);
  if (refused) return refused;
  const ConversingFamily* family = conversing(request);
  if (const auto too_many = refused_cache_points(request, family)) return too_many;
  request.converse.conversation.token_rule = rule;
  request.converse.conversation.chunk_rule = script.chunk_rule(resource);
  return purpose == ReadFor::kAnswer ? refused_as_too_long(request, family) : std::nullopt;
}

// The same for another model that may stand behind the request's ARN, where it can serve the
// operation.
bool takes_as(ModelRequest& request, const Model& model, ReadFor purpose,
              const script::Script& script) {
  const bool speaks = request.operation->converse || request.operation->streams;
  if (speaks && model.family->conversing() == nullptr) return false;
  request.model = model;
  request.converse = {};
  request.cache_prefix = {};
  return !take_body(request, purpose, script);
}

}  // namespace

Result<ModelRequest, aws::Error> read_request(const rpc::Call& call, const Operation& operation,
                                              ReadFor purpose, WallTime received,
                                              const script::Script& script) {
  if (call.body.size() > kMaxBodyBytes) return errors::body_too_long();
  Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok() && operation.converse) return errors::unparsable_request();
  if (const auto refused = refused_by_model(call, operation, body)) return *refused;
  std::optional<Model> model = find_model(call.resource);
  if (!model) return errors::invalid_model_identifier();
  if (!model->reachable) return errors::profile_needed(model->id);
  const ConversingFamily* family = model->family->conversing();
  if (family == nullptr && operation.converse) return errors::converse_unsupported();
  if (family == nullptr && operation.streams) return errors::streaming_unsupported();
  if (!operation.converse && purpose == ReadFor::kAnswer && !takes_content_type(call)) {
    return errors::content_type_unsupported();
  }
  if (!body.ok()) return errors::malformed_input();
  if (operation.converse && is_prompt(call.resource)) {
    if (const auto refused = take_prompt(call, *body)) return *refused;
  }
  if (purpose == ReadFor::kAnswer) {
    const auto refused =
        operation.converse ? refused_half_guardrail(*body) : refused_by_guardrail(call, *body);
    if (refused) return *refused;
  }
  ModelRequest request{&call, &operation, *std::move(model), received, *std::move(body), {}, {},
                       {},    {}};
  request.guardrail = guardrail_of(request);
  const auto refused = take_body(request, purpose, script);
  if (!refused) return request;
  for (const Model& other : models_behind(call.resource)) {
    if (takes_as(request, other, purpose, script)) return request;
  }
  return *refused;
}

}  // namespace bedlam::bedrock
