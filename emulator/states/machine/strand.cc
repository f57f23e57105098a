#include "emulator/states/machine/strand.h"

#include <algorithm>

#include "emulator/states/machine/run.h"
#include "emulator/states/machine/trial.h"

namespace bedlam::states {
namespace {

const Json& no_context() {
  static const Json kNone = Json::object();
  return kNone;
}

// What a caught error puts into the input. Recorded: a timeout has the cause "", a failure without
// error and cause has nulls.
Json error_output(const Failure& failure) {
  Json output{{"Error", nullptr}, {"Cause", nullptr}};
  if (!failure.error.empty()) output["Error"] = failure.error;
  if (failure.cause) {
    output["Cause"] = *failure.cause;
  } else if (failure.error == "States.Timeout") {
    output["Cause"] = "";
  }
  return output;
}

// What StateExited tells of variables: their values as text.
std::shared_ptr<const Json> shown_assigned(const Json& assigned) {
  if (assigned.empty()) return nullptr;
  Json texts = Json::object();
  for (const auto& [name, value] : assigned.items()) texts[name] = to_text(value);
  return std::make_shared<const Json>(Json{{"assignedVariables", std::move(texts)},
                                           {"assignedVariablesDetails", {{"truncated", false}}}});
}

}  // namespace

Strand::Strand(Run& run, const StatesBlock& block, Payload input, Strand* parent, std::size_t index,
               std::uint64_t event)
    : run_(run),
      parent_(parent),
      index_(index),
      random_(parent == nullptr ? run.random() : parent->random_inside(index)),
      state_(block.start_at),
      input_(std::move(input)),
      last_event_(event),
      variables_(parent == nullptr ? run.first_variables() : parent->variables_),
      parked_{this},
      place_(parked_.begin()) {}

Strand::~Strand() {
  run_.variable_bytes -= variable_bytes_;
  if (retry_timer_ != 0) run_.scheduler().cancel(retry_timer_);
  if (queued_) run_.unqueue(*this);
}

std::uint64_t Strand::visits_of_state() {
  Visits& visits = visits_[state_];
  if (visits.count == 0 || visits.entered_event != entered_event_) ++visits.count;
  visits.entered_event = entered_event_;
  return visits.count;
}

std::uint64_t Strand::visit() {
  const std::string around = parent_ == nullptr ? "" : std::to_string(parent_->visit()) + '/';
  return fingerprint(around + std::to_string(index_) + '/' + state_->name() + '#' +
                     std::to_string(visits_of_state()));
}

// A state that is tried again, or visited again, has other draws inside.
Random Strand::random_inside(std::size_t index) {
  const Random first = random_.derive(state_->name(), index);
  const std::uint64_t visits = visits_of_state();
  if (visits == 1 && retries_ == 0) return first;
  return first.derive("visit", visits).derive("retry", retries_);
}

// A Fail state is entered again, any other state goes on (developer guide, "Redrive behavior of
// individual states").
Place Strand::place() const {
  return {.state = state_,
          .input = input_,
          .variables = variables_,
          .entered = at_state_ && state_->kind().exited.has_value(),
          .entered_event = entered_event_,
          .inside = frame_ ? frame_->places() : std::vector<Place>(),
          .map_run = frame_ ? frame_->kept_map_run() : nullptr};
}

void Strand::resume(Place place) {
  if (place.state == nullptr) return;
  state_ = place.state;
  input_ = std::move(place.input);
  variables_ = std::move(place.variables);
  open_ = at_state_ = place.entered;
  entered_event_ = place.entered_event;
  before_entered_ = last_event_;
  entered_at_ = run_.scheduler().now();
  inside_ = std::move(place.inside);
  map_run_ = std::move(place.map_run);
  if (parent_ == nullptr && variables_) {
    variable_bytes_ = to_text(*variables_).size();
    run_.variable_bytes += variable_bytes_;
  }
}

Waits Strand::wait_in(std::unique_ptr<Frame> frame) {
  frame_ = std::move(frame);
  return {};
}

void Strand::wake() {
  run_.make_ready(*this);
}

std::uint64_t Strand::record(Event event) {
  event.previous = last_event_;
  return last_event_ = run_.record(std::move(event));
}

std::uint64_t Strand::record_aside(std::uint64_t previous, Event event) {
  event.previous = previous;
  return run_.record(std::move(event));
}

Failure Strand::explain(Failure failure) const {
  failure.cause = "An error occurred while executing the state '" + state_->name() +
                  "' (entered at the event id #" + std::to_string(entered_event_) + "). " +
                  failure.cause.value_or("");
  return failure;
}

Failure Strand::runtime_failure(const std::string& text) const {
  return explain({"States.Runtime", text});
}

Failure Strand::too_large(const std::string& what) const {
  return {"States.DataLimitExceeded",
          "The state/task '" + what +
              "' returned a result with a size exceeding the maximum number of bytes service "
              "limit."};
}

void Strand::turn() {
  Outcome outcome = frame_ ? frame_->advance(*this) : begin();
  if (std::holds_alternative<Waits>(outcome)) return;
  if (queued_) run_.unqueue(*this);  // the frame woke it in its last turn, which nothing waits for
  if (auto* exits = std::get_if<Exits>(&outcome)) {
    leave(std::move(*exits));
  } else if (const auto* failure = std::get_if<Failure>(&outcome)) {
    fail(*failure);
  }
}

Outcome Strand::begin() {
  if (!open_) {
    before_entered_ = last_event_;
    entered_event_ =
        record({.type = state_->kind().entered, .state = &state_->name(), .payload = input_});
    entered_at_ = run_.scheduler().now();
    open_ = at_state_ = true;
  }
  return state_->run(*this);
}

// The state that was tried alone is done.
void Strand::leave_trial(Exits exits) {
  Trial& trial = *run_.trial;
  if (exits.assigned) assign(*exits.assigned);
  if (variables_) trial.variables = *variables_;
  trial.output = text_of(*exits.output);
  if (exits.next != nullptr) trial.next = exits.next->name();
  frame_.reset();
  open_ = false;
  run_.succeed(std::move(exits.output), last_event_);
}

void Strand::leave(Exits exits) {
  // What only passes through was measured where it was made.
  if (exits.output != input_ && is_too_large(exits.output->json)) {
    fail(too_large(state_->name()));
    return;
  }
  if (run_.trial != nullptr) return leave_trial(std::move(exits));
  frame_.reset();
  task_token_.clear();
  record({.type = *state_->kind().exited,
          .state = &state_->name(),
          .payload = exits.output,
          .details = exits.assigned ? shown_assigned(*exits.assigned) : nullptr});
  if (exits.assigned) assign(*exits.assigned);
  open_ = at_state_ = false;
  input_ = std::move(exits.output);
  retries_ = 0;
  retrier_uses_.clear();
  inside_.clear();
  map_run_ = nullptr;
  if (exits.next != nullptr) {
    state_ = exits.next;
    run_.make_ready(*this);
  } else if (parent_ != nullptr) {
    parent_->frame()->on_finished(*this, input_);
  } else {
    run_.succeed(input_, last_event_);
  }
}

void Strand::assign(const Json& assigned) {
  if (assigned.empty()) return;
  if (!variables_) {
    variables_ = std::make_shared<Json>(Json::object());
  } else if (variables_.use_count() > 1) {
    variables_ = std::make_shared<Json>(*variables_);  // the strand around this one keeps its own
  }
  for (const auto& [name, value] : assigned.items()) {
    const Json* const before = find(*variables_, name);
    const std::size_t gone = before == nullptr ? 0 : to_text(*before).size();
    const std::size_t added = to_text(value).size();
    variable_bytes_ += added - gone;
    run_.variable_bytes += added - gone;
    (*variables_)[name] = value;
  }
}

std::optional<Failure> Strand::refuse_assigned(const Json& assigned) const {
  const std::size_t bytes = to_text(assigned).size();
  if (bytes <= kMaxAssignBytes && run_.variable_bytes + bytes <= kMaxVariableBytes) {
    return std::nullopt;
  }
  return explain({"States.DataLimitExceeded",
                  "The variables assigned by the state exceed the maximum number of bytes service "
                  "limit."});
}

// EvaluationFailed, behind which the failure goes on.
void Strand::note_evaluation(const Failure& failure) {
  if (!failure.evaluated_field) return;
  Json details = details_of(failure);
  if (!failure.evaluated_field->empty()) details["location"] = *failure.evaluated_field;
  details["state"] = state_->name();
  const bool unstarted = last_event_ == entered_event_ && !state_->kind().entered_before_evaluation;
  last_event_ = record_aside(unstarted ? before_entered_ : last_event_,
                             {.type = EventType::kEvaluationFailed,
                              .details = std::make_shared<const Json>(std::move(details))});
}

void Strand::fail(const Failure& failure) {
  note_evaluation(failure);
  // "States.Runtime errors are not retriable, and will always cause the execution to fail."
  const bool final = failure.error == "States.Runtime";
  if (run_.trial != nullptr) run_.trial->failure = failure;
  if (!final && retry(failure)) return;
  if (frame_) {
    frame_->give_up(*this);
  } else if (failure.evaluated_field && state_->kind().failed) {
    record({.type = *state_->kind().failed});
  }
  if (!final && catch_it(failure)) return;
  give_up(failure);
}

bool Strand::retry(const Failure& failure) {
  const std::vector<Retrier>& retriers = state_->retriers;
  const auto retrier = std::find_if(retriers.begin(), retriers.end(), [&](const Retrier& r) {
    return names(r.error_equals, failure);
  });
  if (retrier == retriers.end()) return false;
  const auto index = static_cast<std::size_t>(retrier - retriers.begin());
  if (run_.trial != nullptr) return retry_trial(*retrier, index, failure);
  retrier_uses_.resize(retriers.size());
  std::uint64_t& uses = retrier_uses_[index];
  if (uses >= retrier->max_attempts) return false;
  ++uses;
  ++retries_;
  frame_.reset();
  retry_timer_ = run_.scheduler().after(retrier->delay(uses, random_), [this] {
    retry_timer_ = 0;
    run_.make_ready(*this);
  });
  return true;
}

// What the retrier would do now: nothing is waited for.
bool Strand::retry_trial(const Retrier& retrier, std::size_t index, const Failure& failure) {
  Trial& trial = *run_.trial;
  trial.retry_index = index;
  if (trial.retrier_uses >= retrier.max_attempts) return false;
  trial.retriable = true;
  trial.backoff_seconds =
      std::chrono::duration<double>(retrier.delay(trial.retrier_uses + 1, random_)).count();
  run_.fail(failure, last_event_);
  return true;
}

bool Strand::catch_it(const Failure& failure) {
  const std::vector<Catcher>& catchers = state_->catchers;
  const auto catcher = std::find_if(catchers.begin(), catchers.end(), [&](const Catcher& c) {
    return names(c.error_equals, failure);
  });
  if (catcher == catchers.end()) return false;
  if (run_.trial != nullptr) {
    run_.trial->caught = true;
    run_.trial->catch_index = static_cast<std::size_t>(catcher - catchers.begin());
  }
  Outcome outcome = finish_caught(*this, error_output(failure), catcher->result_path,
                                  catcher->ending, catcher->next);
  auto* const exits = std::get_if<Exits>(&outcome);
  if (exits != nullptr && exits->output != input_ && is_too_large(exits->output->json)) {
    outcome = too_large(state_->name());
  }
  if (const auto* again = std::get_if<Failure>(&outcome)) {
    note_evaluation(*again);
    give_up(*again);
  } else {
    leave(std::move(std::get<Exits>(outcome)));
  }
  return true;
}

void Strand::give_up(const Failure& failure) {
  if (!state_->kind().aborted_by_own_failure) open_ = false;
  if (parent_ != nullptr) {
    parent_->frame()->on_failed(*this, failure);
  } else {
    run_.fail(failure, last_event_);
  }
}

void Strand::abort(std::uint64_t cause) {
  if (frame_ && open_) frame_->abort_inside(cause);
  if (open_ && state_->kind().aborted) {
    record_aside(cause, {.type = *state_->kind().aborted});
  }
  open_ = false;
}

void Strand::note(std::string_view stage, const Payload& data) const {
  if (run_.trial != nullptr) run_.trial->note(stage, data);
}

Json Strand::bindings(const Seen& seen) {
  Json all = variables_ ? *variables_ : Json::object();
  Json states{{"input", input_->json}};
  if (state_->uses_context) states["context"] = context();
  if (seen.result != nullptr) states["result"] = *seen.result;
  if (seen.error_output != nullptr) states["errorOutput"] = *seen.error_output;
  all["states"] = std::move(states);
  return all;
}

void Strand::select_item(const MapItem* item) {
  selected_item_ = item;
  shown_item_ = nullptr;  // another item may have come to the same address
}

const MapItem* Strand::nearest_item() const {
  if (selected_item_ != nullptr) return selected_item_;
  const Strand* iteration = this;
  while (iteration != nullptr && !iteration->item_) iteration = iteration->parent_;
  return iteration == nullptr ? nullptr : &*iteration->item_;
}

// Execution and StateMachine stay as they are; State is renewed, Map where it is another item.
const Json& Strand::context() {
  if (!state_->uses_context) return no_context();
  if (!context_) context_ = std::make_unique<Json>(run_.context());
  if (run_.trial != nullptr) {
    if (run_.trial->context) return *context_;
    retries_ = run_.trial->retrier_uses;
  }
  Json& state = (*context_)["State"];
  state = Json{{"Name", state_->name()},
               {"EnteredTime", to_iso8601(run_.scheduler().wall(entered_at_))}};
  if (state_->kind().counts_retries) state["RetryCount"] = retries_;
  if (task_token_.empty()) {
    context_->erase("Task");
  } else {
    (*context_)["Task"] = Json{{"Token", task_token_}};
  }
  const MapItem* const item = nearest_item();
  if (item == nullptr) {
    context_->erase("Map");
  } else if (item != shown_item_) {
    Json shown{{"Index", item->index}};
    if (item->key) shown["Key"] = *item->key;
    shown["Value"] = item->value->json;
    shown["Source"] = item->source;
    (*context_)["Map"]["Item"] = std::move(shown);
  }
  shown_item_ = item;
  return *context_;
}

}  // namespace bedlam::states
