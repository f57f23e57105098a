#include "emulator/rpc/playback.h"

#include <algorithm>
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
  void operator()(const Endless& endless) const { to.on_body(endless.piece); }
};

bool stalls(const Step& step) {
  return std::holds_alternative<Stall>(step.action);
}

// What the first `count` steps sent.
Ending ending_after(const Reply& reply, std::size_t count, Instant at, bool abandoned) {
  Ending ending{at, abandoned, false, std::nullopt};
  for (std::size_t i = 0; i < count; ++i) {
    const auto* bytes = std::get_if<Bytes>(&reply.steps[i].action);
    if (bytes == nullptr) continue;
    ending.body_begun = true;
    if (!bytes->frame) continue;
    ending.generated = std::max(ending.generated.value_or(0), bytes->frame->generated);
  }
  return ending;
}

}  // namespace

Ending ending_of_abandoned(const Reply& reply, Instant start, std::size_t delivered, Instant now) {
  Instant at = now;
  std::size_t sent = delivered;
  if (delivered < reply.steps.size() && !stalls(reply.steps[delivered])) {
    at = std::max(now, start + reply.steps[delivered].due);
    while (sent < reply.steps.size() && start + reply.steps[sent].due <= at) ++sent;
  }
  return ending_after(reply, sent, at, true);
}

Playback::Playback(Scheduler& scheduler, Reply reply, std::shared_ptr<Receiver> receiver,
                   Delivering delivering, Over over, Plan plan)
    : scheduler_(scheduler),
      reply_(std::move(reply)),
      receiver_(std::move(receiver)),
      delivering_(std::move(delivering)),
      over_(std::move(over)),
      start_(scheduler.now()),
      growing_(plan == Plan::kGrowing) {}

void Playback::cancel() {
  const std::shared_ptr<Playback> self = shared_from_this();  // the timer may be all that holds us
  growing_ = false;
  const std::size_t delivered = std::exchange(next_, reply_.steps.size());
  scheduler_.cancel(std::exchange(timer_, 0));
  if (over_) tell(ending_of_abandoned(reply_, start_, delivered, scheduler_.now()));
  let_go();
}

void Playback::tell(const Ending& ending) {
  const Over over = std::exchange(over_, nullptr);
  over(ending);
}

void Playback::let_go() {
  const std::shared_ptr<Receiver> receiver = std::exchange(receiver_, nullptr);
  const Delivering delivering = std::exchange(delivering_, nullptr);
}

void Playback::grow(std::vector<Step> steps) {
  if (!growing_ || !receiver_) return;
  std::vector<Step>& plan = reply_.steps;
  if (!delivering_now_) {
    plan.erase(plan.begin(), plan.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
  const Duration now = scheduler_.now() - start_;
  for (Step& step : steps) {
    step.due += now;
    if (!plan.empty()) step.due = std::max(step.due, plan.back().due);
    plan.push_back(std::move(step));
  }
  if (timer_ == 0 && !delivering_now_) deliver_due();
}

void Playback::deliver_due() {
  // A receiver may let go of us, or cancel us and be let go of, in the middle of a delivery.
  const std::shared_ptr<Playback> self = shared_from_this();
  const std::shared_ptr<Receiver> receiver = receiver_;
  timer_ = 0;
  delivering_now_ = true;
  while (next_ < reply_.steps.size()) {
    Step& step = reply_.steps[next_];
    const Instant due = start_ + step.due;
    if (due > scheduler_.now()) {
      timer_ = scheduler_.at(due, [self] { self->deliver_due(); });
      break;
    }
    const bool endless = std::holds_alternative<Endless>(step.action);
    if (!(endless ? deliver_piece(step, *receiver) : deliver(*receiver))) break;
  }
  delivering_now_ = false;
  if (finished()) let_go();
}

// False where the rest is not delivered.
bool Playback::deliver(Receiver& receiver) {
  if (receiver.gone()) return let_go(), false;
  Step moved;  // off a plan that may grow meanwhile
  const Step* step = &reply_.steps[next_];
  if (growing_) {
    moved = std::move(reply_.steps[next_]);
    step = &moved;
  }
  ++next_;
  if (growing_ && ends_reply(step->action)) {
    growing_ = false;
    next_ = reply_.steps.size();
  }
  if (delivering_) delivering_(*step);
  // Told before the last delivery, in which the caller may make its next call.
  if (finished() && over_ && !stalls(*step)) {
    tell(ending_after(reply_, next_, scheduler_.now(), false));
  }
  std::visit(Deliver{receiver}, step->action);
  return true;
}

bool Playback::deliver_piece(Step& step, Receiver& receiver) {
  if (receiver.gone()) return let_go(), false;
  auto& endless = std::get<Endless>(step.action);
  step.due += endless.pause;
  if (receiver.congested()) return true;
  const Step piece{step.due, endless.piece};
  if (endless.piece.frame) {
    ++endless.piece.frame->index;
    ++endless.piece.frame->tokens;
  }
  if (delivering_) delivering_(piece);
  std::visit(Deliver{receiver}, piece.action);
  return true;
}

}  // namespace bedlam::rpc
