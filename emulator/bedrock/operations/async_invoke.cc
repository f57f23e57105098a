#include "emulator/bedrock/operations/async_invoke.h"

#include <algorithm>
#include <charconv>

#include "emulator/base/base64.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"
#include "emulator/bedrock/operations/operation.h"
#include "emulator/bedrock/operations/scripted.h"
#include "emulator/bedrock/service_model.h"
#include "emulator/clock/iso8601.h"

namespace bedlam::bedrock {
namespace {

constexpr int kDefaultPage = 1'000;  // the most that may be asked for; AWS's default is unknown

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

}  // namespace

void AsyncInvocations::reset() {
  jobs_.clear();
  last_number_ = 0;
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

rpc::Reply get_async_invoke(const Handling& handling, const Operation& /*operation*/) {
  return handling.state.invocations.get(handling);
}

rpc::Reply list_async_invokes(const Handling& handling, const Operation& /*operation*/) {
  return handling.state.invocations.list(handling);
}

}  // namespace bedlam::bedrock
