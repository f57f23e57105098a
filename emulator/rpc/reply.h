// A reply is a plan: what goes out, and when. Handlers write plans and never wait; faults rewrite
// them; an edge executes them (playback.h). So every fault is exact to the byte and the tick, on
// any clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/aws/http_message.h"
#include "emulator/base/duration.h"
#include "emulator/base/json.h"
#include "emulator/clock/instant.h"

namespace bedlam::rpc {

// Status and headers. A body of known size carries content-length among the headers; without it the
// edge frames the body itself (chunked on HTTP/1.1, DATA on HTTP/2).
struct Head {
  int status = 200;
  aws::Headers headers;
};

// What a piece of body is, for those who address it: faults, the journal, an honest partial result.
struct FrameLabel {
  int index = 0;      // of the frame in its stream, from 0
  std::string event;  // ":event-type" or ":exception-type": "chunk", "contentBlockDelta"
  int tokens = 0;     // output tokens sent up to and including this frame
  // Of the answer's output tokens, as its usage counts them, those that the model had generated
  // when it wrote this frame. Faults do not change it.
  int generated = 0;
  // The event of the model's own that a chunk holds, where it has a name; the text lives as long as
  // the program.
  std::string_view inner = {};
};

struct Bytes {
  std::string data;                 // of the body, not of the transfer encoding
  std::optional<FrameLabel> frame;  // set for each whole event-stream frame
};

struct End {};        // the body is complete
struct Reset {};      // TCP RST at once; on HTTP/2 all streams of the connection are lost
struct Close {};      // the connection ends in order, but the body does not
struct HalfClose {};  // our direction ends (FIN); the peer's stays open
struct Stall {};      // nothing more is ever sent; the connection stays open
struct Garbage {      // bytes put on the connection as they are, beside any framing
  std::string data;
};
// Codes as in RFC 9113 section 7. Where there are no streams, both are a Reset.
inline constexpr std::uint32_t kRefusedStream = 7;  // the request was not looked at
struct ResetStream {                                // HTTP/2: RST_STREAM; the connection goes on
  std::uint32_t code = 0;
};
struct GoAway {  // HTTP/2: GOAWAY, and the connection ends with all its streams
  std::uint32_t code = 0;
};
// The piece again and again, one every `pause` (above zero), until the peer leaves. Its label
// counts on. A peer that reads slower than that gets fewer of them: nothing piles up.
struct Endless {
  Bytes piece;
  Duration pause;
};

using Action = std::variant<Head, Bytes, End, Reset, Close, HalfClose, Stall, Garbage, ResetStream,
                            GoAway, Endless>;

// Whether nothing comes after it.
bool ends_reply(const Action& action);

struct Step {
  Duration due;  // after the reply was handed over; never less than the step's before
  Action action;
};

// Steps that are made when they are due, one after the other: so a long answer, or thousands of
// them, is not in memory as a whole.
class StepSource {
 public:
  virtual ~StepSource() = default;
  // In the order of their due times, which count from the reply too; nullopt: there are no more.
  virtual std::optional<Step> next() = 0;
  // When the last of them is due.
  virtual Duration last_due() const = 0;
};

// What the journal keeps of a reply beside its bytes.
struct Note {
  std::string rule;      // which rule of the scenario answered; "" where none did
  std::string outcome;   // "answer", or the error's name
  std::string fault;     // "stall after 120 tokens"; "" where none
  std::string mismatch;  // the nearest rule that did not match, or why a caller was turned away
  int input_tokens = 0, output_tokens = 0;
  // Of the input ones, read from a prompt cache, and written to it.
  int cached_input_tokens = 0, cache_written_tokens = 0;
  Json quota = nullptr;  // what quotas said of the call; null where it has none
  // Of a Lambda function that was started: how long it runs, whoever still listens.
  std::optional<Duration> runs = std::nullopt;
  bool repeated = false;  // an idempotent call whose work an earlier one had begun
};

// How a reply came to its end.
struct Ending {
  // When the service is done with it. A service notices that its caller left when it next writes,
  // so an abandoned reply is over when its next step would have been due.
  Instant at;
  bool abandoned = false;  // the caller left first
  // What was sent by then; of an abandoned reply with what went nowhere.
  bool body_begun = false;
  std::optional<int> generated;  // the most of a stream's frames; nullopt where there was none
};

struct Reply {
  std::vector<Step> steps;
  Note note;
  // Called once: at the last step's delivery, or as soon as the caller has left, which may be
  // before `Ending::at`. What it writes into the note stands in the journal. A plan that ends in a
  // Stall is over when its caller leaves.
  std::function<void(const Ending&, Note&)> when_over = nullptr;
  // What comes behind `steps`; the last of it ends the reply. Null: nothing. A copy of the reply
  // shares it.
  std::shared_ptr<StepSource> rest = nullptr;
};

// Whether it has no end of its own: it stalls, or goes on until its caller leaves.
bool lasts_until_left(const Reply& reply);
// When its last step is due; 0 where it has none.
Duration last_due(const Reply& reply);
// All of it comes so much later.
void delay(Reply& reply, Duration by);
// Makes the rest now, for those who change the plan.
void complete(Reply& reply);

// A whole body at once, `due` after the call; adds content-length.
Reply plain_reply(int status, aws::Headers headers, std::string body, Duration due = {});

// The same reply with these headers behind its own.
Reply with_headers(Reply reply, const std::map<std::string, std::string>& headers);

// What AWS's front end answers to a path or target that no operation has. Observed on AWS JSON
// services; for Bedrock unverified (docs/fidelity.md).
Reply unknown_operation();

}  // namespace bedlam::rpc
