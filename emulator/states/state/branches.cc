#include "emulator/states/state/branches.h"

#include <algorithm>
#include <utility>

namespace bedlam::states {

Branches::Branches(Strand& owner, std::size_t count)
    : owner_(owner), strands_(count), outputs_(count) {
  std::vector<Place> inside = owner.take_inside();
  const bool all_finished =
      std::all_of(inside.begin(), inside.end(), [](const Place& p) { return p.output != nullptr; });
  if (inside.size() != count || all_finished) return;
  resumed_ = std::move(inside);
  for (std::size_t i = 0; i < count; ++i) {
    outputs_[i] = resumed_[i].output;
    if (outputs_[i]) ++finished_;
  }
}

std::vector<Place> Branches::places() const {
  std::vector<Place> all = ended_;
  all.resize(count());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (outputs_[i]) {
      all[i] = {.output = outputs_[i]};
    } else if (all[i].state == nullptr && strands_[i]) {
      all[i] = strands_[i]->place();
    }
  }
  return all;
}

Strand& Branches::start(std::size_t index, const StatesBlock& block, Payload input,
                        std::uint64_t event) {
  strands_[index] =
      std::make_unique<Strand>(owner_.run(), block, std::move(input), &owner_, index, event);
  if (resumes(index)) strands_[index]->resume(resumed_[index]);
  strands_[index]->wake();
  return *strands_[index];
}

void Branches::note_ended(std::size_t index) {
  if (ended_.empty()) ended_.resize(count());
  ended_[index] = strands_[index]->place();
}

void Branches::abort_others(std::uint64_t cause, std::optional<std::size_t> except) {
  for (std::size_t i = 0; i < strands_.size(); ++i) {
    if (i == except || i == failed_ || !strands_[i]) continue;
    note_ended(i);
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
  failed_ = child.index();
  const std::uint64_t cause = child.last_event();
  note_ended(child.index());
  note_failed(child);
  child.abort(cause);
  abort_others(cause, failed_);
  owner_.set_last_event(cause);
  owner_.wake();
}

Json Branches::results() const {
  Json results = Json::array();
  for (const Payload& output : outputs_) results.push_back(output->json);
  return results;
}

}  // namespace bedlam::states
