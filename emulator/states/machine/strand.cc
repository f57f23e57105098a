#include "emulator/states/machine/strand.h"

#include <algorithm>

#include "emulator/states/machine/run.h"

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

}  // namespace

Strand::Strand(Run& run, const StatesBlock& block, Payload input, Strand* parent, std::size_t index,
               std::uint64_t event)
    : run_(run),
      parent_(parent),
      index_(index),
      random_(parent == nullptr ? run.random()
                                : parent->random_.derive(parent->state_->name(), index)),
      state_(block.start_at),
      input_(std::move(input)),
      last_event_(event),
      parked_{this},
      place_(parked_.begin()) {}

Strand::~Strand() {
  if (retry_timer_ != 0) run_.scheduler().cancel(retry_timer_);
  if (queued_) run_.unqueue(*this);
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
  if (auto* exits = std::get_if<Exits>(&outcome)) {
    leave(std::move(*exits));
  } else if (const auto* failure = std::get_if<Failure>(&outcome)) {
    fail(*failure);
  }
}

Outcome Strand::begin() {
  if (!open_) {
    entered_event_ =
        record({.type = state_->kind().entered, .state = &state_->name(), .payload = input_});
    entered_at_ = run_.scheduler().now();
    open_ = true;
  }
  return state_->run(*this);
}

void Strand::leave(Exits exits) {
  // What only passes through was measured where it was made.
  if (exits.output != input_ && is_too_large(exits.output->json)) {
    fail(too_large(state_->name()));
    return;
  }
  frame_.reset();
  record({.type = *state_->kind().exited, .state = &state_->name(), .payload = exits.output});
  open_ = false;
  input_ = std::move(exits.output);
  retries_ = 0;
  retrier_uses_.clear();
  if (exits.next != nullptr) {
    state_ = exits.next;
    run_.make_ready(*this);
  } else if (parent_ != nullptr) {
    parent_->frame()->on_finished(*this, input_);
  } else {
    run_.succeed(input_, last_event_);
  }
}

void Strand::fail(const Failure& failure) {
  // "States.Runtime errors are not retriable, and will always cause the execution to fail."
  const bool final = failure.error == "States.Runtime";
  if (!final && retry(failure)) return;
  if (frame_) frame_->give_up(*this);
  if (!final && catch_it(failure)) return;
  give_up(failure);
}

bool Strand::retry(const Failure& failure) {
  const std::vector<Retrier>& retriers = state_->retriers;
  const auto retrier = std::find_if(retriers.begin(), retriers.end(), [&](const Retrier& r) {
    return names(r.error_equals, failure);
  });
  if (retrier == retriers.end()) return false;
  retrier_uses_.resize(retriers.size());
  std::uint64_t& uses = retrier_uses_[static_cast<std::size_t>(retrier - retriers.begin())];
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

bool Strand::catch_it(const Failure& failure) {
  const std::vector<Catcher>& catchers = state_->catchers;
  const auto catcher = std::find_if(catchers.begin(), catchers.end(), [&](const Catcher& c) {
    return names(c.error_equals, failure);
  });
  if (catcher == catchers.end()) return false;
  Result<Payload, Failure> output =
      merge(*this, catcher->result_path, make_payload(error_output(failure)));
  if (output && *output != input_ && is_too_large((*output)->json)) {
    output = too_large(state_->name());
  }
  if (output) {
    leave({std::move(*output), catcher->next});
  } else {
    give_up(output.error());
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
  Json& state = (*context_)["State"];
  state = Json{{"Name", state_->name()},
               {"EnteredTime", to_iso8601(run_.scheduler().wall(entered_at_))}};
  if (state_->kind().counts_retries) state["RetryCount"] = retries_;
  const MapItem* const item = nearest_item();
  if (item == nullptr) {
    context_->erase("Map");
  } else if (item != shown_item_) {
    Json shown{{"Index", item->index}};
    if (item->key) shown["Key"] = *item->key;
    shown["Value"] = item->value->json;
    shown["Source"] = "STATE_DATA";
    (*context_)["Map"]["Item"] = std::move(shown);
  }
  shown_item_ = item;
  return *context_;
}

}  // namespace bedlam::states
