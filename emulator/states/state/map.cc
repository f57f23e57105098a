// Map in inline mode: the item processor runs once for each item (developer guide, "Map state",
// "Using Map state in Inline mode").
#include <algorithm>
#include <deque>

#include "emulator/states/state/branches.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

// "The Inline mode supports concurrent iterations of up to 40."
constexpr std::size_t kMaxInlineConcurrency = 40;

constexpr StateKind kMapKind{.type = "Map",
                             .entered = EventType::kMapStateEntered,
                             .exited = EventType::kMapStateExited,
                             .aborted = EventType::kMapStateAborted,
                             .counts_retries = true};

class Map final : public State {
 public:
  using State::State;
  Outcome run(Strand& strand) const override;

  std::optional<Path> items_path;
  std::optional<Path> max_concurrency_path;
  std::size_t max_concurrency = 0;  // 0: as many as there may be
  std::unique_ptr<StatesBlock> processor;

 private:
  Result<std::vector<MapItem>, Failure> items_of(Strand& strand, const Json& input) const;
  Result<std::size_t, Failure> concurrency(Strand& strand, const Json& input) const;
};

class MapFrame final : public Branches {
 public:
  MapFrame(Strand& owner, const Map& state, Payload input, std::vector<MapItem> items,
           std::size_t concurrency)
      : Branches(owner, items.size()),
        state_(state),
        input_(std::move(input)),
        items_(std::move(items)) {
    last_event_ =
        owner.record({.type = EventType::kMapStateStarted,
                      .details = std::make_shared<const Json>(Json{{"length", items_.size()}})});
    free_places_.assign(concurrency, last_event_);
  }

