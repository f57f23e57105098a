// StartAsyncInvoke: reads a job, asks quotas and script, and has the model work on it.
#include <algorithm>
#include <array>
#include <tuple>

#include "emulator/base/glob.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/async_invoke.h"
#include "emulator/bedrock/operations/replies.h"
#include "emulator/bedrock/operations/scripted.h"
#include "emulator/bedrock/service_model.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kIdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kInvocationIdLength = 12;

// Models that take jobs and nothing else here (Bedrock user guide, inference-async).
constexpr std::array<std::string_view, 4> kAsyncModels{
    "amazon.nova-reel-*", "luma.ray-*", "twelvelabs.marengo-*", "twelvelabs.pegasus-*"};

// Errors that StartAsyncInvoke answers (service model); those of a model come later.
constexpr std::array<std::string_view, 8> kStartErrors{
    "AccessDeniedException",         "ThrottlingException",
    "ResourceNotFoundException",     "InternalServerException",
    "ServiceUnavailableException",   "ValidationException",
    "ServiceQuotaExceededException", "ConflictException"};

// The error is what AWS answers: a model is as reachable for a job as it is for InvokeModel.
std::optional<aws::Error> refused_model(std::string_view identifier) {
  const std::optional<Model> model = find_model(identifier);
  if (model && !model->reachable) return errors::profile_needed(model->id);
  if (model || glob_match_any(kAsyncModels, script::base_model_id(identifier))) return std::nullopt;
  return errors::invalid_model_identifier();
}

Result<Json, aws::Error> read_start(const rpc::Call& call) {
  Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok()) return errors::unparsable_request();
  const aws::Verdict verdict = service_model().check(*body, "StartAsyncInvokeRequest");
  if (const auto refused = errors::refusal_of(verdict)) return *refused;
  if (const auto refused = refused_model(text_or(*body, "modelId", ""))) return *refused;
  return *std::move(body);
}

// The words of a job, wherever its model wants them.
std::string prompt_in(const Json& input) {
  for (const std::string_view name : {"inputText", "prompt", "text"}) {
    const std::string text = text_or(input, name, "");
    if (!text.empty()) return text;
  }
  std::string found;
  for (const Json& part : input) {
    if (part.is_object() && found.empty()) found = prompt_in(part);
  }
  return found;
}

// A job as its model reads it; of a model that reads nothing here, its words.
Conversation conversation_of(const Json& request) {
  const Json& input = request["modelInput"];
  const std::optional<Model> model = find_model(text_or(request, "modelId", ""));
  if (model) {
    auto conversation = model->family->read(input, model->id);
    if (conversation.ok()) return *std::move(conversation);
  }
  Conversation plain;
  plain.turns.push_back({true, {prompt_in(input)}, 0});
  plain.max_tokens = kNoTokenLimit;
  return plain;
}

// What a model writes, and its output tokens: a scripted body as it is, else its answer to the
// input, else the text.
std::pair<Json, int> output_of(const Json& request, const Conversation& conversation,
                               const script::Answer* wanted, WallTime received,
                               const Random& random) {
  const Json& input = request["modelInput"];
  const std::optional<Model> model = find_model(text_or(request, "modelId", ""));
  const auto* body = wanted == nullptr ? nullptr : std::get_if<script::Body>(&wanted->content);
  if (body != nullptr) {
    return {body->value, model ? model->family->usage_of(body->value).output_tokens : 0};
  }
  const bool read = model && model->family->read(input, model->id).ok();
  if (read && model->family->conversing() == nullptr) {
    return {model->family->computing()->compute(input, model->id, std::nullopt,
                                                random.derive("computed")),
            0};
  }
  const Answer answer = compose(wanted, conversation, random);
  if (read) {
    const Occasion occasion{model->id, input, received, random.derive("ids")};
    return {model->family->conversing()->plain(answer, occasion).tree(), answer.output_tokens};
  }
  std::string text;
  for (const Block& block : answer.blocks) {
    if (const auto* said = std::get_if<TextBlock>(&block)) text += said->pieces.text();
  }
  return {{{"text", text}}, 0};
}

// Under the load of the model, whose calls in flight this one is among until then.
Duration work_time(const Handling& handling, const std::string& model,
                   const script::Latency& latency) {
  RuntimeState& state = handling.state;
  const std::string& region = handling.call.caller.region;
  const Instant now = state.scheduler.now();
  const int load = state.in_flight.arrive(model, region, now);
  const Duration takes = script::answer_time(script::at_load(latency, load), handling.random);
  state.in_flight.done_at(model, region, now + takes);
  return takes;
}

rpc::Reply started_reply(const std::string& arn) {
  const Json body{{"invocationArn", arn}};
  rpc::Reply reply = rpc::plain_reply(200, {{"Content-Type", std::string(kJson)}}, to_text(body));
  reply.note.outcome = "answer";
  return reply;
}

}  // namespace

// One call whose request is valid, and whose token is new.
class AsyncInvocations::Start {
 public:
  Start(AsyncInvocations& jobs, const Handling& handling, const Json& request)
      : jobs_(jobs),
        handling_(handling),
        request_(request),
        model_id_(text_or(request, "modelId", "")),
        model_(script::base_model_id(model_id_)),
        conversation_(conversation_of(request)) {
    conversation_.token_rule = handling.state.script.token_rule(model_id_);
    input_tokens_ = input_tokens(conversation_);
  }

