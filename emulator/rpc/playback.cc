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

}  // namespace

Playback::Playback(Scheduler& scheduler, Reply&& reply, std::shared_ptr<Receiver> receiver,
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
  scheduler_.cancel(std::exchange(timer_, 0));
  if (over_) tell(abandoned_ending());
  next_ = reply_.steps.size();
  reply_.rest.reset();
  let_go();
}

void Playback::note_sent(const Action& action) {
  const auto* bytes = std::get_if<Bytes>(&action);
  if (bytes == nullptr) return;
  sent_.body_begun = true;
  if (!bytes->frame) return;
  sent_.generated = std::max(sent_.generated.value_or(0), bytes->frame->generated);
}

// What is due together with the next step goes nowhere, and counts as sent.
Ending Playback::abandoned_ending() {
  Instant at = scheduler_.now();
  const Step* step = upcoming();
  if (step != nullptr && !stalls(*step)) {
    at = std::max(at, start_ + step->due);
    for (; step != nullptr && start_ + step->due <= at; step = upcoming()) {
      note_sent(step->action);
      ++next_;
    }
  }
  Ending ending = sent_;
  ending.at = at;
  ending.abandoned = true;
  return ending;
}

void Playback::tell(Ending ending) {
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

// The next step, made now where it has to be; nullptr: there is none.
Step* Playback::upcoming() {
  std::vector<Step>& steps = reply_.steps;
  if (next_ < steps.size()) return &steps[next_];
  std::optional<Step> made = reply_.rest ? reply_.rest->next() : std::nullopt;
  if (!made) {
    reply_.rest.reset();
    return nullptr;
  }
  steps.clear();
  next_ = 0;
  return &steps.emplace_back(*std::move(made));
}

void Playback::go_on_at(Instant due) {
  timer_ = scheduler_.at(due, [self = shared_from_this()] { self->deliver_due(); });
}

// True where the step is not for now: it is not due, or it was made faster than it is taken.
bool Playback::wait_before(const Step& step, Receiver& receiver, int& made) {
  const Instant due = start_ + step.due;
  if (due > scheduler_.now()) return go_on_at(due), true;
  if (!reply_.rest) return false;
  if (receiver.congested() && !receiver.gone()) {
    receiver.when_there_is_room([self = shared_from_this()] {
      if (self->receiver_ && self->timer_ == 0) self->go_on_at(self->scheduler_.now());
    });
    return true;
  }
  if (++made <= kStepsAtATime) return false;
  return go_on_at(scheduler_.now()), true;
}

void Playback::deliver_due() {
  // A receiver may let go of us, or cancel us and be let go of, in the middle of a delivery.
  const std::shared_ptr<Playback> self = shared_from_this();
  const std::shared_ptr<Receiver> receiver = receiver_;
  timer_ = 0;
  delivering_now_ = true;
  int made = 0;
  while (Step* step = upcoming()) {
    if (wait_before(*step, *receiver, made)) break;
    const bool endless = std::holds_alternative<Endless>(step->action);
    if (!(endless ? deliver_piece(*step, *receiver) : deliver(*receiver))) break;
  }
  delivering_now_ = false;
  if (finished()) return let_go();
  if (receiver_) receiver->on_pause();
}

// False where the rest is not delivered.
bool Playback::deliver(Receiver& receiver) {
  if (receiver.gone()) return let_go(), false;
  Step moved;  // off a plan that may change meanwhile
  const Step* step = &reply_.steps[next_];
  if (growing_ || reply_.rest) {
    moved = std::move(reply_.steps[next_]);
    step = &moved;
  }
  ++next_;
  if ((growing_ || reply_.rest) && ends_reply(step->action)) {
    growing_ = false;
    next_ = reply_.steps.size();
    reply_.rest.reset();
  }
  note_sent(step->action);
  if (delivering_) delivering_(*step);
  // Told before the last delivery, in which the caller may make its next call.
  if (finished() && over_ && !stalls(*step)) {
    sent_.at = scheduler_.now();
    tell(sent_);
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
  note_sent(piece.action);
  if (delivering_) delivering_(piece);
  std::visit(Deliver{receiver}, piece.action);
  return true;
}

}  // namespace bedlam::rpc
