#include "emulator/bedrock/operations/async_invoke.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "emulator/base/base64.h"
#include "emulator/base/glob.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/bedrock/operations/scripted.h"
#include "emulator/bedrock/service_model.h"
#include "emulator/clock/iso8601.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kIdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kInvocationIdLength = 12;
constexpr int kMostWords = 1 << 20;  // of a model that has no limit here
constexpr int kDefaultPage = 1'000;  // the most that may be asked for; AWS's default is unknown

// Models that take jobs and nothing else here (Bedrock user guide, inference-async).
constexpr std::array<std::string_view, 4> kAsyncModels{
    "amazon.nova-reel-*", "luma.ray-*", "twelvelabs.marengo-*", "twelvelabs.pegasus-*"};

// Errors that StartAsyncInvoke answers (service model); those of a model come later.
constexpr std::array<std::string_view, 8> kStartErrors{
    "AccessDeniedException",         "ThrottlingException",
    "ResourceNotFoundException",     "InternalServerException",
    "ServiceUnavailableException",   "ValidationException",
    "ServiceQuotaExceededException", "ConflictException"};

bool takes_jobs(std::string_view identifier) {
  return glob_match_any(kAsyncModels, script::base_model_id(identifier)) ||
         find_model(identifier).has_value();
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
  plain.max_tokens = kMostWords;
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

rpc::Reply json_reply(const Json& body) {
  rpc::Reply reply = rpc::plain_reply(200, {{"Content-Type", "application/json"}}, to_text(body));
  reply.note.outcome = "answer";
  return reply;
}

// The members of a request that has only a query.
Json query_of(const rpc::Call& call) {
  Json members = Json::object();
  for (const auto& [name, value] : call.parameters) {
    int number = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == value.data() + value.size();
    members[name] = name == "maxResults" && whole ? Json(number) : Json(value);
  }
  return members;
}

std::optional<std::uint64_t> read_token(const std::string& token) {
  const std::string text = base64_decode(token).value_or("");
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && !text.empty() ? std::optional(number) : std::nullopt;
}

// The times that a list is between; where the query does not say, all there are.
struct Submitted {
  WallTime after = WallTime::min(), before = WallTime::max();
};
Result<Submitted, aws::Error> submitted_in(const Json& query) {
  Submitted wanted;
  for (const auto& [name, time] : {std::pair("submitTimeAfter", &wanted.after),
                                   std::pair("submitTimeBefore", &wanted.before)}) {
    if (find(query, name) == nullptr) continue;
    const std::optional<WallTime> given = parse_iso8601(text_or(query, name, ""));
    if (!given) return errors::invalid_time(name);
    *time = *given;
  }
  return wanted;
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

}  // namespace

void AsyncInvocations::reset() {
  jobs_.clear();
  last_number_ = 0;
}

const AsyncInvocations::Job* AsyncInvocations::find_token(const std::string& token,
                                                          const std::string& region) const {
  const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) {
    return !token.empty() && job->token == token && job->region == region;
  });
  return found == jobs_.end() ? nullptr : found->get();
}

rpc::Reply AsyncInvocations::start(const Handling& handling) {
  const rpc::Call& call = handling.call;
  RuntimeState& state = handling.state;
  const Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok()) return error_reply(errors::unparsable_request());
  const aws::Verdict verdict = service_model().check(*body, "StartAsyncInvokeRequest");
  if (const auto refused = errors::refusal_of(verdict)) return error_reply(*refused);
  const std::string model_id = text_or(*body, "modelId", "");
  if (!takes_jobs(model_id)) return error_reply(errors::invalid_model_identifier());
  const std::string token = text_or(*body, "clientRequestToken", "");
  if (const Job* known = find_token(token, call.caller.region)) {
    if (known->request == *body) {
      rpc::Reply again = json_reply({{"invocationArn", known->arn}});
      again.note.repeated = true;
      return again;
    }
    return error_reply(errors::named("ConflictException"));
  }

  Conversation conversation = conversation_of(*body);
  conversation.token_rule = state.script.token_rule(model_id);
  const int input = input_tokens(conversation);
  // A job without a limit of its own writes no tokens.
  const std::int64_t most = conversation.max_tokens == kMostWords ? 0 : conversation.max_tokens;
  std::optional<quota::Decision> decision = state.admission.ask(
      {model_id, call.caller.region, std::string(script::base_model_id(model_id)), {input, most}},
      scheduler_.now());
  if (decision && decision->refused_by) return throttled_reply(*decision);

  const auto begin = [&](Work work, const script::Latency& latency) {
    work.takes = work_time(handling, std::string(script::base_model_id(model_id)), latency);
    const Job& job = submit(handling, *body, work);
    rpc::Reply reply = json_reply({{"invocationArn", job.arn}});
    reply.note.input_tokens = input;
    reply.note.output_tokens = work.output_tokens;
    if (decision) {
      const quota::Used used{work.failure.empty(), input, 0, work.output_tokens};
      decision->journal["settled"] =
          quota::settle_at(decision->grant, scheduler_.now() + work.takes, used, scheduler_);
    }
    return reply;
  };
  Writers writers;
  writers.answer = [&](const script::Answer* wanted, const script::Latency& latency) {
    Work work;
    std::tie(work.output, work.output_tokens) =
        output_of(*body, conversation, wanted, scheduler_.wall_now(), handling.random);
    return begin(std::move(work), latency);
  };
  writers.failure = [&](const script::Error& failure, const script::Latency& latency) {
    const bool at_once =
        std::find(kStartErrors.begin(), kStartErrors.end(), failure.name) != kStartErrors.end();
    if (!at_once) {
      Work work;
      work.failure = errors::named(failure.name, failure.message).message;
      return begin(std::move(work), latency);
    }
    rpc::Reply reply = failure_reply(failure, latency, handling.random);
    if (decision) {
      const Instant end = scheduler_.now() + reply.steps.back().due;
      decision->journal["settled"] = quota::settle_at(decision->grant, end, {}, scheduler_);
    }
    return reply;
  };
  script::Facts facts = facts_of(call, prompt_in((*body)["modelInput"]), *body);
  facts.resource = model_id;
  rpc::Reply reply = scripted(handling, state.script, facts, "", writers);
  if (decision) reply.note.quota = std::move(decision->journal);
  return reply;
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

