#include "emulator/states/state/branches.h"

namespace bedlam::states {

Strand& Branches::start(std::size_t index, const StatesBlock& block, Payload input,
                        std::uint64_t event) {
  strands_[index] =
      std::make_unique<Strand>(owner_.run(), block, std::move(input), &owner_, index, event);
  strands_[index]->wake();
  return *strands_[index];
}

void Branches::abort_others(std::uint64_t cause, std::optional<std::size_t> except) {
  for (std::size_t i = 0; i < strands_.size(); ++i) {
    if (i == except || !strands_[i]) continue;
    strands_[i]->abort(cause);
    if (!outputs_[i]) note_aborted(i, cause);
    strands_[i].reset();
  }
}

void Branches::abort_inside(std::uint64_t cause) {
  abort_others(cause, std::nullopt);
}

void Branches::on_finished(Strand& child, Payload output) {
  if (failure_) return;
  outputs_[child.index()] = std::move(output);
  ++finished_;
  note_finished(child);
  owner_.wake();
}

// The others end now, not at the owner's next turn: nothing of theirs happens after the failure.
void Branches::on_failed(Strand& child, const Failure& failure) {
  if (failure_) return;
  failure_ = failure;
  failure_->evaluated_field.reset();  // the branch has reported it
  const std::uint64_t cause = child.last_event();
  note_failed(child);
  child.abort(cause);
  abort_others(cause, child.index());
  owner_.set_last_event(cause);
  owner_.wake();
}

Json Branches::results() const {
  Json results = Json::array();
  for (const Payload& output : outputs_) results.push_back(output->json);
  return results;
}

}  // namespace bedlam::states
