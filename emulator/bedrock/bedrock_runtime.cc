#include "emulator/bedrock/bedrock_runtime.h"

#include <algorithm>
#include <array>
#include <vector>

#include "emulator/aws/authorization.h"
#include "emulator/aws/sigv4.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

// Resources of ARNs whose last part is not a model's id (service model, ConversationalModelId);
// `endpoint` is Amazon SageMaker's.
constexpr std::string_view kPromptResource = "prompt/";
constexpr std::array<std::string_view, 9> kOpaqueResources{"application-inference-profile/",
                                                           "provisioned-model/",
                                                           "custom-model/",
                                                           "imported-model/",
                                                           "custom-model-deployment/",
                                                           kPromptResource,
                                                           "prompt-router/",
                                                           "default-prompt-router/",
                                                           "endpoint/"};
constexpr std::string_view kOpaqueModel = "anthropic.claude-3-5-sonnet-20240620-v1:0";
// What else may stand behind such an ARN: of each kind of body and of what Converse takes, the
// model that refuses least. Those whose answers Converse writes come first.
constexpr std::array<std::string_view, 18> kModelsBehind{
    "anthropic.claude-3-7-sonnet-20250219-v1:0",
    "anthropic.claude-sonnet-4-20250514-v1:0",
    "anthropic.claude-opus-4-6-v1",
    "amazon.nova-premier-v1:0",
    "amazon.nova-2-lite-v1:0",
    "openai.gpt-oss-120b-1:0",
    "meta.llama3-1-70b-instruct-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "amazon.titan-text-express-v1",
    "cohere.command-r-plus-v1:0",
    "ai21.jamba-1-5-large-v1:0",
    "deepseek.r1-v1:0",
    "cohere.command-text-v14",
    "amazon.titan-embed-text-v2:0",
    "cohere.embed-v4:0",
    "amazon.nova-2-multimodal-embeddings-v1:0",
    "amazon.nova-canvas-v1:0",
    "amazon.titan-image-generator-v2:0"};

bool is_arn(std::string_view identifier) {
  return identifier.starts_with("arn:");
}

bool names_resource(std::string_view arn, std::string_view resource) {
  return is_arn(arn) && arn.find(':' + std::string(resource)) != std::string_view::npos;
}

bool is_opaque(std::string_view arn) {
  return is_arn(arn) &&
         std::any_of(kOpaqueResources.begin(), kOpaqueResources.end(),
                     [arn](std::string_view resource) { return names_resource(arn, resource); });
}

// Names the model itself, not a profile that contains it.
bool is_on_demand(std::string_view identifier) {
  return !is_opaque(identifier) && script::profile_prefix(script::bare_id(identifier)).empty();
}

// Letters of the simple identifier forms (service model, InvokeModelIdentifier).
bool is_well_formed(std::string_view id) {
  static constexpr auto kIsLetter = [] {
    std::array<bool, 256> is_letter{};
    for (const unsigned char c : std::string_view("abcdefghijklmnopqrstuvwxyz:-_."
                                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")) {
      is_letter[c] = true;
    }
    return is_letter;
  }();
  return !id.empty() &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return kIsLetter[c]; });
}

bool signed_for_bedrock(const aws::HttpRequest& request) {
  const auto scope = aws::credential_scope(request.headers.get("authorization"));
  return scope && scope->service == "bedrock";
}

}  // namespace

std::optional<Model> find_model(std::string_view identifier) {
  if (identifier.size() > kMaxModelIdBytes) return std::nullopt;
  std::string id(is_opaque(identifier) ? kOpaqueModel : script::base_model_id(identifier));
  const Family* family = is_well_formed(id) ? find_family(id) : nullptr;
  if (family == nullptr) return std::nullopt;
  const bool unreachable = family->needs_profile(id) && is_on_demand(identifier);
  return Model{std::move(id), family, !unreachable};
}

