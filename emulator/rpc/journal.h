// What happened: every call with its caller, what was sent, when, and by which rule. The same seed
// and scenario give the same journal, byte for byte.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "emulator/clock/scheduler.h"
#include "emulator/rpc/call.h"
#include "emulator/rpc/reply.h"
#include "emulator/rpc/sent_steps.h"

namespace bedlam::rpc {

// Limits of what is kept, so that a long-running server stays bounded.
inline constexpr std::size_t kMaxJournalEntries = 100'000;  // the oldest go first
inline constexpr std::size_t kMaxJournalledReply = 16 * 1024;
inline constexpr std::size_t kMaxShownRequest = 16 * 1024;  // in the form of to_json
inline constexpr std::size_t kMaxJournalledSteps = 8'192;   // of one reply

struct JournalLimits {
  // Bytes of all entries together, roughly; the oldest go first.
  std::size_t bytes = std::size_t{256} * 1024 * 1024;
  std::size_t request = 8 * 1024 * 1024;  // bytes of one: prompts with pictures
  // Bytes of one stream, which a verdict on what became of it reads; 0: its frames tell enough.
  std::size_t stream = 1024 * 1024;
};

struct JournalEntry {
  std::uint64_t id = 0;  // from 1, in order of arrival
  Instant at;
  std::string service, operation, resource;
  std::string state, state_machine;            // of a workflow's task; else ""
  std::uint64_t visit = 0, entered_event = 0;  // likewise (TaskCall)
  Caller caller;
  std::string request;  // its body, cut to JournalLimits::request
  std::size_t request_bytes = 0;
  Note note;
  int status = 0;        // 0: no head was sent
  aws::Headers headers;  // of the reply, where it is an error
  SentSteps sent;        // the first kMaxJournalledSteps
  std::size_t body_bytes = 0;
  int tokens_sent = 0;
  std::string
      body;  // of the reply, cut to kMaxJournalledReply; of a stream to JournalLimits::stream
  // "complete", "reset", "close", "half_close", "stall", … (name_of) when the plan was played to
  // its end; "abandoned" where the caller left first; "" while it is under way.
  std::string ended;
  std::uint32_t ended_code = 0;  // of "reset_stream" and "go_away": HTTP/2's
  Instant ended_at;
  std::optional<Instant> left_at;  // of a stalled reply: when its caller had waited long enough
  std::size_t kept_bytes = 0;      // its share of JournalLimits::bytes
  bool request_cut = false, sent_cut = false;
};

class Journal {
 public:
  Journal() = default;
  explicit Journal(const JournalLimits& limits) : limits_(limits) {}

  // The entry stays valid until it is dropped or cleared; ids of dropped ones find nothing.
  JournalEntry& add(const Call& call, Instant now);
  JournalEntry* find(std::uint64_t id);
  // What the service says of the call.
  void annotate(JournalEntry& entry, Note&& note);
  // Adds to one of the entries what came of its request, a stream: `bytes` of it, of which `text`
  // is kept.
  void record_input(JournalEntry& entry, std::size_t bytes, std::string_view text);
  // Adds to one of the entries what the playback just sent.
  void record(JournalEntry& entry, const Step& step, Instant now);
  const std::deque<JournalEntry>& entries() const { return entries_; }
  // The caller of a reply that was played to its end is gone.
  void left(std::uint64_t id, Instant now);
  // Entries that made room for others, since the last clear().
  std::uint64_t dropped() const { return dropped_; }
  void clear();  // ids go on

 private:
  void keep(JournalEntry& entry, std::size_t bytes);
  void keep_body(JournalEntry& entry, const Bytes& bytes);
  void make_room();

  JournalLimits limits_;
  std::deque<JournalEntry> entries_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t last_id_ = 0;
};

// {"id":1,"at":"…","service":…}: the form of `GET /_bedlam/journal`.
// Times are in seconds since the start of the emulator. Texts are shown up to 16 KiB; `cut` names
// what is not whole: "request", "body", "sent".
Json to_json(const JournalEntry& entry);

}  // namespace bedlam::rpc
