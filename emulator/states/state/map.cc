// Map in inline mode: the item processor runs once for each item (developer guide, "Map state",
// "Using Map state in Inline mode").
#include <algorithm>
#include <deque>

#include "emulator/states/machine/trial.h"
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
                             .failed = EventType::kMapStateFailed,
                             .counts_retries = true};

class Map final : public State {
 public:
  using State::State;
  Outcome run(Strand& strand) const override;

  // A number however it is written: plainly, as a path, or as an expression.
  struct Number {
    std::string name;
    bool is_float = false;
    std::optional<double> fixed;
    std::optional<Path> path;
    std::optional<JsonataTemplate> expression;
    bool is_given() const { return fixed || path || expression; }
  };

  std::optional<Path> items_path;
  std::optional<JsonataTemplate> items_expression;  // of a JSONata state
  Number max_concurrency;                           // 0: as many as there may be
  Number tolerated_count, tolerated_percentage;
  std::unique_ptr<StatesBlock> processor;

 private:
  Outcome run_alone(Strand& strand, const Json& input, Trial& trial) const;
  bool fails_too_often(const Trial& trial) const;
  std::string not_a_list() const;
  Result<Json, Failure> list_of(Strand& strand, const Json& input) const;
  Result<std::vector<MapItem>, Failure> items_of(Strand& strand, const Json& input) const;
  Result<std::size_t, Failure> concurrency(Strand& strand, const Json& input) const;
  static Result<double, Failure> number(Strand& strand, const Json& input, const Number& number);
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
    const Result<double, Failure> value = number(strand, input, *limit);
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
  if (trial.error) return *trial.error;
  if (fails_too_often(trial)) {
    return Failure{"States.ExceedToleratedFailureThreshold",
                   "The specified tolerated failure threshold was exceeded"};
  }
  return finish(strand, trial.result, next);
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
  const Result<std::size_t, Failure> at_once = concurrency(strand, (*input)->json);
  if (!at_once) return at_once.error();
  for (const Number* limit : {&tolerated_count, &tolerated_percentage}) {
    const Result<double, Failure> value = number(strand, (*input)->json, *limit);
    if (!value) return value.error();
  }
  Result<std::vector<MapItem>, Failure> items = items_of(strand, (*input)->json);
  if (!items) return std::move(items).error();
  auto frame = std::make_unique<MapFrame>(strand, *this, *input, std::move(*items), *at_once);
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

Result<std::size_t, Failure> Map::concurrency(Strand& strand, const Json& input) const {
  const Result<double, Failure> value = number(strand, input, max_concurrency);
  if (!value) return value.error();
  if (*value < 0) return strand.runtime_failure("MaxConcurrency cannot be negative.");
  constexpr auto kMost = static_cast<double>(kMaxInlineConcurrency);
  return *value < 1 || *value > kMost ? kMaxInlineConcurrency : static_cast<std::size_t>(*value);
}

Result<double, Failure> Map::number(Strand& strand, const Json& input, const Number& number) {
  if (number.expression) {
    const Result<Json, Failure> value = evaluate_as(strand, *number.expression, "number");
    if (!value) return value.error();
    return value->get<double>();
  }
  if (!number.path) return number.fixed.value_or(0);
  const Result<Json, Failure> value = value_at(strand, *number.path, input);
  if (!value) return value.error();
  if (value->is_number_integer() || (number.is_float && value->is_number())) {
    return value->get<double>();
  }
  // Recorded: text that holds a number will do.
  if (value->is_string()) {
    const auto parsed = parse_json(value->get_ref<const std::string&>());
    if (parsed && (parsed->is_number_integer() || (number.is_float && parsed->is_number()))) {
      return parsed->get<double>();
    }
  }
  return strand.runtime_failure("The " + number.name + "Path field refers to value \"" +
                                to_text(*value) + "\" which is not a valid " +
                                (number.is_float ? "float: " : "integer: ") + number.path->text());
}

// Names the first thing that only Distributed mode has.
bool refuse_distributed(const Fields& fields, const Fields& processor) {
  if (fields.parse.is_alone()) return false;
  const Json* config = processor.get("ProcessorConfig");
  const Json* mode = config == nullptr ? nullptr : find(*config, "Mode");
  if (mode != nullptr && *mode == "DISTRIBUTED") {
    fields.parse.refuse_unsupported("A distributed Map", processor.at("ProcessorConfig") + "/Mode");
    return true;
  }
  for (const std::string_view name : {"ItemReader", "ItemBatcher", "ResultWriter"}) {
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
  if (processor.has("QueryLanguage")) {
    fields.parse.refuse("Field 'QueryLanguage' is not supported", processor.location);
  }
  if (!refuse_distributed(fields, processor)) map.processor = fields.parse.read_block(processor);
}

Map::Number read_number(const Fields& fields, std::string_view name, std::string_view path_name,
                        bool is_float = false) {
  Map::Number number;
  number.name = name;
  number.is_float = is_float;
  number.expression = fields.jsonata_expression(name);
  if (!number.expression) {
    if (is_float) {
      constexpr double kMaxPercentage = 100;
      number.fixed = fields.number(name, 0, kMaxPercentage);
    } else if (const auto fixed = fields.integer(name, 0, INT64_MAX)) {
      number.fixed = static_cast<double>(*fixed);
    }
  }
  if (fields.jsonata) return number;
  fields.at_most_one({name, path_name});
  number.path = fields.path(path_name, Fields::PathKind::kReference);
  return number;
}

// Items or ItemsPath, and what becomes of each.
void read_items(const Fields& fields, Map& map) {
  if (fields.jsonata) {
    map.flow.parameters = fields.value_template("ItemSelector");
    if (auto items = fields.value_template("Items")) {
      map.items_expression = std::get<JsonataTemplate>(*std::move(items));
    }
    check_states(fields, "Items", Sees::kInput);
    check_states(fields, "ItemSelector", Sees::kInput);
    return;
  }
  fields.at_most_one({"ItemSelector", "Parameters"});
  map.flow.parameters =
      fields.value_template(fields.has("ItemSelector") ? "ItemSelector" : "Parameters");
  map.items_path = fields.path("ItemsPath", Fields::PathKind::kReference);
}

std::unique_ptr<State> read_map(const Fields& fields, std::string name) {
  auto state = std::make_unique<Map>(std::move(name), kMapKind);
  read_input_output(fields, *state);
  read_items(fields, *state);
  read_result(fields, *state);
  read_ending(fields, Sees::kResult, state->ending);
  state->max_concurrency = read_number(fields, "MaxConcurrency", "MaxConcurrencyPath");
  state->tolerated_count =
      read_number(fields, "ToleratedFailureCount", "ToleratedFailureCountPath");
  state->tolerated_percentage =
      read_number(fields, "ToleratedFailurePercentage", "ToleratedFailurePercentagePath", true);
  read_processor(fields, *state);
  read_errors(fields, *state);
  read_next(fields, *state);
  return state->processor ? std::move(state) : nullptr;
}

}  // namespace

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
