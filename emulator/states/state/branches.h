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
  // Borrows the strand that is at the state. In a redrive those that had finished have finished,
  // and the others start where they stood; all start anew where none is left.
  Branches(Strand& owner, std::size_t count);

  void abort_inside(std::uint64_t cause) final;
  void on_finished(Strand& child, Payload output) final;
  void on_failed(Strand& child, const Failure& failure) final;
  std::vector<Place> places() const final;

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
  bool is_finished(std::size_t index) const { return outputs_[index] != nullptr; }
  // Of a redrive: the state goes on, and number `index` goes on where it stood.
  bool resumes() const { return !resumed_.empty(); }
  bool resumes(std::size_t index) const {
    return index < resumed_.size() && resumed_[index].state != nullptr;
  }
  std::size_t count() const { return strands_.size(); }

  // What a Map writes about its iterations.
  virtual void note_finished(Strand& /*child*/) {}
  virtual void note_failed(Strand& /*child*/) {}
  virtual void note_aborted(std::size_t /*index*/, std::uint64_t /*cause*/) {}

 private:
  void note_ended(std::size_t index);

  Strand& owner_;
  std::vector<std::unique_ptr<Strand>> strands_;  // null: not started, or done and let go
  std::vector<Payload> outputs_;                  // null: not finished
  std::vector<Place> resumed_;                    // of a redrive; empty otherwise
  std::vector<Place> ended_;                      // where those stood that have been ended
  std::size_t finished_ = 0;
  std::optional<Failure> failure_;
  std::optional<std::size_t> failed_;  // whose it is
};

}  // namespace bedlam::states