  rpc::Reply run() {
    ask_quotas();
    if (decision_ && decision_->refused_by) return throttled_reply(*decision_);
    Writers writers;
    writers.answer = [this](const script::Answer* wanted, const script::Latency& latency) {
      Work work;
      std::tie(work.output, work.output_tokens) =
          output_of(request_, conversation_, wanted, jobs_.scheduler_.wall_now(), handling_.random);
      return begin(std::move(work), latency);
    };
    writers.failure = [this](const script::Error& failure, const script::Latency& latency) {
      return fail(failure, latency);
    };
    script::Facts facts = facts_of(handling_.call, prompt_in(request_["modelInput"]), request_);
    facts.resource = model_id_;
    rpc::Reply reply = scripted(handling_, handling_.state.script, facts, "", writers);
    if (decision_) reply.note.quota = std::move(decision_->journal);
    return reply;
  }

 private:
  void ask_quotas() {
    // A job without a limit of its own writes no tokens.
    const bool limited = conversation_.max_tokens != kNoTokenLimit;
    const quota::Wish wish{input_tokens_, limited ? conversation_.max_tokens : 0};
    decision_ = handling_.state.admission.ask(
        {model_id_, handling_.call.caller.region, model_, wish}, jobs_.scheduler_.now());
  }

  void settle(Instant end, const quota::Used& used) {
    if (!decision_) return;
    decision_->journal["settled"] = quota::settle_at(decision_->grant, end, used, jobs_.scheduler_);
  }

  rpc::Reply begin(Work work, const script::Latency& latency) {
    work.takes = work_time(handling_, model_, latency);
    rpc::Reply reply = started_reply(jobs_.submit(handling_, request_, work).arn);
    reply.note.input_tokens = input_tokens_;
    reply.note.output_tokens = work.output_tokens;
    settle(jobs_.scheduler_.now() + work.takes,
           {work.failure.empty(), input_tokens_, 0, work.output_tokens});
    return reply;
  }

  rpc::Reply fail(const script::Error& failure, const script::Latency& latency) {
    const bool at_once =
        std::find(kStartErrors.begin(), kStartErrors.end(), failure.name) != kStartErrors.end();
    if (!at_once) {
      Work work;
      work.failure = errors::named(failure.name, failure.message).message;
      return begin(std::move(work), latency);
    }
    rpc::Reply reply = failure_reply(failure, latency, handling_.random);
    settle(jobs_.scheduler_.now() + reply.steps.back().due, {});
    return reply;
  }

  AsyncInvocations& jobs_;
  const Handling& handling_;
  const Json& request_;
  std::string model_id_, model_;  // as called, and its own id
  Conversation conversation_;
  int input_tokens_ = 0;
  std::optional<quota::Decision> decision_;
};

rpc::Reply AsyncInvocations::start(const Handling& handling) {
  const Result<Json, aws::Error> request = read_start(handling.call);
  if (!request.ok()) return error_reply(request.error());
  const std::string token = text_or(*request, "clientRequestToken", "");
  const Job* known = find_token(token, handling.call.caller.region);
  if (known == nullptr) return Start(*this, handling, *request).run();
  if (known->request != *request) return error_reply(errors::named("ConflictException"));
  rpc::Reply again = started_reply(known->arn);
  again.note.repeated = true;
  return again;
}

const AsyncInvocations::Job* AsyncInvocations::find_token(const std::string& token,
                                                          const std::string& region) const {
  const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) {
    return !token.empty() && job->token == token && job->region == region;
  });
  return found == jobs_.end() ? nullptr : found->get();
}

const AsyncInvocations::Job& AsyncInvocations::submit(const Handling& handling, const Json& request,
                                                      const Work& work) {
  const std::string id =
      handling.random.derive("invocation").text(kIdAlphabet, kInvocationIdLength);
  const std::string model_id = text_or(request, "modelId", "");
  const Json& s3 = request["outputDataConfig"]["s3OutputDataConfig"];
  auto job = std::make_shared<Job>();
  job->number = ++last_number_;
  job->region = handling.call.caller.region;
  job->arn = "arn:aws:bedrock:" + job->region + ":" + account_ + ":async-invoke/" + id;
  job->model_arn = model_id.starts_with("arn:")
                       ? model_id
                       : "arn:aws:bedrock:" + job->region + "::foundation-model/" + model_id;
  job->token = text_or(request, "clientRequestToken", "");
  job->request = request;
  job->output_config["s3OutputDataConfig"] = s3;
  std::string uri = text_or(s3, "s3Uri", "");
  if (!uri.ends_with('/')) uri += '/';
  uri += id;
  job->output_config["s3OutputDataConfig"]["s3Uri"] = uri;
  job->submitted = job->ended = scheduler_.wall_now();
  jobs_.push_back(job);
  if (jobs_.size() > kMaxAsyncInvocations) jobs_.pop_front();

  const rpc::S3Location prefix = rpc::parse_s3_uri(uri);
  const rpc::StoredObject output{prefix.bucket, prefix.key + "/output.json", "application/json",
                                 to_text(work.output), job->region};
  // The job is alive as long as it is known.
  scheduler_.after(work.takes,
                   [this, weak = std::weak_ptr<Job>(job), failure = work.failure, output] {
                     const std::shared_ptr<Job> ending = weak.lock();
                     if (!ending) return;
                     ending->over = true;
                     ending->ended = scheduler_.wall_now();
                     ending->failure = failure;
                     if (failure.empty() && put_) ending->failure = put_(output);
                   });
  return *job;
}

rpc::Reply start_async_invoke(const Handling& handling, const Operation& /*operation*/) {
  return handling.state.invocations.start(handling);
}

}  // namespace bedlam::bedrock
