#include "harness/runner/observe.h"

#include <algorithm>
#include <tuple>

#include "harness/runner/api_call.h"

namespace bedlam::harness {
namespace {

using rpc::JournalEntry;

// Those of a step's first refused attempts say what there is to say.
constexpr std::size_t kMaxRefusalNotes = 3;
constexpr std::string_view kModelService = "bedrock-runtime";

// The attempts of one call, in order.
using Attempts = std::vector<const JournalEntry*>;

bool gave_nothing(const JournalEntry& entry) {
  return entry.status != 200 || entry.ended != "complete";
}

// Whether the ids of this caller's requests say nothing about what is retried.
bool ids_are_no_help(const JournalEntry& entry) {
  return entry.caller.invocation_id.empty() || entry.caller.origin.starts_with("arn:");
}

// Whether `entry` is the next attempt of a call that has to be known by its request.
bool repeats(const Attempts& call, const JournalEntry& entry) {
  const JournalEntry& last = *call.back();
  const auto request = [](const JournalEntry& e) {
    return std::tie(e.caller.origin, e.service, e.operation, e.resource, e.request,
                    e.request_bytes);
  };
  return gave_nothing(last) && !last.ended.empty() && last.ended_at <= entry.at &&
         request(last) == request(entry);
}

std::vector<Attempts> group(const rpc::Journal& journal, std::uint64_t first, std::uint64_t end) {
  std::vector<Attempts> calls;
  for (const JournalEntry& entry : journal.entries()) {
    if (entry.id < first || entry.id >= end || entry.caller.origin == kHarnessOrigin) continue;
    const bool by_request = ids_are_no_help(entry);
    const auto same = std::find_if(calls.rbegin(), calls.rend(), [&](const Attempts& call) {
      return by_request ? repeats(call, entry)
                        : call.back()->caller.invocation_id == entry.caller.invocation_id;
    });
    if (same != calls.rend()) {
      same->push_back(&entry);
    } else {
      calls.push_back({&entry});
    }
  }
  return calls;
}

Instant end_of(const JournalEntry& entry) {
  return entry.ended.empty() ? entry.at : entry.ended_at;
}

Gaps gaps_of(const Attempts& attempts) {
  Gaps gaps;
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    gaps.pauses.push_back({static_cast<int>(i - 1), attempts[i]->at - end_of(*attempts[i - 1])});
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

CallRecord record_of(const Attempts& attempts) {
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
                   {"gaps", gaps_of(attempts)},
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

Calls observe_calls(const rpc::Journal& journal, std::uint64_t first, std::uint64_t end) {
  Calls calls;
  for (const Attempts& attempts : group(journal, first, end)) {
    calls.records.push_back(record_of(attempts));
  }
  return calls;
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
