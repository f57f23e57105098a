// Finding the place in a plan that a fault names, and the cuts that most kinds make there.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "emulator/aws/event_stream.h"
#include "emulator/fault/fault.h"

namespace bedlam::fault {

// Between two steps, or inside the body of one.
struct Place {
  std::size_t step = 0;        // everything before this step has gone out,
  std::size_t sent_bytes = 0;  // and so much of it (0 unless it is Bytes)
  Duration due{};              // when the fault strikes
};

// nullopt where the reply never reaches it: its last step went out before, or it has fewer tokens,
// frames or bytes.
std::optional<Place> locate(const Where& where, const std::vector<rpc::Step>& steps);

// The same for kinds that act on the body: a place before the headers is the one just after them.
std::optional<Place> locate_in_body(const Where& where, const std::vector<rpc::Step>& steps);

// Puts the plan's end off until a time that `where` names has passed, so that the reply reaches it;
// other places leave it as it is. For replies that do not end by themselves but by their fault.
void end_later_than(const Where& where, std::vector<rpc::Step>& steps);

// Splits the step where the place is inside one, so that the place is between two steps; gives the
// index of the second. The first part has no label, since its frame is not whole.
std::size_t split_at(const Place& place, std::vector<rpc::Step>& steps);

// Drops everything after the place and goes on with `action`.
void end_with(rpc::Action action, const Place& place, std::vector<rpc::Step>& steps);

// As end_with(End), and a stated content-length is made true, so that HTTP sees a complete body.
void end_in_order(const Place& place, std::vector<rpc::Step>& steps);

// The index of the frame that AtFrame names, or of the first whole frame from the place on.
std::optional<std::size_t> frame_at(const Where& where, const std::vector<rpc::Step>& steps);

// nullptr where the step is no whole frame.
const rpc::FrameLabel* label_of(const rpc::Step& step);

// What the bytes of a whole frame say; nullopt where another fault has broken them.
std::optional<aws::EventStreamMessage> message_of(const rpc::Bytes& frame);

// Numbers the frames anew after some were dropped, doubled or moved, each keeping its own tokens.
class Relabelling {
 public:
  // Remembers how many tokens each frame carries by itself.
  explicit Relabelling(std::vector<rpc::Step>& steps);
  // Writes running indices and tokens again.
  void finish();

 private:
  std::vector<rpc::Step>& steps_;
};

// For kinds whose value says nothing: null and true are fine, anything else is not.
std::optional<std::string> check_flag(const Json& argument, std::string_view kind);

}  // namespace bedlam::fault
