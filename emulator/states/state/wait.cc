// Wait: until a time has passed or has come (developer guide, "Wait state").
#include "emulator/states/language/timestamp.h"
#include "emulator/states/machine/run.h"
#include "emulator/states/machine/strand.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

constexpr StateKind kWaitKind{.type = "Wait",
                              .entered = EventType::kWaitStateEntered,
                              .exited = EventType::kWaitStateExited,
                              .aborted = EventType::kWaitStateAborted,
                              .entered_before_evaluation = true};

class WaitFrame final : public Frame {
 public:
  WaitFrame(Strand& strand, Duration delay, Exits exits)
      : scheduler_(strand.run().scheduler()), exits_(std::move(exits)) {
    timer_ = scheduler_.after(delay, [this, &strand] {
      timer_ = 0;
      strand.wake();
    });
  }
  ~WaitFrame() override {
    if (timer_ != 0) scheduler_.cancel(timer_);
  }

  Outcome advance(Strand& /*strand*/) override { return exits_; }

 private:
  Scheduler& scheduler_;
  Exits exits_;
  Scheduler::TimerId timer_ = 0;
};

class Wait final : public State {
 public:
  using State::State;

  Outcome run(Strand& strand) const override {
    const Result<Payload, Failure> input = select_input(strand);
    if (!input) return input.error();
    const Result<Duration, Failure> delay = how_long(strand, (*input)->json);
    if (!delay) return delay.error();
    Outcome outcome = pass_on(strand, *input, ending, next);
    auto* const exits = std::get_if<Exits>(&outcome);
    if (exits == nullptr || *delay <= Duration::zero()) return outcome;
    return strand.wait_in(std::make_unique<WaitFrame>(strand, *delay, std::move(*exits)));
  }

  Duration seconds{};
  std::optional<Timestamp> timestamp;
  std::optional<Path> seconds_path, timestamp_path;
  std::optional<JsonataTemplate> seconds_expression, timestamp_expression;

 private:
  Result<Duration, Failure> how_long(Strand& strand, const Json& input) const {
    if (seconds_expression) {
      const auto value = evaluate_integer(strand, *seconds_expression, "Seconds", 0, kMaxSeconds);
      if (!value) return value.error();
      return Duration(std::chrono::seconds(*value));
    }
    if (timestamp_expression) return until_evaluated(strand);
    if (seconds_path) return seconds_at(strand, input);
    if (timestamp_path) return until_at(strand, input);
    if (timestamp) return until(strand, *timestamp);
    return seconds;
  }

  static Duration until(Strand& strand, const Timestamp& when) {
    return to_wall_time(when) - strand.run().scheduler().wall_now();
  }

  Result<Duration, Failure> until_evaluated(Strand& strand) const {
    const Result<Json, Failure> value = evaluate_as(strand, *timestamp_expression, "string");
    if (!value) return value.error();
    const std::string& text = value->get_ref<const std::string&>();
    if (const std::optional<Timestamp> when = parse_timestamp(text)) return until(strand, *when);
    Failure failure{"States.QueryEvaluationError",
                    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time "
                    "format string: " +
                        text};
    failure.evaluated_field = "Timestamp";
    return strand.explain(std::move(failure));
  }

  Result<Duration, Failure> seconds_at(Strand& strand, const Json& input) const {
    const std::string& path = seconds_path->text();
    const Result<Json, PathMiss> value = seconds_path->evaluate(strand.scope(input));
    if (!value) {
      return strand.runtime_failure(
          "The SecondsPath parameter does not reference an input value: " + path);
    }
    const std::string shown = path + " == " + to_text(*value);
    if (!value->is_number_integer()) {
      return strand.runtime_failure("The SecondsPath parameter cannot be parsed as a long value: " +
                                    shown);
    }
    if (value->is_number_unsigned() ? value->get<std::uint64_t>() > kMaxSeconds
                                    : value->get<std::int64_t>() > kMaxSeconds) {
      return strand.runtime_failure("Wait state delay is too long.");
    }
    if (*value < 0) {
      return strand.runtime_failure("The SecondsPath parameter references a negative value: " +
                                    shown);
    }
    return Duration(std::chrono::seconds(value->get<std::int64_t>()));
  }

  Result<Duration, Failure> until_at(Strand& strand, const Json& input) const {
    const std::string& path = timestamp_path->text();
    const Result<Json, PathMiss> value = timestamp_path->evaluate(strand.scope(input));
    if (!value) {
      return strand.runtime_failure(
          "The TimestampPath parameter does not reference an input value: " + path);
    }
    const std::string shown = value->is_string() ? value->get<std::string>() : to_text(*value);
    const std::optional<Timestamp> when =
        value->is_string() ? parse_timestamp(shown) : std::nullopt;
    if (when) return until(strand, *when);
    return strand.runtime_failure(
        "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time "
        "format string: " +
        path + " == " + shown);
  }
};

void read_timestamp(const Fields& fields, Wait& state) {
  const auto timestamp = fields.text("Timestamp");
  if (!timestamp) return;
  state.timestamp = parse_timestamp(*timestamp);
  if (!state.timestamp) fields.refuse("Timestamp", "String does not match RFC3339 timestamp");
}

std::unique_ptr<State> read_wait(const Fields& fields, std::string name) {
  auto state = std::make_unique<Wait>(std::move(name), kWaitKind);
  read_input_output(fields, *state);
  read_ending(fields, Sees::kInput, state->ending);
  if (fields.jsonata) {
    fields.exactly_one({"Seconds", "Timestamp"});
  } else {
    fields.exactly_one({"Seconds", "SecondsPath", "Timestamp", "TimestampPath"});
    state->seconds_path = fields.path("SecondsPath", Fields::PathKind::kReference);
    state->timestamp_path = fields.path("TimestampPath", Fields::PathKind::kReference);
  }
  state->seconds_expression = fields.jsonata_expression("Seconds");
  state->timestamp_expression = fields.jsonata_expression("Timestamp");
  if (!state->seconds_expression) {
    const auto seconds = fields.integer("Seconds", 0, kMaxSeconds);
    if (seconds) state->seconds = std::chrono::seconds(*seconds);
  }
  if (!state->timestamp_expression) read_timestamp(fields, *state);
  read_next(fields, *state);
  return state;
}

}  // namespace

const StateType& wait_state() {
  static const StateType kType{kWaitKind,
                               read_wait,
                               {"Seconds", "Timestamp", "Assign", "Next", "End"},
                               {"InputPath", "OutputPath", "SecondsPath", "TimestampPath"},
                               {"Output"}};
  return kType;
}

}  // namespace bedlam::states
