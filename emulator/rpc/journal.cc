#include "emulator/rpc/journal.h"

#include <algorithm>
#include <utility>

namespace bedlam::rpc {
namespace {

constexpr int kFirstErrorStatus = 400;
constexpr std::size_t kJsonOverhead = 8;  // bytes in memory for each of the text, roughly

// How many bytes it appended.
std::size_t append_limited(std::string& to, std::string_view text, std::size_t limit) {
  text = text.substr(0, limit - std::min(to.size(), limit));
  to += text;
  return text.size();
}

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

// What was kept of the texts and steps, or is shown of them, without being all.
Json cut_parts(const JournalEntry& entry) {
  Json parts = Json::array();
  if (entry.request_cut || entry.request.size() > kMaxShownRequest) parts.push_back("request");
  if (!entry.sent.has_frames() && entry.body_bytes > entry.body.size()) parts.push_back("body");
  if (entry.sent_cut) parts.push_back("sent");
  return parts;
}

// What an entry takes beside its request and its reply.
std::size_t bytes_of(const Call& call) {
  return sizeof(JournalEntry) + call.operation.size() + call.resource.size() +
         call.caller.origin.size() + call.caller.invocation_id.size();
}

// The oldest entries of a full journal left the processor's caches long ago. They are asked for
// before they go, so that a request need not wait for a dozen reads from memory, one by one.
void fetch(const JournalEntry& entry) {
  constexpr std::size_t kCacheLine = 64;
  const auto* const start = reinterpret_cast<const char*>(&entry);
  for (std::size_t at = 0; at < sizeof entry; at += kCacheLine) __builtin_prefetch(start + at, 1);
}

void fetch_texts(const JournalEntry& entry) {
  for (const std::string* text : {&entry.resource, &entry.request, &entry.body}) {
    __builtin_prefetch(text->data(), 1);
  }
  __builtin_prefetch(entry.sent.data(), 1);
}

}  // namespace

JournalEntry& Journal::add(const Call& call, Instant now) {
  make_room();
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
    entry.visit = call.task->visit;
    entry.entered_event = call.task->entered_event;
  }
  keep(entry, bytes_of(call) + append_limited(entry.request, call.body, limits_.request));
  entry.request_bytes = call.body.size();
  entry.request_cut = entry.request.size() < call.body.size();
  return entry;
}

void Journal::keep(JournalEntry& entry, std::size_t bytes) {
  entry.kept_bytes += bytes;
  bytes_ += bytes;
}

void Journal::make_room() {
  while (entries_.size() >= kMaxJournalEntries || bytes_ > limits_.bytes) {
    bytes_ -= entries_.front().kept_bytes;
    entries_.pop_front();
    ++dropped_;
  }
  if (dropped_ == 0 || entries_.size() < 2) return;
  fetch(entries_[1]);
  fetch_texts(entries_[0]);
}

void Journal::clear() {
  entries_.clear();
  entries_.shrink_to_fit();
  bytes_ = 0;
  dropped_ = 0;
}

JournalEntry* Journal::find(std::uint64_t id) {
  if (entries_.empty() || id < entries_.front().id || id > entries_.back().id) return nullptr;
  return &entries_[id - entries_.front().id];
}

void Journal::left(std::uint64_t id, Instant now) {
  JournalEntry* entry = find(id);
  if (entry != nullptr && entry->ended == "stall") entry->left_at = now;
}

void Journal::annotate(JournalEntry& entry, Note&& note) {
  keep(entry, note.rule.size() + note.fault.size() + note.mismatch.size());
  if (!note.quota.is_null()) keep(entry, kJsonOverhead * to_text(note.quota).size());
  entry.note = std::move(note);
}

void Journal::record_input(JournalEntry& entry, std::size_t bytes, std::string_view text) {
  entry.request_bytes += bytes;
  const std::size_t kept = append_limited(entry.request, text, limits_.request);
  entry.request_cut = entry.request_cut || kept < text.size();
  keep(entry, kept);
}

void Journal::record(JournalEntry& entry, const Step& step, Instant now) {
  if (const auto* head = std::get_if<Head>(&step.action)) {
    entry.status = head->status;
    if (head->status >= kFirstErrorStatus) entry.headers = head->headers;
  }
  if (const auto* bytes = std::get_if<Bytes>(&step.action)) keep_body(entry, *bytes);
  if (ends_reply(step.action)) {
    const std::string_view ended = name_of(step.action);
    entry.ended = ended == "end" ? "complete" : ended;
    entry.ended_at = now;
    if (const auto* reset = std::get_if<ResetStream>(&step.action)) entry.ended_code = reset->code;
    if (const auto* away = std::get_if<GoAway>(&step.action)) entry.ended_code = away->code;
  }
  entry.sent_cut = entry.sent.size() >= kMaxJournalledSteps;
  if (entry.sent_cut) return;
  const std::size_t before = entry.sent.memory();
  entry.sent.add(step.action, now);
  keep(entry, entry.sent.memory() - before);
}

void Journal::keep_body(JournalEntry& entry, const Bytes& bytes) {
  entry.body_bytes += bytes.data.size();
  if (bytes.frame) entry.tokens_sent = bytes.frame->tokens;
  const bool of_stream = bytes.frame || entry.sent.has_frames();
  const std::size_t limit = of_stream ? limits_.stream : kMaxJournalledReply;
  if (limit > 0) return keep(entry, append_limited(entry.body, bytes.data, limit));
  const std::string dropped = std::exchange(entry.body, {});  // parts of a frame that came in parts
  entry.kept_bytes -= dropped.size();
  bytes_ -= dropped.size();
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
            {"request", entry.request.substr(0, kMaxShownRequest)},
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
  if (entry.note.cached_input_tokens > 0)
    json["cache_read_tokens"] = entry.note.cached_input_tokens;
  if (entry.note.cache_written_tokens > 0) {
    json["cache_written_tokens"] = entry.note.cache_written_tokens;
  }
  if (!entry.note.fault.empty()) json["fault"] = entry.note.fault;
  if (!entry.note.mismatch.empty()) json["mismatch"] = entry.note.mismatch;
  if (!entry.note.quota.is_null()) json["quota"] = entry.note.quota;
  if (!entry.ended.empty()) json["ended_at"] = since_start(entry.ended_at);
  if (entry.left_at) json["left_at"] = since_start(*entry.left_at);
  if (!entry.body.empty() && !entry.sent.has_frames()) json["body"] = entry.body;
  if (Json cut = cut_parts(entry); !cut.empty()) json["cut"] = std::move(cut);
  json["sent"] = Json::array();
  for (const SentStep& step : entry.sent) json["sent"].push_back(to_json(step));
  return json;
}

}  // namespace bedlam::rpc
