#include "emulator/rpc/journal.h"

#include <algorithm>

namespace bedlam::rpc {
namespace {

constexpr std::size_t kJsonOverhead = 8;          // bytes in memory for each of the text, roughly
constexpr std::size_t kMaxShownBody = 16 * 1024;  // in the journal's own form

// How many bytes it appended.
std::size_t append_limited(std::string& to, std::string_view text, std::size_t limit) {
  text = text.substr(0, limit - std::min(to.size(), limit));
  to += text;
  return text.size();
}

struct Name {
  std::string_view operator()(const Head& /*head*/) const { return "head"; }
  std::string_view operator()(const Bytes& b) const { return b.frame ? "frame" : "bytes"; }
  std::string_view operator()(const End& /*end*/) const { return "end"; }
  std::string_view operator()(const Reset& /*reset*/) const { return "reset"; }
  std::string_view operator()(const Close& /*close*/) const { return "close"; }
  std::string_view operator()(const HalfClose& /*half_close*/) const { return "half_close"; }
  std::string_view operator()(const Stall& /*stall*/) const { return "stall"; }
  std::string_view operator()(const Garbage& /*garbage*/) const { return "garbage"; }
  std::string_view operator()(const ResetStream& /*reset*/) const { return "reset_stream"; }
  std::string_view operator()(const GoAway& /*go_away*/) const { return "go_away"; }
  std::string_view operator()(const Endless& /*endless*/) const { return "endless"; }
};

double since_start(Instant instant) {
  return seconds(instant.time_since_epoch());
}

Json to_json(const SentStep& step) {
  Json json{{"at", since_start(step.at)}, {"what", step.what}};
  if (step.bytes > 0) json["bytes"] = step.bytes;
  if (step.frame) {
    json["frame"] = step.frame->index;
    json["event"] = step.frame->event;
    json["tokens"] = step.frame->tokens;
  }
  return json;
}

// Of a stream its frames tell; their bytes are no text.
std::string shown_body(const JournalEntry& entry) {
  const bool stream = std::any_of(entry.sent.begin(), entry.sent.end(),
                                  [](const SentStep& step) { return step.frame.has_value(); });
  return stream ? std::string() : entry.body.substr(0, kMaxShownBody);
}

}  // namespace

JournalEntry& Journal::add(const Call& call, Instant now) {
  while (entries_.size() >= kMaxJournalEntries || bytes_ > kMaxJournalBytes) drop_oldest();
  JournalEntry& entry = entries_.emplace_back();
  entry.id = ++last_id_;
  entry.at = now;
  entry.service = call.service;
  entry.operation = call.operation;
  entry.resource = call.resource;
  entry.caller = call.caller;
  if (call.task) {
    entry.state = call.task->state;
    entry.state_machine = call.task->state_machine;
  }
  keep(entry, sizeof entry + append_limited(entry.request, call.body, kMaxJournalledRequest));
  entry.request_bytes = call.body.size();
  return entry;
}

void Journal::keep(JournalEntry& entry, std::size_t bytes) {
  entry.kept_bytes += bytes;
  bytes_ += bytes;
}

void Journal::drop_oldest() {
  bytes_ -= entries_.front().kept_bytes;
  entries_.pop_front();
}

void Journal::clear() {
  entries_.clear();
  bytes_ = 0;
}

JournalEntry* Journal::find(std::uint64_t id) {
  if (entries_.empty() || id < entries_.front().id || id > entries_.back().id) return nullptr;
  return &entries_[id - entries_.front().id];
}

void Journal::left(std::uint64_t id, Instant now) {
  JournalEntry* entry = find(id);
  if (entry != nullptr && entry->ended == "stall") entry->left_at = now;
}

void Journal::annotate(JournalEntry& entry, const Note& note) {
  entry.note = note;
  if (!note.quota.is_null()) keep(entry, kJsonOverhead * to_text(note.quota).size());
}

void Journal::record_input(JournalEntry& entry, std::size_t bytes, std::string_view text) {
  entry.request_bytes += bytes;
  keep(entry, append_limited(entry.request, text, kMaxJournalledRequest));
}

void Journal::record(JournalEntry& entry, const Step& step, Instant now) {
  SentStep sent{now, std::string(std::visit(Name{}, step.action)), 0, std::nullopt};
  if (const auto* head = std::get_if<Head>(&step.action)) {
    entry.status = head->status;
    entry.headers = head->headers;
  }
  if (const auto* bytes = std::get_if<Bytes>(&step.action)) {
    sent.bytes = bytes->data.size();
    sent.frame = bytes->frame;
    entry.body_bytes += bytes->data.size();
    keep(entry, append_limited(entry.body, bytes->data, kMaxJournalledReply));
    if (bytes->frame) entry.tokens_sent = bytes->frame->tokens;
  }
  if (ends_reply(step.action)) {
    entry.ended = sent.what == "end" ? "complete" : sent.what;
    entry.ended_at = now;
  }
  if (entry.sent.size() >= kMaxJournalledSteps) return;
  entry.sent.push_back(std::move(sent));
  keep(entry, sizeof(SentStep));
}

Json to_json(const JournalEntry& entry) {
  Json json{{"id", entry.id},
            {"at", since_start(entry.at)},
            {"service", entry.service},
            {"operation", entry.operation},
            {"resource", entry.resource},
            {"origin", entry.caller.origin},
            {"region", entry.caller.region},
            {"invocation_id", entry.caller.invocation_id},
            {"attempt", entry.caller.attempt},
            {"request_bytes", entry.request_bytes},
            {"request", entry.request.substr(0, kMaxShownBody)},
            {"rule", entry.note.rule},
            {"outcome", entry.note.outcome},
            {"input_tokens", entry.note.input_tokens},
            {"output_tokens", entry.note.output_tokens},
            {"status", entry.status},
            {"body_bytes", entry.body_bytes},
            {"tokens_sent", entry.tokens_sent},
            {"ended", entry.ended}};
  if (entry.caller.max_attempts > 0) json["max_attempts"] = entry.caller.max_attempts;
  if (!entry.caller.ttl.empty()) json["ttl"] = entry.caller.ttl;
  if (!entry.state.empty()) {
    json["state"] = entry.state;
    json["state_machine"] = entry.state_machine;
  }
  if (!entry.note.fault.empty()) json["fault"] = entry.note.fault;
  if (!entry.note.mismatch.empty()) json["mismatch"] = entry.note.mismatch;
  if (!entry.note.quota.is_null()) json["quota"] = entry.note.quota;
  if (!entry.ended.empty()) json["ended_at"] = since_start(entry.ended_at);
  if (entry.left_at) json["left_at"] = since_start(*entry.left_at);
  if (const std::string body = shown_body(entry); !body.empty()) json["body"] = body;
  json["sent"] = Json::array();
  for (const SentStep& step : entry.sent) json["sent"].push_back(to_json(step));
  return json;
}

}  // namespace bedlam::rpc
