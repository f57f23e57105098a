#include "emulator/bedrock/async_invoke.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "emulator/base/base64.h"
#include "emulator/base/glob.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/bedrock/service_model.h"
#include "emulator/script/model_id.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kIdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t kInvocationIdLength = 12;
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
  const std::string_view id = script::base_model_id(identifier);
  const auto matches = [&](std::string_view pattern) { return glob_match(pattern, id); };
  return std::any_of(kAsyncModels.begin(), kAsyncModels.end(), matches) ||
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

// What a model writes: a scripted body as it is, else its answer to the input, else the text.
Json output_of(std::string_view model_id, const Json& input, const script::Answer* wanted,
               WallTime received, const Random& random) {
  const auto* body = wanted == nullptr ? nullptr : std::get_if<script::Body>(&wanted->content);
  if (body != nullptr) return body->value;
  const std::optional<Model> model = find_model(model_id);
  if (model) {
    const auto conversation = model->family->read(input, model->id);
    if (conversation.ok() && model->family->conversing() != nullptr) {
      const Occasion occasion{model->id, input, received, random.derive("ids")};
      return model->family->conversing()->plain(compose(wanted, *conversation, random), occasion);
    }
    if (conversation.ok()) {
      return model->family->computing()->compute(input, model->id, std::nullopt,
                                                 random.derive("computed"));
    }
  }
  Conversation plain;
  plain.max_tokens = 1 << 20;
  std::string text;
  for (const Block& block : compose(wanted, plain, random).blocks) {
    if (const auto* said = std::get_if<TextBlock>(&block)) text += joined(said->pieces);
  }
  return {{"text", text}};
}

rpc::Reply json_reply(const Json& body) {
  rpc::Reply reply = rpc::plain_reply(200, {{"Content-Type", "application/json"}}, to_text(body));
  reply.note.outcome = "answer";
  return reply;
}

std::optional<std::uint64_t> read_token(const std::string& token) {
  const std::string text = base64_decode(token).value_or("");
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && !text.empty() ? std::optional(number) : std::nullopt;
}

