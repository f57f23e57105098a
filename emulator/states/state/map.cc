// Map in inline mode: the item processor runs once for each item (developer guide, "Map state",
// "Using Map state in Inline mode").
#include "emulator/states/state/map.h"

#include <algorithm>
#include <deque>

#include "emulator/states/machine/trial.h"
#include "emulator/states/state/branches.h"
#include "emulator/states/state/catalog.h"
#include "emulator/states/state/map_children.h"

namespace bedlam::states {

constinit const StateKind kMapKind{.type = "Map",
                                   .entered = EventType::kMapStateEntered,
                                   .exited = EventType::kMapStateExited,
                                   .aborted = EventType::kMapStateAborted,
                                   .failed = EventType::kMapStateFailed,
                                   .counts_retries = true};

namespace {

class MapFrame final : public Branches {
 public:
  MapFrame(Strand& owner, const Map& state, Payload input, std::vector<MapItem> items,
           std::size_t concurrency)
      : Branches(owner, items.size()),
        state_(state),
        input_(std::move(input)),
        items_(std::move(items)) {
    last_event_ = owner.last_event();
    if (!resumes()) {
      last_event_ =
          owner.record({.type = EventType::kMapStateStarted,
                        .details = std::make_shared<const Json>(Json{{"length", items_.size()}})});
    }
    free_places_.assign(concurrency, last_event_);
  }

  Outcome advance(Strand& strand) override {
    if (failure()) return *failure();
    for (const std::size_t index : done_) release(index);
    done_.clear();
    while (next_ < items_.size() && !free_places_.empty()) {
      if (is_finished(next_)) {
        ++next_;  // before a redrive
        continue;
      }
      std::optional<Failure> failed = start_next(strand);
      if (failed) {
        abort_others(strand.last_event(), std::nullopt);
        return std::move(*failed);
      }
    }
    if (finished() < count()) return Waits{};
    // Recorded: both this event and MapStateExited point to the last MapIterationSucceeded.
    succeeded_ = true;
    strand.set_last_event(last_event_);
    strand.record_aside(last_event_, {.type = EventType::kMapStateSucceeded});
    return finish(strand, make_payload(results()), state_.next);
  }

  void give_up(Strand& strand) override {
    if (!succeeded_) strand.record({.type = EventType::kMapStateFailed});
  }

 private:
  Event iteration_event(EventType type, std::size_t index) const {
    return {.type = type,
            .state = &state_.name(),
            .details = std::make_shared<const Json>(Json{{"index", index}})};
  }

  std::optional<Failure> start_next(Strand& strand) {
    const std::size_t index = next_;
    Result<Payload, Failure> input = state_.item_input(strand, input_, items_[index]);
    if (!input) return std::move(input).error();
    ++next_;
    const std::uint64_t place = free_places_.front();
    free_places_.pop_front();
    const std::uint64_t event =
        resumes(index)
            ? place
            : strand.record_aside(place, iteration_event(EventType::kMapIterationStarted, index));
    start(index, *state_.processor, *std::move(input), event)
        .become_iteration(std::move(items_[index]));
    return std::nullopt;
  }

  // Recorded: the iteration that takes the place points to the last state event of this one, as
  // MapIterationSucceeded itself does.
  void note_finished(Strand& child) override {
    last_event_ = child.record_aside(
        child.last_event(), iteration_event(EventType::kMapIterationSucceeded, child.index()));
    free_places_.push_back(child.last_event());
    done_.push_back(child.index());
  }
  void note_failed(Strand& child) override {
    child.record_aside(child.last_event(),
                       iteration_event(EventType::kMapIterationFailed, child.index()));
  }
  void note_aborted(std::size_t index, std::uint64_t cause) override {
    owner().record_aside(cause, iteration_event(EventType::kMapIterationAborted, index));
  }