const char* AsyncInvocations::status_of(const Job& job) {
  if (!job.over) return "InProgress";
  return job.failure.empty() ? "Completed" : "Failed";
}

Json AsyncInvocations::describe(const Job& job) {
  Json json{{"invocationArn", job.arn}, {"modelArn", job.model_arn}};
  if (!job.token.empty()) json["clientRequestToken"] = job.token;
  json["status"] = status_of(job);
  if (!job.failure.empty()) json["failureMessage"] = job.failure;
  json["submitTime"] = to_iso8601(job.submitted);
  json["lastModifiedTime"] = to_iso8601(job.ended);
  if (job.over) json["endTime"] = to_iso8601(job.ended);
  json["outputDataConfig"] = job.output_config;
  return json;
}

rpc::Reply AsyncInvocations::get(const Handling& handling) const {
  const rpc::Call& call = handling.call;
  const Json input{{"invocationArn", call.resource}};
  const aws::Verdict verdict = service_model().check(input, "GetAsyncInvokeRequest");
  if (!verdict.ok()) return error_reply(errors::refused(verdict));
  for (const std::shared_ptr<Job>& job : jobs_) {
    if (job->arn != call.resource) continue;
    script::Facts facts = facts_of(call, "", input);
    facts.resource = text_or(job->request, "modelId", "");
    return scripted_question(handling, std::move(facts),
                             [&](const script::Answer*) { return describe(*job); });
  }
  return error_reply(errors::no_such_invocation());
}

rpc::Reply AsyncInvocations::list(const Handling& handling) const {
  const rpc::Call& call = handling.call;
  const Json query = query_of(call);
  const aws::Verdict verdict = service_model().check(query, "ListAsyncInvokesRequest");
  if (!verdict.ok()) return error_reply(errors::refused(verdict));
  const Result<Submitted, aws::Error> submitted = submitted_in(query);
  if (!submitted.ok()) return error_reply(submitted.error());
  const std::string status = text_or(query, "statusEquals", "");
  std::vector<const Job*> found;
  for (const std::shared_ptr<Job>& job : jobs_) {
    const bool wanted = job->region == call.caller.region && job->submitted > submitted->after &&
                        job->submitted < submitted->before &&
                        (status.empty() || status == status_of(*job));
    if (wanted) found.push_back(job.get());
  }
  const bool ascending = text_or(query, "sortOrder", "Descending") == "Ascending";
  if (!ascending) std::reverse(found.begin(), found.end());
  if (const std::string token = text_or(query, "nextToken", ""); !token.empty()) {
    const std::optional<std::uint64_t> last = read_token(token);
    if (!last) return error_reply(errors::invalid_next_token());
    std::erase_if(found, [&](const Job* job) {
      return ascending ? job->number <= *last : job->number >= *last;
    });
  }
  const auto limit = static_cast<std::size_t>(int_or(query, "maxResults", kDefaultPage));
  Json page{{"asyncInvokeSummaries", Json::array()}};
  for (std::size_t i = 0; i < std::min(found.size(), limit); ++i) {
    page["asyncInvokeSummaries"].push_back(describe(*found[i]));
  }
  if (found.size() > limit) {
    page["nextToken"] = base64_encode(std::to_string(found[limit - 1]->number));
  }
  script::Facts facts = facts_of(call, "", query);
  facts.resource.clear();
  return scripted_question(handling, std::move(facts), [&](const script::Answer*) { return page; });
}

rpc::Reply start_async_invoke(const Handling& handling, const Operation& /*operation*/) {
  return handling.state.invocations.start(handling);
}

rpc::Reply get_async_invoke(const Handling& handling, const Operation& /*operation*/) {
  return handling.state.invocations.get(handling);
}

rpc::Reply list_async_invokes(const Handling& handling, const Operation& /*operation*/) {
  return handling.state.invocations.list(handling);
}

}  // namespace bedlam::bedrock
