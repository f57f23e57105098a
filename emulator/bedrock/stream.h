// From an answer's events to the plan of an event stream: frames with AWS's padding, each due when
// its token is, and the headers with the first of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/rpc/reply.h"

namespace bedlam::bedrock {

// One frame to be: its `:event-type`, its payload without padding (members in alphabetical order),
// and the output tokens sent up to and including it.
struct Event {
  std::string name;
  Json payload;
  int tokens = 0;
};

// When each token is ready, since the call.
class Timeline {
 public:
  explicit Timeline(std::vector<Duration> ready) : ready_(std::move(ready)) {}

  // What comes before the first token goes with it, what comes after the last with that.
  Duration of(int tokens) const;
  Duration first() const { return ready_.front(); }
  Duration last() const { return ready_.back(); }

  std::int64_t ms_of(int tokens) const;
  std::int64_t last_ms() const;

 private:
  std::vector<Duration> ready_;  // never empty
};

// A 200 whose headers are due with its first frame. `headers` lack nothing but transfer encoding.
// `output_tokens`: of the whole answer, as its usage counts them; frames have their share of them
// by the tokens of the events.
rpc::Reply stream_reply(aws::Headers headers, const std::vector<Event>& events,
                        const Timeline& timeline, Random padding, int output_tokens);

// The payload with `"p":"abc…"` in its alphabetical place: 2 to 61 letters, as in the recordings.
Json with_padding(const Json& payload, Random& random);

}  // namespace bedlam::bedrock
