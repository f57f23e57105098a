// Reads the requests that go to a model.
#include <array>

#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/bedrock/prompt_cache.h"
#include "emulator/bedrock/service_model.h"

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

// Empty of most calls, and then there is nothing to check: none of them is required.
Json header_members(const aws::Headers& headers) {
  Json input = Json::object();
  for (const auto& [member, header] : kHeaderMembers) {
    if (const std::string* value = headers.find(header)) input[member] = *value;
  }
  return input;
}

// `body` is of use where the operation is Converse.
std::optional<aws::Error> refused_by_model(const rpc::Call& call, const Operation& operation,
                                           const Result<Json, JsonError>& body) {
  const Json headers = operation.converse ? Json() : header_members(call.headers);
  if (!operation.converse && headers.empty()) return std::nullopt;
  const aws::Verdict verdict = service_model().check(operation.converse ? *body : headers,
                                                     std::string(operation.name) + "Request");
  if (verdict.ok()) return std::nullopt;
  return errors::refused(verdict);
}

std::optional<GuardrailUse> guardrail_of(Request& request) {
  GuardrailUse use;
  std::string trace;
  if (request.operation->converse) {
    const Json* config = find(request.body, "guardrailConfig");
    if (config == nullptr || !config->is_object()) return std::nullopt;
    use.identifier = text_or(*config, "guardrailIdentifier", "");
    use.version = text_or(*config, "guardrailVersion", "");
    trace = text_or(*config, "trace", "");
  } else {
    const aws::Headers& headers = request.call->headers;
    use.identifier = headers.get("X-Amzn-Bedrock-GuardrailIdentifier");
    use.version = headers.get("X-Amzn-Bedrock-GuardrailVersion");
    trace = headers.get("X-Amzn-Bedrock-Trace");
    // Not the model's: it says which parts of the body are to be guarded.
    constexpr const char* kConfig = "amazon-bedrock-guardrailConfig";
    if (const Json* config = find(request.body, kConfig)) {
      use.tag_suffix = text_or(*config, "tagSuffix", "");
      request.body.erase(kConfig);
    }
  }
  use.full_trace = aws::equals_ignoring_case(trace, "enabled_full");
  use.trace = use.full_trace || aws::equals_ignoring_case(trace, "enabled");
  if (use.identifier.empty()) return std::nullopt;
  return use;
}

}  // namespace

Result<Request, aws::Error> read_request(const rpc::Call& call, const Operation& operation,
                                         WallTime received, const script::Script& script) {
  if (call.body.size() > kMaxBodyBytes) return errors::body_too_long();
  Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok() && operation.converse) return errors::unparsable_request();
  if (const auto refused = refused_by_model(call, operation, body)) return *refused;
  const std::optional<Model> model = find_model(call.resource);
  if (!model) return errors::invalid_model_identifier();
  if (!model->reachable) return errors::profile_needed(model->id);
  const ConversingFamily* family = model->family->conversing();
  if (family == nullptr && operation.converse) return errors::converse_unsupported();
  if (family == nullptr && operation.streams) return errors::streaming_unsupported();
  if (!body.ok()) return errors::malformed_input();
  Request request{&call, &operation, *model, received, *std::move(body), {}, {}, {}, {}};
  request.guardrail = guardrail_of(request);
  const script::TokenRule rule = script.token_rule(call.resource);
  const bool cached = call.body.find("cache") != std::string::npos;  // all words for it have that
  if (operation.converse) {
    auto converse = read_converse(request.body, family->traits(model->id), operation.streams);
    if (!converse.ok()) return converse.error();
    request.converse = *std::move(converse);
    const auto refused =
        family->refusal_of_converse(request.body, request.converse.conversation.max_tokens);
    if (refused) return errors::from_model(*refused);
    if (cached) request.cache_prefix = converse_prefix(request.body, rule);
    if (!request.cache_prefix.points.empty() && family->cache_minimum(model->id) == 0) {
      return errors::caching_unsupported();
    }
  } else {
    auto conversation = model->family->read(request.body, model->id);
    if (!conversation.ok()) return conversation.error();
    request.converse.conversation = *std::move(conversation);
    if (cached && family != nullptr) {
      request.cache_prefix = family->cache_prefix(request.body, rule);
    }
  }
  request.converse.conversation.token_rule = rule;
  request.converse.conversation.chunk_rule = script.chunk_rule(call.resource);
  return request;
}

}  // namespace bedlam::bedrock
