#include "emulator/states/state/map_children.h"

#include <algorithm>
#include <utility>

namespace bedlam::states {
namespace {

Failure unreadable_item(std::string cause) {
  return {"States.ItemReaderFailed", std::move(cause)};
}

// Fills batches one after the other; each has {"BatchInput", "Items"}.
class Batches {
 public:
  // Numbers below 1 set no limit.
  Batches(Json form, double most_items, double most_bytes)
      : form_(std::move(form)),
        most_items_(most_items < 1 ? SIZE_MAX : static_cast<std::size_t>(most_items)),
        most_bytes_(most_bytes < 1
                        ? kMaxPayloadBytes
                        : std::min(kMaxPayloadBytes, static_cast<std::size_t>(most_bytes))) {
    form_["Items"] = Json::array();
    empty_bytes_ = to_text(form_).size();
    begin();
  }

  // False: the item alone is too large.
  bool add(const Json& item) {
    const std::size_t added = to_text(item).size();
    const std::size_t count = batch_["Items"].size();
    if (count == most_items_ || (count > 0 && bytes_ + added + 1 > most_bytes_)) close();
    bytes_ += added + (batch_["Items"].empty() ? 0 : 1);
    if (bytes_ > most_bytes_) return false;
    batch_["Items"].push_back(item);
    return true;
  }

  std::size_t most_bytes() const { return most_bytes_; }

  std::vector<ChildResult> take() {
    close();
    return std::move(children_);
  }

 private:
  void begin() {
    batch_ = form_;
    bytes_ = empty_bytes_;
  }
  void close() {
    const std::size_t count = batch_["Items"].size();
    if (count > 0) children_.push_back({make_payload(std::move(batch_)), count});
    begin();
  }

  Json form_, batch_;
  std::size_t most_items_, most_bytes_;
  std::size_t empty_bytes_ = 0, bytes_ = 0;
  std::vector<ChildResult> children_;
};

Result<std::vector<ChildResult>, Failure> batched(Strand& strand, const ItemBatcher& batcher,
                                                  const Json& input,
                                                  const std::vector<Payload>& items) {
  const Result<double, Failure> most = batcher.max_items.value(strand, input);
  if (!most) return most.error();
  const Result<double, Failure> bytes = batcher.max_bytes.value(strand, input);
  if (!bytes) return bytes.error();
  Json form = Json::object();
  if (batcher.batch_input) {
    Result<Json, Failure> fixed = evaluate(strand, *batcher.batch_input, input);
    if (!fixed) return fixed.error();
    form["BatchInput"] = *std::move(fixed);
  }
  Batches batches(std::move(form), *most, *bytes);
  for (const Payload& item : items) {
    if (batches.add(item->json)) continue;
    return unreadable_item("An item exceeds the maximum number of bytes of a batch: " +
                           std::to_string(batches.most_bytes()));
  }
  return batches.take();
}

}  // namespace

Result<std::vector<ChildResult>, Failure> children_of(Strand& strand, const Map& map,
                                                      const Payload& input,
                                                      const std::vector<MapItem>& items) {
  std::vector<Payload> inputs;
  inputs.reserve(items.size());
  for (const MapItem& item : items) {
    Result<Payload, Failure> made = map.item_input(strand, input, item);
    if (!made) return made.error();
    if (is_too_large((*made)->json)) {
      return unreadable_item("The item at index " + std::to_string(item.index) +
                             " exceeds the maximum number of bytes service limit.");
    }
    inputs.push_back(*std::move(made));
  }
  if (const auto& batcher = map.distribution->batcher) {
    return batched(strand, *batcher, input->json, inputs);
  }
  std::vector<ChildResult> children;
  children.reserve(inputs.size());
  for (Payload& one : inputs) children.push_back({std::move(one), 1});
  return children;
}

}  // namespace bedlam::states
