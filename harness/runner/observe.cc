#include "harness/runner/observe.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/partial/sent.h"
#include "harness/runner/api_call.h"

namespace bedlam::harness {
namespace {

using rpc::JournalEntry;

// Those of a step's first refused attempts say what there is to say.
constexpr std::size_t kMaxRefusalNotes = 3;
constexpr int kOk = 200;
constexpr std::string_view kModelService = "bedrock-runtime";

// When the caller was done with it.
Instant end_of(const JournalEntry& entry) {
  if (entry.left_at) return *entry.left_at;
  return entry.ended.empty() ? entry.at : entry.ended_at;
}

// A function that raised an error, in an answer that is in order.
bool function_failed(const JournalEntry& entry) {
  return entry.service == "lambda" && entry.status == kOk && entry.ended == "complete" &&
         !arrived_whole(entry);
}

bool gave_nothing(const JournalEntry& entry) {
  return entry.status != kOk || entry.ended != "complete" || function_failed(entry);
}

// Whether the ids of this caller's requests say nothing about what is retried.
bool ids_are_no_help(const JournalEntry& entry) {
  return entry.caller.invocation_id.empty() || entry.caller.origin.starts_with("arn:");
}

// What a call that its ids do not tell is known by when it comes again.
auto request_of(const JournalEntry& e) {
  return std::tie(e.caller.origin, e.state, e.visit, e.service, e.operation, e.resource, e.request,
                  e.request_bytes);
}
struct ByRequest {
  bool operator()(const JournalEntry* a, const JournalEntry* b) const {
    return request_of(*a) < request_of(*b);
  }
};

// Whether their numbers say that one comes after the other: Anthropic's SDK counts without an id;
// from others each attempt is a first one.
bool follows(const JournalEntry& last, const JournalEntry& entry) {
  const int number = entry.caller.attempt;
  return number == last.caller.attempt + 1 || (number == 1 && last.caller.attempt == 1);
}

// Whether a call whose last attempt is `last` may come again as `entry`.
bool may_come_again(const JournalEntry& last, const JournalEntry& entry) {
  return gave_nothing(last) && !last.ended.empty() && end_of(last) <= entry.at &&
         follows(last, entry);
}

// As a client's retry rules look at it; nullopt where it was answered in order.
std::optional<Trouble> trouble_of(const JournalEntry& entry, const Background& background) {
  using Kind = Trouble::Kind;
  Trouble trouble;
  const bool failed = function_failed(entry);
  trouble.inside_body = entry.status == kOk && !failed;
  if (entry.ended == "complete") {
    if (entry.status == kOk && !failed) return std::nullopt;
    trouble.status = entry.status;
    trouble.code = entry.note.outcome;
    trouble.hints = hints_of(entry.headers, background.wall(entry.ended_at));
  } else if (entry.ended == "abandoned" || entry.ended == "stall" || entry.ended == "endless") {
    trouble.kind = Kind::kReadTimeout;
  } else if (entry.ended == "close" || entry.ended == "half_close" || entry.ended == "garbage") {
    trouble.kind = Kind::kConnectionClosed;
  } else if (entry.ended == "reset_stream") {
    trouble.kind = stream_trouble(entry.ended_code);
  } else if (entry.ended == "go_away") {
    trouble.kind = connection_trouble(entry.ended_code);
  } else {
    trouble.kind = Kind::kReset;
  }
  return trouble;
}

// What the Retry of the state says of each pause between a task's attempts. Behind a pause in which
// a Retry around the state had it entered again, its own begins anew.
void add_bands_of_state(const Attempts& attempts, const AslRetries* retries, Gaps& gaps) {
  const JournalEntry& task = *attempts.front();
  std::map<const AslRetrier*, int> uses;
  for (std::size_t i = 0; i < gaps.pauses.size(); ++i) {
    Pause& pause = gaps.pauses[i];
    if (attempts[i]->entered_event != attempts[i + 1]->entered_event) {
      uses.clear();
      pause.by_state = Band{pause.time, pause.time};
      pause.by_state_because = "that is the Retry's around " + task.state;
      continue;
    }
    if (!pause.after) continue;
    const bool timeout = pause.after->kind == Trouble::Kind::kReadTimeout;
    const std::string error = timeout                     ? "States.Timeout"
                              : pause.after->code.empty() ? "States.TaskFailed"
                                                          : pause.after->code;
    const AslRetrier* retrier = retries == nullptr ? nullptr : retrier_for(*retries, error);
    if (retrier == nullptr) {
      pause.by_state_because = "no Retry of " + task.state + " names " + error;
      continue;
    }
    const int use = uses[retrier]++;
    pause.by_state = retrier->policy.transient.band(use);
    pause.by_state_because =
        "retry " + std::to_string(use + 1) + " by " + retrier->policy.name + " after " + error;
  }
}

Gaps gaps_of(const Attempts& attempts, const Background& background) {
  Gaps gaps;
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    gaps.pauses.push_back({static_cast<int>(i - 1), attempts[i]->at - end_of(*attempts[i - 1]),
                           trouble_of(*attempts[i - 1], background), std::nullopt, ""});
  }
  const JournalEntry& first = *attempts.front();
  if (!first.state.empty()) {
    add_bands_of_state(attempts, background.retries_of(first.state_machine, first.state), gaps);
  } else {
    for (Pause& pause : gaps.pauses) pause.by_state_because = "no workflow made the call";
  }
  return gaps;
}

// Which limits of a quota refused attempts, in order: "tokens", "requests".
Json refusals_of(const Attempts& attempts) {
  Json limits = Json::array();
  for (const JournalEntry* entry : attempts) {
    const Json* limit = find(entry->note.quota, "refused_by");
    if (limit != nullptr) limits.push_back(*limit);
  }
  return limits;
}

// A member of what the journal says of an attempt's quota; null where it has none.
Json of_quota(const Json& quota, std::string_view name) {
  const Json* member = find(quota, name);
  return member == nullptr ? Json() : *member;
}

CallRecord record_of(const Attempts& attempts, const Background& background) {
  const JournalEntry& last = *attempts.back();
  const auto body = parse_json(last.request);
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  CallRecord record;
  record.fields = {{"service", Json(last.service)},
                   {"operation", Json(last.operation)},
                   {"model", text(last.resource)},
                   {"region", Json(last.caller.region)},
                   {"attempts", Json(attempts.size())},
                   {"attempt", Json(last.caller.attempt)},
                   {"gaps", gaps_of(attempts, background)},
                   {"takes", end_of(last) - attempts.front()->at},
                   {"status", Json(last.status)},
                   {"outcome", text(last.note.outcome)},
                   {"ended", text(last.ended)},
                   {"input_tokens", Json(last.note.input_tokens)},
                   {"output_tokens", Json(last.note.output_tokens)},
                   {"tokens_sent", Json(last.tokens_sent)},
                   {"rule", text(last.note.rule)},
                   {"fault", text(last.note.fault)},
                   {"refused_by", refusals_of(attempts)},
                   {"quota_region", of_quota(last.note.quota, "region")},
                   {"reserved_tokens", of_quota(last.note.quota, "reserved")},
                   {"charged_tokens", of_quota(of_quota(last.note.quota, "settled"), "charged")},
                   {"origin", Json(last.caller.origin)},
                   {"body", body ? *body : Json()}};
  return record;
}

bool calls_a_model(const CallRecord& call) {
  return std::get<Json>(call.fields.find("service")->second) == kModelService;
}

}  // namespace

