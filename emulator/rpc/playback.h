// Executes a reply's plan on a scheduler, against whoever receives it: a socket, or a client in
// memory. A plan may grow while it is executed: that of a call whose request is a stream.
#pragma once

#include <functional>
#include <memory>

#include "emulator/clock/scheduler.h"
#include "emulator/rpc/reply.h"

namespace bedlam::rpc {

// One method for each action of a plan. After on_end, on_reset, on_reset_stream, on_go_away or
// on_close nothing more comes; after on_stall only that the receiver gives up.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void on_head(const Head& head) = 0;
  virtual void on_body(const Bytes& bytes) = 0;
  virtual void on_end() = 0;
  virtual void on_reset() = 0;
  virtual void on_close() = 0;
  virtual void on_half_close() = 0;
  virtual void on_stall() = 0;
  virtual void on_garbage(const Garbage& garbage) = 0;
  // Of streams; to receivers that know none, the connection is reset.
  virtual void on_reset_stream(const ResetStream& /*reset*/) { on_reset(); }
  virtual void on_go_away(const GoAway& /*go_away*/) { on_reset(); }
  // All that is due by now has been delivered, and more will come: what was kept back to leave with
  // it may leave.
  virtual void on_pause() {}

  // The peer is lost: the rest of the plan is not delivered.
  virtual bool gone() const { return false; }
  // The peer has not taken yet what it was sent: an Endless action leaves a piece out.
  virtual bool congested() const { return false; }
  // Calls `then` once it is congested no more, unless the peer is lost first. Asked of those that
  // are.
  virtual void when_there_is_room(std::function<void()> /*then*/) {}
};

// Steps of a Reply::rest that are made and delivered at a time; other work has a turn in between.
// As many as take less than a tenth of a millisecond.
inline constexpr int kStepsAtATime = 64;

// A plan under way. It keeps itself alive until its last step or until it is cancelled, and lets go
// of the receiver then: a receiver may hold the exchange that holds this.
class Playback : public std::enable_shared_from_this<Playback> {
 public:
  // Sees each step just before the receiver has it, for the journal.
  using Delivering = std::function<void(const Step&)>;

  // Hears of the end, as Reply::when_over does.
  using Over = std::function<void(const Ending&)>;

  enum class Plan { kWhole, kGrowing };
  Playback(Scheduler& scheduler, Reply&& reply, std::shared_ptr<Receiver> receiver,
           Delivering delivering, Over over = nullptr, Plan plan = Plan::kWhole);

  // Delivers what is due at once; the rest follows by timers.
  void start() { deliver_due(); }
  // The caller left: nothing is delivered after this. A receiver may call it from inside a
  // delivery.
  void cancel();
  // Of a growing plan: more of it, due so long after now, never before what was there already. Does
  // nothing after the plan's end.
  void grow(std::vector<Step> steps);
  bool finished() const { return !growing_ && next_ >= reply_.steps.size() && !reply_.rest; }

 private:
  void deliver_due();
  Step* upcoming();
  bool wait_before(const Step& step, Receiver& receiver, int& made);
  void go_on_at(Instant due);
  bool deliver(Receiver& receiver);
  bool deliver_piece(Step& step, Receiver& receiver);
  void note_sent(const Action& action);
  Ending abandoned_ending();
  void tell(Ending ending);
  void let_go();

  Scheduler& scheduler_;
  Reply reply_;
  std::shared_ptr<Receiver> receiver_;
  Delivering delivering_;
  Over over_;
  Ending sent_{};  // what was sent so far
  Instant start_;
  std::size_t next_ = 0;
  bool growing_;
  bool delivering_now_ = false;
  Scheduler::TimerId timer_ = 0;
};

}  // namespace bedlam::rpc
