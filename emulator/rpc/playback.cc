#include "emulator/rpc/playback.h"

#include <utility>

namespace bedlam::rpc {
namespace {

struct Deliver {
  Receiver& to;
  void operator()(const Head& head) const { to.on_head(head); }
  void operator()(const Bytes& bytes) const { to.on_body(bytes); }
  void operator()(const End& /*end*/) const { to.on_end(); }
  void operator()(const Reset& /*reset*/) const { to.on_reset(); }
  void operator()(const Close& /*close*/) const { to.on_close(); }
  void operator()(const HalfClose& /*half_close*/) const { to.on_half_close(); }
  void operator()(const Stall& /*stall*/) const { to.on_stall(); }
  void operator()(const Garbage& garbage) const { to.on_garbage(garbage); }
  void operator()(const ResetStream& reset) const { to.on_reset_stream(reset); }
  void operator()(const GoAway& go_away) const { to.on_go_away(go_away); }
};

}  // namespace

Playback::Playback(Scheduler& scheduler, Reply reply, std::shared_ptr<Receiver> receiver,
                   Delivering delivering)
    : scheduler_(scheduler),
      reply_(std::move(reply)),
      receiver_(std::move(receiver)),
      delivering_(std::move(delivering)),
      start_(scheduler.now()) {}

void Playback::cancel() {
  const std::shared_ptr<Playback> self = shared_from_this();  // the timer may be all that holds us
  next_ = reply_.steps.size();
  scheduler_.cancel(std::exchange(timer_, 0));
  let_go();
}

void Playback::let_go() {
  const std::shared_ptr<Receiver> receiver = std::exchange(receiver_, nullptr);
  const Delivering delivering = std::exchange(delivering_, nullptr);
}

void Playback::deliver_due() {
  // A receiver may let go of us, or cancel us and be let go of, in the middle of a delivery.
  const std::shared_ptr<Playback> self = shared_from_this();
  const std::shared_ptr<Receiver> receiver = receiver_;
  timer_ = 0;
  while (!finished()) {
    const Step& step = reply_.steps[next_];
    const Instant due = start_ + step.due;
    if (due > scheduler_.now()) {
      timer_ = scheduler_.at(due, [self] { self->deliver_due(); });
      return;
    }
    ++next_;
    if (delivering_) delivering_(step);
    std::visit(Deliver{*receiver}, step.action);
  }
  let_go();
}

}  // namespace bedlam::rpc
