// What Parallel and Map have in common: strands of their own, a result from each, and one failure
// that ends them all.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "emulator/states/machine/run.h"
#include "emulator/states/machine/strand.h"

namespace bedlam::states {

class Branches : public Frame {
 public:
  // Borrows the strand that is at the state.
  Branches(Strand& owner, std::size_t count) : owner_(owner), strands_(count), outputs_(count) {}

  void abort_inside(std::uint64_t cause) final;
  void on_finished(Strand& child, Payload output) final;
  void on_failed(Strand& child, const Failure& failure) final;

 protected:
  // Starts number `index`; its first event points to `event`.
  Strand& start(std::size_t index, const StatesBlock& block, Payload input, std::uint64_t event);
  // Lets go of one that has finished; not from inside its own turn.
  void release(std::size_t index) { strands_[index].reset(); }
  // Ends all but number `except`, with abort events.
  void abort_others(std::uint64_t cause, std::optional<std::size_t> except);
  Json results() const;

  Strand& owner() { return owner_; }
  const std::optional<Failure>& failure() const { return failure_; }
  std::size_t finished() const { return finished_; }
  std::size_t count() const { return strands_.size(); }

  // What a Map writes about its iterations.
  virtual void note_finished(Strand& /*child*/) {}
  virtual void note_failed(Strand& /*child*/) {}
  virtual void note_aborted(std::size_t /*index*/, std::uint64_t /*cause*/) {}

 private:
  Strand& owner_;
  std::vector<std::unique_ptr<Strand>> strands_;  // null: not started, or done and let go
  std::vector<Payload> outputs_;                  // null: not finished
  std::size_t finished_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace bedlam::states