std::vector<Attempts> group_attempts(const rpc::Journal& journal, std::uint64_t first,
                                     std::uint64_t end) {
  std::vector<Attempts> calls;
  std::map<std::string_view, std::size_t> by_id;
  // The calls of a request that may still come again, the latest last.
  std::map<const JournalEntry*, std::vector<std::size_t>, ByRequest> by_request;
  for (const JournalEntry& entry : journal.entries()) {
    if (entry.id < first || entry.id >= end || entry.caller.origin == kHarnessOrigin) continue;
    if (!ids_are_no_help(entry)) {
      const auto [known, added] = by_id.try_emplace(entry.caller.invocation_id, calls.size());
      if (added) calls.emplace_back();
      calls[known->second].push_back(&entry);
      continue;
    }
    std::vector<std::size_t>& open = by_request[&entry];
    auto same = std::find_if(open.rbegin(), open.rend(), [&](std::size_t call) {
      return may_come_again(*calls[call].back(), entry);
    });
    if (same == open.rend()) {
      open.push_back(calls.size());
      same = open.rbegin();
      calls.emplace_back();
    }
    calls[*same].push_back(&entry);
    if (!gave_nothing(entry)) open.erase(std::next(same).base());
  }
  return calls;
}

Background::Background(WallTime epoch, const std::vector<scenario::Workflow>& workflows)
    : epoch_(epoch) {
  for (const scenario::Workflow& workflow : workflows) {
    if (const auto definition = parse_json(workflow.definition)) {
      workflows_[workflow.name] = *definition;
    }
  }
}