// Without the zone, so that "…:00" is before "…:00.500".
std::string comparable_time(std::string iso) {
  if (iso.ends_with('Z')) iso.pop_back();
  return iso;
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

rpc::Reply AsyncInvocations::start(const rpc::Call& call, script::Script& script,
                                   const Random& random) {
  const Result<Json, JsonError> body = parse_json(call.body);
  if (!body.ok()) return error_reply(errors::unparsable_request());
  const aws::Verdict verdict = service_model().check(*body, "StartAsyncInvokeRequest");
  if (!verdict.ok()) return error_reply(errors::refused(verdict));
  const std::string model_id = text_or(*body, "modelId", "");
  if (!takes_jobs(model_id)) return error_reply(errors::invalid_model_identifier());
  const Json* s3 = find((*body)["outputDataConfig"], "s3OutputDataConfig");
  if (s3 == nullptr) return error_reply(errors::unparsable_request());
  const std::string token = text_or(*body, "clientRequestToken", "");
  if (const Job* known = find_token(token, call.caller.region)) {
    if (known->request == *body) return json_reply({{"invocationArn", known->arn}});
    return error_reply(errors::named("ConflictException"));
  }

  const std::string prompt = prompt_in((*body)["modelInput"]);
  script::Facts facts;
  facts.resource = model_id;
  facts.operation = call.operation;
  facts.region = call.caller.region;
  facts.prompt = prompt;
  facts.attempt = call.caller.attempt;
  facts.headers = &call.headers;
  facts.body = &*body;
  const script::Choice choice = script.choose(facts);
  const auto* failure =
      choice.outcome == nullptr ? nullptr : std::get_if<script::Error>(&choice.outcome->result);
  const bool at_once = failure != nullptr && std::find(kStartErrors.begin(), kStartErrors.end(),
                                                       failure->name) != kStartErrors.end();
  rpc::Reply reply;
  if (at_once) {
    reply = failure_reply(*failure, choice.latency, random);
  } else {
    const std::string id = random.derive("invocation").text(kIdAlphabet, kInvocationIdLength);
    auto job = std::make_shared<Job>();
    job->number = ++last_number_;
    job->region = call.caller.region;
    job->arn = "arn:aws:bedrock:" + job->region + ":" + account_ + ":async-invoke/" + id;
    job->model_arn = model_id.starts_with("arn:")
                         ? model_id
                         : "arn:aws:bedrock:" + job->region + "::foundation-model/" + model_id;
    job->token = token;
    job->request = *body;
    job->output_config["s3OutputDataConfig"] = *s3;
    std::string uri = text_or(*s3, "s3Uri", "");
    if (!uri.ends_with('/')) uri += '/';
    job->output_config["s3OutputDataConfig"]["s3Uri"] = uri + id;
    job->submitted = job->ended = scheduler_.wall_now();
    jobs_.push_back(job);
    if (jobs_.size() > kMaxAsyncInvocations) jobs_.pop_front();
    run(job, choice.outcome, choice.latency, random);
    reply = json_reply({{"invocationArn", job->arn}});
  }
  follow_choice(choice, reply);
  return reply;
}

void AsyncInvocations::run(const std::shared_ptr<Job>& job, const script::Outcome* outcome,
                           const script::Latency& latency, const Random& random) {
  const auto* failure = outcome == nullptr ? nullptr : std::get_if<script::Error>(&outcome->result);
  const auto* wanted = outcome == nullptr ? nullptr : std::get_if<script::Answer>(&outcome->result);
  std::string failure_message;
  rpc::StoredObject output;
  if (failure != nullptr) {
    const aws::Error error = errors::named(failure->name, failure->message);
    failure_message = error.message;
  } else {
    const Json body = output_of(text_or(job->request, "modelId", ""), job->request["modelInput"],
                                wanted, job->submitted, random);
    const rpc::S3Location prefix =
        rpc::parse_s3_uri(text_or(job->output_config["s3OutputDataConfig"], "s3Uri", ""));
    output = {prefix.bucket, prefix.key + "/output.json", "application/json", to_text(body),
              job->region};
  }
  Random draws = random.derive("latency");
  const Duration takes = script::token_times(latency, 1, draws).back();
  // The job is alive as long as it is known.
  scheduler_.after(takes, [this, weak = std::weak_ptr<Job>(job), failure_message, output] {
    const std::shared_ptr<Job> ending = weak.lock();
    if (!ending) return;
    ending->over = true;
    ending->ended = scheduler_.wall_now();
    ending->failure = failure_message;
    if (failure_message.empty() && put_) put_(output);
  });
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

rpc::Reply AsyncInvocations::get(const rpc::Call& call) const {
  const Json input{{"invocationArn", call.resource}};
  const aws::Verdict verdict = service_model().check(input, "GetAsyncInvokeRequest");
  if (!verdict.ok()) return error_reply(errors::refused(verdict));
  for (const std::shared_ptr<Job>& job : jobs_) {
    if (job->arn == call.resource) return json_reply(describe(*job));
  }
  return error_reply(errors::no_such_invocation());
}

rpc::Reply AsyncInvocations::list(const rpc::Call& call) const {
  const Result<Json, JsonError> query = parse_json(call.body.empty() ? "{}" : call.body);
  if (!query.ok()) return error_reply(errors::unparsable_request());
  const aws::Verdict verdict = service_model().check(*query, "ListAsyncInvokesRequest");
  if (!verdict.ok()) return error_reply(errors::refused(verdict));
  const std::string after = comparable_time(text_or(*query, "submitTimeAfter", ""));
  const std::string before = comparable_time(text_or(*query, "submitTimeBefore", ""));
  const std::string status = text_or(*query, "statusEquals", "");
  std::vector<const Job*> found;
  for (const std::shared_ptr<Job>& job : jobs_) {
    const std::string time = comparable_time(to_iso8601(job->submitted));
    const bool wanted = job->region == call.caller.region && (after.empty() || time > after) &&
                        (before.empty() || time < before) &&
                        (status.empty() || status == status_of(*job));
    if (wanted) found.push_back(job.get());
  }
  const bool ascending = text_or(*query, "sortOrder", "Descending") == "Ascending";
  if (!ascending) std::reverse(found.begin(), found.end());
  if (const std::string token = text_or(*query, "nextToken", ""); !token.empty()) {
    const std::optional<std::uint64_t> last = read_token(token);
    if (!last) return error_reply(errors::invalid_next_token());
    std::erase_if(found, [&](const Job* job) {
      return ascending ? job->number <= *last : job->number >= *last;
    });
  }
  const auto limit = static_cast<std::size_t>(int_or(*query, "maxResults", kDefaultPage));
  Json page{{"asyncInvokeSummaries", Json::array()}};
  for (std::size_t i = 0; i < std::min(found.size(), limit); ++i) {
    page["asyncInvokeSummaries"].push_back(describe(*found[i]));
  }
  if (found.size() > limit) {
    page["nextToken"] = base64_encode(std::to_string(found[limit - 1]->number));
  }
  return json_reply(page);
}

}  // namespace bedlam::bedrock
