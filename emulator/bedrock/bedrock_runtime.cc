#include "emulator/bedrock/bedrock_runtime.h"

#include <array>
#include <vector>

#include "emulator/aws/authorization.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

// Resources of Bedrock ARNs whose last part is not a model's id.
constexpr std::array<std::string_view, 5> kOpaqueResources{
    "application-inference-profile/", "provisioned-model/", "custom-model/", "imported-model/",
    "custom-model-deployment/"};
constexpr std::string_view kOpaqueModel = "anthropic.claude-3-5-sonnet-20240620-v1:0";

bool is_opaque(std::string_view arn) {
  if (!arn.starts_with("arn:")) return false;
  for (const std::string_view resource : kOpaqueResources) {
    if (arn.find(':' + std::string(resource)) != std::string_view::npos) return true;
  }
  return false;
}

// Names the model itself, not a profile that contains it.
bool is_on_demand(std::string_view identifier) {
  return !is_opaque(identifier) && script::profile_prefix(script::bare_id(identifier)).empty();
}

// Letters of the simple identifier forms (service model, InvokeModelIdentifier).
bool is_well_formed(std::string_view id) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:";
  return !id.empty() && id.find_first_not_of(kLetters) == std::string_view::npos;
}

// The members of a query, as JSON.
std::string query_json(std::string_view target) {
  Json members = Json::object();
  const std::size_t mark = target.find('?');
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string value = aws::percent_decode(pair.substr(std::min(equals + 1, pair.size())));
    const bool number = !value.empty() && value.size() < 10 &&
                        value.find_first_not_of("0123456789") == std::string::npos;
    const std::string name = aws::percent_decode(pair.substr(0, equals));
    members[name] = number && name == "maxResults" ? Json(std::stoi(value)) : Json(value);
  }
  return to_text(members);
}

bool signed_for_bedrock(const aws::HttpRequest& request) {
  const auto scope = aws::credential_scope(request.headers.get("authorization"));
  return scope && scope->service == "bedrock";
}

