// From an answer's events to the plan of an event stream: frames with AWS's padding, each due when
// its token is, and the headers with the first of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/bedrock/stream/sequence.h"
#include "emulator/rpc/reply.h"

namespace bedlam::bedrock {

// One frame to be: its `:event-type`, its payload without padding (members in alphabetical order),
// the output tokens sent up to and including it, and of a chunk the name of the model's own event
// in it (FrameLabel::inner).
struct Event {
  std::string name;
  Json payload;
  int tokens = 0;
  std::string_view inner = {};
};

using Events = Sequence<Event>;

// When each token is ready, since the call.
class Timeline {
 public:
  explicit Timeline(std::vector<Duration> ready);

  // What comes before the first token goes with it, what comes after the last with that.
  Duration of(int tokens) const;
  Duration first() const { return first_; }
  Duration last() const { return last_; }

  std::int64_t ms_of(int tokens) const;
  std::int64_t last_ms() const;

 private:
  int tokens_;
  Duration first_, last_;
  // Between one token and the next; where it is not always the same, `ready_` has them all.
  Duration pause_{};
  std::vector<Duration> ready_;
};

enum class Payload {
  kPadded,  // the event's own, with padding among its members
  kBytes,   // the event's own stands as base64 in the member `bytes`, beside the padding
};

// A 200 whose headers are due with its first frame; frames are made as they are due. `headers` lack
// nothing but transfer encoding. `output_tokens`: of the whole answer, as its usage counts them;
// frames have their share of them by the tokens of the events.
rpc::Reply stream_reply(aws::Headers headers, Events events, const Timeline& timeline,
                        Random padding, int output_tokens, Payload payload = Payload::kPadded);

// The payload with `"p":"abc…"` in its alphabetical place: 2 to 61 letters, as in the recordings.
Json with_padding(const Json& payload, Random& random);

}  // namespace bedlam::bedrock