const AslRetries* Background::retries_of(const std::string& workflow,
                                         const std::string& state) const {
  const auto definition = workflows_.find(workflow);
  if (definition == workflows_.end()) return nullptr;
  const auto [found, added] = retries_.try_emplace({workflow, state});
  if (added) found->second = asl_retries(definition->second, state);
  return found->second ? &*found->second : nullptr;
}

Calls observe_calls(const rpc::Journal& journal, std::uint64_t first, std::uint64_t end,
                    const Background& background) {
  Calls calls;
  for (const Attempts& attempts : group_attempts(journal, first, end)) {
    calls.records.push_back(record_of(attempts, background));
  }
  return calls;
}

Xray observe_xray(const rpc::Journal& journal, std::uint64_t first, std::uint64_t end,
                  const Background& background) {
  std::vector<const JournalEntry*> entries;
  for (const JournalEntry& entry : journal.entries()) {
    if (entry.id < first || entry.id >= end || entry.caller.origin == kHarnessOrigin) continue;
    entries.push_back(&entry);
  }
  return make_xray(entries, background.epoch());
}

std::vector<std::vector<SentAnswer>> sent_answers(const Xray& xray, rpc::Journal& journal) {
  std::vector<std::vector<SentAnswer>> requests;
  for (const XrayRequest& request : xray.requests) {
    if (request.service != kModelService || !answers_in_words(request.operation)) continue;
    std::vector<SentAnswer>& sent = requests.emplace_back();
    for (const XrayCall& call : request.calls) {
      for (const XrayAttempt& attempt : call.attempts) {
        const JournalEntry* entry = journal.find(attempt.entry);
        if (entry != nullptr) sent.push_back(sent_answer(*entry));
      }
    }
  }
  return requests;
}

void add_xray(const Xray& xray, Observed& observed) {
  observed.fields["waited"] = xray.waited();
  observed.fields["nested_retries"] = Json(xray.nested_retries());
  observed.fields["paid_twice"] = Json(xray.paid_twice());
  observed.fields["past_deadline"] = Json(xray.past_deadline());
}

std::size_t count_model_attempts(const Calls& calls) {
  std::size_t attempts = 0;
  for (const CallRecord& call : calls.records) {
    if (!calls_a_model(call)) continue;
    attempts += std::get<Json>(call.fields.find("attempts")->second).get<std::size_t>();
  }
  return attempts;
}

Gaps gaps_of_model_calls(const Calls& calls) {
  Gaps all;
  for (const CallRecord& call : calls.records) {
    if (!calls_a_model(call)) continue;
    const Gaps& gaps = std::get<Gaps>(call.fields.find("gaps")->second);
    all.pauses.insert(all.pauses.end(), gaps.pauses.begin(), gaps.pauses.end());
  }
  return all;
}

std::vector<std::string> journal_notes(const rpc::Journal& journal, std::uint64_t first,
                                       std::uint64_t end) {
  std::vector<std::string> notes;
  std::size_t refusals = 0;
  const auto add_once = [&notes](std::string note) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) {
      notes.push_back(std::move(note));
    }
  };
  for (const JournalEntry& entry : journal.entries()) {
    if (entry.id < first || entry.id >= end) continue;
    if (entry.note.fault.ends_with("(not reached)")) add_once("fault: " + entry.note.fault);
    const Json* because = find(entry.note.quota, "because");
    if (because != nullptr && refusals++ < kMaxRefusalNotes) {
      add_once("quota of " + because->get<std::string>());
    }
    if (entry.note.mismatch.empty()) continue;
    add_once("no rule answered " + entry.operation + ", nearest: " + entry.note.mismatch);
  }
  return notes;
}

std::uint64_t next_entry(const rpc::Journal& journal) {
  return journal.entries().empty() ? 1 : journal.entries().back().id + 1;
}

std::string journal_text(const rpc::Journal& journal) {
  std::string text;
  for (const JournalEntry& entry : journal.entries()) text += to_text(to_json(entry)) + "\n";
  return text;
}

}  // namespace bedlam::harness