// A call that its quotas refuse. The script is not asked: its rules do not count the call.
rpc::Reply throttled(const quota::Decision& decision) {
  const auto error = [&] {
    switch (*decision.refused_by) {
      case quota::Limit::kTokens:
        return errors::too_many_tokens();
      case quota::Limit::kDailyTokens:
        return errors::too_many_tokens_per_day();
      case quota::Limit::kConcurrent:
        return errors::too_many_connections();
      case quota::Limit::kRequests:
        break;
    }
    return errors::too_many_requests();
  };
  rpc::Reply reply = error_reply(error());
  reply.note.input_tokens = decision.journal["input_tokens"];
  reply.note.quota = decision.journal;
  return reply;
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

void BedrockRuntime::use(script::Script script, std::vector<script::Guardrail> guardrails) {
  script_ = std::move(script);
  admission_ = quota::Admission(script_.behaviours(), scheduler_.wall(Instant{}));
  guardrails_ = std::move(guardrails);
  std::vector<script::Behaviour> rules;
  for (const script::Guardrail& guardrail : guardrails_) rules.push_back(guardrail.behaviour);
  guardrail_rules_ = script::Script(std::move(rules));
}

void BedrockRuntime::reset() {
  use(script::Script());
  refused_ = 0;
  seeds_.clear();
  in_flight_.clear();
  prompt_cache_.clear();
  invocations_.reset();
}

std::optional<rpc::Call> BedrockRuntime::recognise(const aws::HttpRequest& request) const {
  const std::vector<std::string> path = aws::path_segments(request.path());
  rpc::Call call;
  call.service = name();
  const std::optional<Route> route = find_route(request.method, path);
  if (route) {
    call.operation = route->operation->name;
    if (!route->parameters.empty()) call.resource = route->parameters.front();
  } else if (!signed_for_bedrock(request) && (path.empty() || path.front() != "model")) {
    return std::nullopt;
  }
  call.headers = request.headers;
  call.body = call.operation == "ListAsyncInvokes" ? query_json(request.target) : request.body;
  if (route && route->parameters.size() > 1) {
    // The other operations have it there.
    call.headers.add("X-Amzn-Bedrock-GuardrailVersion", route->parameters[1]);
  }
  return call;
}

void BedrockRuntime::handle(const rpc::Call& call, rpc::ReplyTo reply_to) {
  const Random random = seeds_.next(call);
  reply_to(finished(answer(call, random), random));
}

rpc::Reply BedrockRuntime::refuse(const aws::Error& error) {
  return finished(error_reply(error), Random(seed_).derive("bedrock-runtime refusal", ++refused_));
}

rpc::Reply BedrockRuntime::answer(const rpc::Call& call, const Random& random) {
  if (call.operation.empty()) return rpc::unknown_operation();
  const Operation* operation = operation_named(call.operation);
  if (operation == nullptr || !operation->served) {
    return error_reply(errors::operation_not_allowed());
  }
  if (operation->name == "CountTokens")
    return count_tokens_reply(call, scheduler_.wall_now(), script_.token_rule(call.resource));
  if (operation->name == "ApplyGuardrail") {
    return apply_guardrail_reply(call, guardrails_, guardrail_rules_, random);
  }
  if (operation->name == "StartAsyncInvoke") return invocations_.start(call, script_, random);
  if (operation->name == "GetAsyncInvoke") return invocations_.get(call);
  if (operation->name == "ListAsyncInvokes") return invocations_.list(call);
  Result<Request, aws::Error> request = read_request(call, *operation, scheduler_.wall_now());
  if (!request.ok()) return error_reply(request.error());
  request->converse.conversation.token_rule = script_.token_rule(call.resource);
  request->converse.conversation.chunk_rule = script_.chunk_rule(call.resource);
  if (const auto refused = guard_input(*request, guardrails_, random)) return error_reply(*refused);
  if (auto blocked = blocked_reply(*request, random)) return *std::move(blocked);

  const Conversation& conversation = request->converse.conversation;
  const quota::Wish wish{input_tokens(conversation), conversation.max_tokens};
  std::optional<quota::Decision> decision = admission_.ask(
      {call.resource, call.caller.region, request->model.id, wish}, scheduler_.now());
  if (decision && decision->refused_by) return throttled(*decision);
  rpc::Reply reply = scripted(*request, random);
  if (!decision) return reply;
  reply.note.quota = std::move(decision->journal);
  decision->grant.cached_input_tokens = request->cache.read;
  quota::settle_when_over(reply, std::move(decision->grant), scheduler_);
  return reply;
}

rpc::Reply BedrockRuntime::scripted(Request& request, const Random& random) {
  const rpc::Call& call = *request.call;
  script::Facts facts;
  facts.resource = call.resource;
  facts.operation = call.operation;
  facts.region = call.caller.region;
  facts.prompt = prompt_of(request.converse.conversation);
  facts.attempt = call.caller.attempt;
  facts.headers = &call.headers;
  facts.body = &request.body;
  const script::Choice choice = script_.choose(facts);
  const script::Outcome* outcome = choice.outcome;
  const int in_flight = in_flight_.arrive(request.model.id, call.caller.region, scheduler_.now());
  const script::Latency latency = script::at_load(choice.latency, in_flight);

  const auto* failure = outcome == nullptr ? nullptr : std::get_if<script::Error>(&outcome->result);
  const auto* wanted = outcome == nullptr ? nullptr : std::get_if<script::Answer>(&outcome->result);
  rpc::Reply reply;
  if (failure != nullptr) {
    reply = failure_reply(*failure, latency, random);
    reply.note.input_tokens = input_tokens(request.converse.conversation);
  } else {
    read_cache(request);
    reply = answer_reply(request, wanted, latency, random);
    reply.note.outcome = "answer";
  }
  // The model is done then, whatever a fault makes of the reply.
  const Duration work = reply.steps.empty() ? Duration{} : reply.steps.back().due;
  if (work > Duration{}) {
    in_flight_.done_at(request.model.id, call.caller.region, scheduler_.now() + work);
  }
  follow_choice(choice, reply);
  return reply;
}

void BedrockRuntime::read_cache(Request& request) {
  const ConversingFamily* family = request.model.family->conversing();
  if (family == nullptr) return;
  request.cache =
      prompt_cache_.use(request.cache_prefix, request.model.id + " " + request.call->caller.region,
                        family->cache_minimum(request.model.id));
}

rpc::Reply BedrockRuntime::finished(rpc::Reply reply, const Random& random) const {
  for (rpc::Step& step : reply.steps) {
    auto* head = std::get_if<rpc::Head>(&step.action);
    if (head == nullptr) continue;
    aws::Headers headers{{"Date", to_http_date(scheduler_.wall_now() + step.due)}};
    for (const auto& [field, value] : head->headers) headers.add(field, value);
    headers.add("x-amzn-RequestId", random.derive("request id").uuid());
    head->headers = std::move(headers);
  }
  return reply;
}

}  // namespace bedlam::bedrock