const std::vector<Model>& models_behind(std::string_view identifier) {
  static const std::vector<Model> kNone, kOthers = [] {
    std::vector<Model> models;
    for (const std::string_view id : kModelsBehind) {
      models.push_back({std::string(id), find_family(id), true});
    }
    return models;
  }();
  return is_opaque(identifier) ? kOthers : kNone;
}

bool is_prompt(std::string_view identifier) {
  return names_resource(identifier, kPromptResource);
}

void BedrockRuntime::use(script::Script script, std::vector<script::Guardrail> guardrails) {
  state_.script = std::move(script);
  state_.admission = quota::Admission(state_.script.behaviours(), state_.scheduler.wall(Instant{}));
  state_.guardrails = std::move(guardrails);
  std::vector<script::Behaviour> rules;
  for (const script::Guardrail& guardrail : state_.guardrails) {
    rules.push_back(guardrail.behaviour);
  }
  state_.guardrail_rules = script::Script(std::move(rules));
}

void BedrockRuntime::reset() {
  use(script::Script());
  refused_ = 0;
  state_.seeds.clear();
  state_.in_flight.clear();
  state_.prompt_cache.clear();
  state_.invocations.reset();
}

std::optional<rpc::Call> BedrockRuntime::recognise(const aws::HttpRequest& request) const {
  std::optional<rpc::Call> call;
  const std::string_view path = request.path();
  std::optional<Route> route = find_route(request.method, path);
  const bool ours = route || path == "/model" || path.starts_with("/model/");
  if (!ours && !signed_for_bedrock(request)) return call;
  call.emplace().service = name();
  if (route) {
    call->operation = route->operation->name;
    call->resource = std::move(route->resource);
    call->parameters = std::move(route->parameters);
  }
  if (path.size() < request.target.size()) {
    for (const auto& [parameter, value] :
         aws::query_parameters(std::string_view(request.target).substr(path.size() + 1))) {
      call->parameters.add(parameter, value);
    }
  }
  return call;
}

void BedrockRuntime::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  const Random random = state_.seeds.next(call);
  rpc::Reply reply = answer(call, random);
  finish(reply, random);
  reply_to(std::move(reply));
}

rpc::Reply BedrockRuntime::refuse(const aws::Error& error) {
  rpc::Reply reply = error_reply(error);
  finish(reply, Random(seed_).derive("bedrock-runtime refusal", ++refused_));
  return reply;
}

rpc::Reply BedrockRuntime::answer(const rpc::Call& call, const Random& random) {
  if (call.operation.empty()) return rpc::unknown_operation();
  const Operation* operation = operation_named(call.operation);
  // A workflow's task cannot speak with a model.
  if (operation == nullptr || operation->answer == nullptr) {
    return error_reply(errors::operation_not_allowed());
  }
  return operation->answer({state_, call, random}, *operation);
}

bool BedrockRuntime::hears_input(const rpc::Call& call) const {
  const Operation* operation = operation_named(call.operation);
  return operation != nullptr && operation->open != nullptr;
}

std::shared_ptr<rpc::InputStream> BedrockRuntime::open(const rpc::Call& call,
                                                       rpc::MoreOfReply more) {
  const Random random = state_.seeds.next(call);
  auto pass_on = [this, random, more = std::move(more)](rpc::Reply reply) {
    finish(reply, random);
    more(std::move(reply));
  };
  return operation_named(call.operation)->open({state_, call, random}, std::move(pass_on));
}

void BedrockRuntime::finish(rpc::Reply& reply, const Random& random) {
  for (rpc::Step& step : reply.steps) {
    auto* head = std::get_if<rpc::Head>(&step.action);
    if (head == nullptr) continue;
    head->headers.add_first("Date", dates_.at(state_.scheduler.wall_now() + step.due));
    head->headers.add("x-amzn-RequestId", random.derive("request id").uuid());
  }
}

}  // namespace bedlam::bedrock