  Outcome advance(Strand& strand) override {
    if (failure()) return *failure();
    for (const std::size_t index : done_) release(index);
    done_.clear();
    while (next_ < items_.size() && !free_places_.empty()) {
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
    Result<Payload, Failure> output = output_of(strand, make_payload(results()));
    if (!output) return std::move(output).error();
    return Exits{std::move(*output), state_.next};
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
    const MapItem& item = items_[index];
    Payload input =
        item.key ? make_payload({{"Key", *item.key}, {"Value", item.value->json}}) : item.value;
    if (state_.flow.parameters) {
      strand.select_item(&items_[index]);
      Result<Payload, Failure> selected = apply_parameters(strand, input_);
      strand.select_item(nullptr);
      if (!selected) return std::move(selected).error();
      input = std::move(*selected);
    }
    ++next_;
    const std::uint64_t place = free_places_.front();
    free_places_.pop_front();
    const std::uint64_t event =
        strand.record_aside(place, iteration_event(EventType::kMapIterationStarted, index));
    start(index, *state_.processor, std::move(input), event)
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

Outcome Map::run(Strand& strand) const {
  const Result<Payload, Failure> input = select_input(strand);
  if (!input) return input.error();
  const Result<std::size_t, Failure> at_once = concurrency(strand, (*input)->json);
  if (!at_once) return at_once.error();
  Result<std::vector<MapItem>, Failure> items = items_of(strand, (*input)->json);
  if (!items) return std::move(items).error();
  auto frame = std::make_unique<MapFrame>(strand, *this, *input, std::move(*items), *at_once);
  const Waits waits = strand.wait_in(std::move(frame));
  strand.wake();  // the iterations start in a turn of the frame's
  return waits;
}

Result<std::vector<MapItem>, Failure> Map::items_of(Strand& strand, const Json& input) const {
  Result<Json, Failure> list = items_path ? value_at(strand, *items_path, input) : input;
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
    // Recorded with one `$` for paths into the context object too.
    std::string path = items_path ? items_path->text() : "$";
    if (items_path && items_path->of_context()) path.erase(0, 1);
    return strand.runtime_failure("Reference path \"" + path + "\" must point to array.");
  }
  return items;
}

Result<std::size_t, Failure> Map::concurrency(Strand& strand, const Json& input) const {
  std::size_t wanted = max_concurrency;
  if (max_concurrency_path) {
    const Result<Json, Failure> value = value_at(strand, *max_concurrency_path, input);
    if (!value) return value.error();
    if (!value->is_number_integer()) {
      return strand.runtime_failure(
          "The MaxConcurrencyPath field refers to value \"" + to_text(*value) +
          "\" which is not a valid integer: " + max_concurrency_path->text());
    }
    if (*value < 0) return strand.runtime_failure("MaxConcurrency cannot be negative.");
    wanted = value->get<std::size_t>();
  }
  return wanted == 0 ? kMaxInlineConcurrency : std::min(wanted, kMaxInlineConcurrency);
}

// Names the first thing that only Distributed mode has.
bool refuse_distributed(const Fields& fields, const Fields& processor) {
  const Json* config = processor.get("ProcessorConfig");
  const Json* mode = config == nullptr ? nullptr : find(*config, "Mode");
  if (mode != nullptr && *mode == "DISTRIBUTED") {
    fields.parse.refuse_unsupported("A distributed Map", processor.at("ProcessorConfig") + "/Mode");
    return true;
  }
  for (const std::string_view name :
       {"ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount",
        "ToleratedFailureCountPath", "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath"}) {
    if (!fields.has(name)) continue;
    fields.parse.refuse_unsupported("'" + std::string(name) + "'", fields.at(name));
    return true;
  }
  return false;
}

void read_processor(const Fields& fields, Map& map) {
  if (!fields.exactly_one({"ItemProcessor", "Iterator"})) return;
  const std::string_view name = fields.has("ItemProcessor") ? "ItemProcessor" : "Iterator";
  const Json& json = *fields.get(name);
  if (!json.is_object()) {
    fields.refuse(name, "Expected value of type Object");
    return;
  }
  const Fields processor(fields.parse, json, fields.at(name));
  if (!refuse_distributed(fields, processor)) map.processor = fields.parse.read_block(processor);
}

std::unique_ptr<State> read_map(const Fields& fields, std::string name) {
  auto state = std::make_unique<Map>(std::move(name), kMapKind);
  read_input_output(fields, *state);
  fields.at_most_one({"ItemSelector", "Parameters"});
  state->flow.parameters =
      fields.payload_template(fields.has("ItemSelector") ? "ItemSelector" : "Parameters");
  read_result(fields, *state);
  fields.at_most_one({"MaxConcurrency", "MaxConcurrencyPath"});
  state->items_path = fields.path("ItemsPath", Fields::PathKind::kReference);
  state->max_concurrency_path = fields.path("MaxConcurrencyPath", Fields::PathKind::kReference);
  const auto concurrency = fields.integer("MaxConcurrency", 0, INT64_MAX);
  state->max_concurrency = static_cast<std::size_t>(concurrency.value_or(0));
  read_processor(fields, *state);
  read_errors(fields, *state);
  read_next(fields, *state);
  return state->processor ? std::move(state) : nullptr;
}

}  // namespace

const StateType& map_state() {
  static const StateType kType{kMapKind,
                               read_map,
                               {"InputPath",
                                "OutputPath",
                                "Parameters",
                                "ItemSelector",
                                "ItemsPath",
                                "MaxConcurrency",
                                "MaxConcurrencyPath",
                                "ItemProcessor",
                                "Iterator",
                                "ResultSelector",
                                "ResultPath",
                                "Retry",
                                "Catch",
                                "Next",
                                "End",
                                "Label",
                                "ItemReader",
                                "ItemBatcher",
                                "ResultWriter",
                                "ToleratedFailureCount",
                                "ToleratedFailureCountPath",
                                "ToleratedFailurePercentage",
                                "ToleratedFailurePercentagePath"}};
  return kType;
}

}  // namespace bedlam::states