  const Map& state_;
  Payload input_;
  std::vector<MapItem> items_;  // moved from as they start
  std::size_t next_ = 0;
  std::deque<std::uint64_t> free_places_;  // what the next iteration there points to
  std::vector<std::size_t> done_;          // to be let go
  std::uint64_t last_event_ = 0;
  bool succeeded_ = false;
};

}  // namespace

Result<Payload, Failure> Map::item_input(Strand& strand, const Payload& input,
                                         const MapItem& item) const {
  if (flow.parameters) {
    strand.select_item(&item);
    Result<Payload, Failure> selected = apply_parameters(strand, input);
    strand.select_item(nullptr);
    return selected;
  }
  if (!item.key) return item.value;
  return make_payload({{"Key", *item.key}, {"Value", item.value->json}});
}

// With a mock: what the state makes of it, and what it would have done. Recorded: causes stand
// without the sentence about the state.
Outcome Map::run_alone(Strand& strand, const Json& input, Trial& trial) const {
  if (!trial.items) {
    Result<Json, Failure> list = list_of(strand, input);
    if (!list) return std::move(list).error();
    if (!list->is_array()) return Failure{"States.Runtime", not_a_list()};  // objects too
    if (!flow.jsonata && items_path) strand.note("afterItemsPath", make_payload(*list));
    trial.items = *std::move(list);
  }
  for (const auto& [limit, shown] :
       {std::pair(&max_concurrency, "maxConcurrency"),
        std::pair(&tolerated_count, "toleratedFailureCount"),
        std::pair(&tolerated_percentage, "toleratedFailurePercentage")}) {
    const Result<double, Failure> value = limit->value(strand, input);
    if (!value) return value.error();
    if (limit->is_given() || limit == &max_concurrency) {
      trial.numbers[shown] =
          limit->is_float ? Json(*value) : Json(static_cast<std::int64_t>(*value));
    }
  }
  if (trial.failed_iterations.value_or(0) > trial.items->size()) {
    trial.refusal =
        "Map iteration failure count must be less than or equal to the number of Map iterations";
  }
  if (auto failed = note_items(strand, make_payload(input), trial)) return *failed;
  if (trial.error) return *trial.error;
  if (fails_too_often(trial)) {
    return Failure{"States.ExceedToleratedFailureThreshold",
                   "The specified tolerated failure threshold was exceeded"};
  }
  return finish(strand, trial.result, next);
}

// What the children would be given, as far as ItemsPointer, ItemSelector and ItemBatcher have a say
// in it.
std::optional<Failure> Map::note_items(Strand& strand, const Payload& input,
                                       const Trial& trial) const {
  if (distribution && distribution->reader && distribution->reader->items_pointer) {
    strand.note("afterItemsPointer", make_payload(*trial.items));
  }
  const bool batched = distribution && distribution->batcher;
  if (!trial.items->is_array() || (!flow.parameters && !batched)) return std::nullopt;
  std::vector<MapItem> items;
  Json selected = Json::array();
  for (const Json& value : *trial.items) {
    items.push_back({items.size(), std::nullopt, make_payload(value)});
    Result<Payload, Failure> made = item_input(strand, input, items.back());
    if (!made) return made.error();
    selected.push_back((*made)->json);
  }
  if (flow.parameters) strand.note("afterItemSelector", make_payload(std::move(selected)));
  if (!batched) return std::nullopt;
  const Result<std::vector<ChildResult>, Failure> children =
      children_of(strand, *this, input, items);
  if (!children) return children.error();
  Json batches = Json::array();
  for (const ChildResult& child : *children) batches.push_back(child.input->json);
  strand.note("afterItemBatcher", make_payload(std::move(batches)));
  return std::nullopt;
}

// Recorded: without any tolerance given no number of failures is too high.
bool Map::fails_too_often(const Trial& trial) const {
  constexpr double kPercent = 100;
  const auto failed = static_cast<double>(trial.failed_iterations.value_or(0));
  const Json* const count = find(trial.numbers, "toleratedFailureCount");
  if (count != nullptr && failed > count->get<double>()) return true;
  const Json* const percentage = find(trial.numbers, "toleratedFailurePercentage");
  return percentage != nullptr &&
         failed * kPercent > percentage->get<double>() * static_cast<double>(trial.items->size());
}

// Recorded with one `$` for paths into the context object too.
std::string Map::not_a_list() const {
  std::string path = items_path ? items_path->text() : "$";
  if (items_path && items_path->of_context()) path.erase(0, 1);
  return "Reference path \"" + path + "\" must point to array.";
}

Outcome Map::run(Strand& strand) const {
  const Result<Payload, Failure> input = select_input(strand);
  if (!input) return input.error();
  if (Trial* const trial = strand.run().trial) return run_alone(strand, (*input)->json, *trial);
  if (distribution) return run_distributed(strand, *input);
  const Result<double, Failure> asked = concurrency(strand, (*input)->json);
  if (!asked) return asked.error();
  constexpr auto kMost = static_cast<double>(kMaxInlineConcurrency);
  const std::size_t at_once =
      *asked < 1 || *asked > kMost ? kMaxInlineConcurrency : static_cast<std::size_t>(*asked);
  for (const MapNumber* limit : {&tolerated_count, &tolerated_percentage}) {
    const Result<double, Failure> value = limit->value(strand, (*input)->json);
    if (!value) return value.error();
  }
  Result<std::vector<MapItem>, Failure> items = items_of(strand, (*input)->json);
  if (!items) return std::move(items).error();
  auto frame = std::make_unique<MapFrame>(strand, *this, *input, std::move(*items), at_once);
  const Waits waits = strand.wait_in(std::move(frame));
  strand.wake();  // the iterations start in a turn of the frame's
  return waits;
}

// In a JSONata state an array (recorded); in a JSONPath state whatever the path finds.
Result<Json, Failure> Map::list_of(Strand& strand, const Json& input) const {
  if (items_expression) return evaluate_as(strand, *items_expression, "array");
  if (!flow.jsonata) return items_path ? value_at(strand, *items_path, input) : input;
  if (input.is_array()) return input;
  Failure failure{"States.QueryEvaluationError",
                  "Map state input must be an array but was: " + to_text(input)};
  failure.evaluated_field = "";
  return strand.explain(std::move(failure));
}

Result<std::vector<MapItem>, Failure> Map::items_of(Strand& strand, const Json& input) const {
  Result<Json, Failure> list = list_of(strand, input);
  if (!list) return std::move(list).error();
  std::vector<MapItem> items;
  if (list->is_array()) {
    for (Json& value : *list) {
      items.push_back({items.size(), std::nullopt, make_payload(std::move(value))});
    }
  } else if (list->is_object()) {
    for (auto& [key, value] : list->get_ref<Json::object_t&>()) {
      items.push_back({items.size(), key, make_payload(std::move(value))});
    }
  } else {
    return strand.runtime_failure(not_a_list());
  }
  return items;
}

Result<double, Failure> Map::concurrency(Strand& strand, const Json& input) const {
  const Result<double, Failure> value = max_concurrency.value(strand, input);
  if (value && *value < 0) return strand.runtime_failure("MaxConcurrency cannot be negative.");
  return value;
}

const StateType& map_state() {
  static const StateType kType{
      kMapKind,
      read_map,
      {"ItemSelector", "MaxConcurrency", "ItemProcessor", "Iterator", "Assign", "Retry", "Catch",
       "Next", "End", "Label", "ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount",
       "ToleratedFailurePercentage"},
      {"InputPath", "OutputPath", "Parameters", "ItemsPath", "MaxConcurrencyPath", "ResultSelector",
       "ResultPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"},
      {"Items", "Output"}};
  return kType;
}

}  // namespace bedlam::states
