#include "emulator/clock/scheduler.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace bedlam {
namespace {

// A timer's id holds its slot in the low bits, so that cancelling needs no search.
constexpr std::uint64_t kSlotMask = kMaxTimers - 1;

}  // namespace

// What the tasks own may still come here to cancel timers, or even set some.
Scheduler::~Scheduler() {
  while (!slots_.empty()) {
    const std::vector<Slot> doomed = std::exchange(slots_, {});
    heap_.clear();
    free_.clear();
  }
}

Scheduler::TimerId Scheduler::at(Instant due, Task task) {
  if (free_.empty()) {
    if (slots_.size() == kMaxTimers) throw std::length_error("more timers than kMaxTimers");
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  const TimerId id = ++sequence_ * kMaxTimers + slot;
  slots_[slot] = {id, std::move(task)};
  heap_.push_back({std::clamp(due, now_, std::max(now_, kLastInstant)), id});
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  return id;
}

Scheduler::TimerId Scheduler::after(Duration delay, Task task) {
  const Duration left = std::max(Duration{}, kLastInstant - now_);
  return at(now_ + std::clamp(delay, Duration{}, left), std::move(task));
}

bool Scheduler::cancel(TimerId id) {
  const std::uint64_t slot = id & kSlotMask;
  if (id == 0 || slot >= slots_.size() || slots_[slot].id != id) return false;
  // What the task owns goes last: its destructors may come back here.
  const Task dropped = std::exchange(slots_[slot], {}).task;
  // The heap entry is dropped when it comes up.
  if (++cancelled_ > heap_.size() / 2) compact();
  return true;
}

std::optional<Instant> Scheduler::next_due() {
  drop_cancelled();
  if (heap_.empty()) return std::nullopt;
  return heap_.front().due;
}

bool Scheduler::step(Instant limit) {
  const std::optional<Instant> due = next_due();
  if (!due || *due > std::max(now_, limit)) return false;
  now_ = std::max(now_, *due);
  run_first();
  return true;
}

void Scheduler::advance_to(Instant instant) {
  while (step(instant)) {
  }
  now_ = std::max(now_, instant);
}

void Scheduler::run(const std::function<bool()>& done) {
  while (!done() && step(Instant::max())) {
  }
}

void Scheduler::drop_cancelled() {
  while (!heap_.empty()) {
    const TimerId id = heap_.front().id;
    const std::uint64_t slot = id & kSlotMask;
    if (slots_[slot].id == id) return;
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.pop_back();
    --cancelled_;
    free_.push_back(static_cast<std::uint32_t>(slot));
  }
}

// A server sets and cancels a timeout for every request; without this the dead ones would pile up
// until they are due.
void Scheduler::compact() {
  const auto dead = [this](const Timer& timer) {
    return slots_[timer.id & kSlotMask].id != timer.id;
  };
  for (const Timer& timer : heap_) {
    if (dead(timer)) free_.push_back(static_cast<std::uint32_t>(timer.id & kSlotMask));
  }
  std::erase_if(heap_, dead);
  std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  cancelled_ = 0;
}

void Scheduler::run_first() {
  const auto slot = static_cast<std::uint32_t>(heap_.front().id & kSlotMask);
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
  heap_.pop_back();
  const Task task = std::exchange(slots_[slot], {}).task;
  free_.push_back(slot);
  task();
}

}  // namespace bedlam
