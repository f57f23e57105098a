// Faults: what goes wrong with a reply, and where in it. A fault rewrites a reply's plan; it knows
// frames, bytes and time, and no service. One file a kind (or for a few that are alike) under
// kinds/, one line each in catalog.cc (docs/adding/fault.md).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/base/result.h"
#include "emulator/rpc/reply.h"

namespace bedlam::fault {

// Positions, each the point just after (or, for kBeforeHeaders and AtFrame, just before) what it
// names.
struct BeforeHeaders {};
struct AfterTime {
  Duration time;
};  // since the call
struct AfterTokens {
  int tokens;
};  // the frame that carries this token has gone out whole
struct AfterFrames {
  int frames;
};
struct AtFrame {  // that frame is the one touched
  std::variant<int, std::string>
      frame;  // its number from 0, "last", or an event's name, a chunk's inner one too (its first)
};

struct Where {
  std::variant<BeforeHeaders, AfterTime, AfterTokens, AfterFrames, AtFrame> point;
  // The fault strikes after this many bytes of the frame (AtFrame), else of the body that follows
  // the point.
  std::optional<std::size_t> byte;
};

class Kind;

struct Fault {
  Where where;
  const Kind* kind = nullptr;  // never null in a fault that was read
  Json argument;  // what stands behind the kind's name: `exception: throttlingException`
};

// What a service says of the exceptions of its event streams, so that a fault need only name one.
struct Exceptions {
  // What the stream's union calls the shape of that name; empty: what the fault does.
  std::function<std::string(std::string_view name)> member_of;
  // What that member says where a fault does not: an object, with its message at least.
  std::function<Json(std::string_view member)> payload_of;
  std::string_view message = "message";  // the name of the message in it
};

// One kind of fault.
class Kind {
 public:
  virtual ~Kind() = default;
  virtual std::string_view name() const = 0;         // the word in a scenario: "stall"
  virtual std::string_view description() const = 0;  // one sentence, for the schema
  virtual std::string_view argument() const = 0;     // what its value may be, for messages
  virtual bool has_place() const { return true; }    // false: it strikes the reply as a whole
  // True: it touches whole frames, so that an answer in one piece cannot have it.
  virtual bool touches_frames() const { return false; }
  // False: it touches them as a whole, so that no byte of one is its place.
  virtual bool takes_byte() const { return true; }
  // True: it strikes behind the headers at the earliest, which go out first.
  virtual bool spares_headers() const { return false; }
  // What is wrong with the argument, or nothing.
  virtual std::optional<std::string> check(const Json& argument) const = 0;
  // The argument with what only the service knows filled in.
  virtual Json completed(const Json& argument, const Exceptions& /*exceptions*/) const {
    return argument;
  }
  // Rewrites the plan; the fault's argument is completed. A position that the reply never reaches,
  // or a fault that its body cannot have (a frame's, where there are no frames), leaves the plan as
  // it is: false.
  virtual bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const = 0;
};

const std::vector<const Kind*>& catalog();     // in the order of the documentation
const Kind* find_kind(std::string_view name);  // nullptr: no such kind

// Rewrites the reply and says so in its note: "stall after 120 tokens", or where the reply never
// came that far "stall after 120 tokens (not reached)".
void apply(const Fault& fault, rpc::Reply& reply, const Exceptions& exceptions = {});
std::string describe(const Fault& fault);

}  // namespace bedlam::fault
