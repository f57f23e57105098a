// A state of a definition: immutable, shared by all executions. What changes while it runs stands
// in a Strand (where it is, its retries) and in a Frame (the work under way).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/duration.h"
#include "emulator/base/random.h"
#include "emulator/states/failure.h"
#include "emulator/states/machine/data_flow.h"
#include "emulator/states/machine/history.h"
#include "emulator/states/machine/outcome.h"
#include "emulator/states/machine/place.h"

namespace bedlam::states {

class State;
class Strand;

// The work of one visit of a state that does not end at once. Destroying it gives the work up:
// timers are cancelled, exchanges abandoned, branches ended; it writes no events.
class Frame {
 public:
  virtual ~Frame() = default;
  // What the frame woke its strand for.
  virtual Outcome advance(Strand& strand) = 0;
  // The state failed and is not retried.
  virtual void give_up(Strand& /*strand*/) {}
  // Writes the aborts of whatever runs inside; each points to the event that was the cause.
  virtual void abort_inside(std::uint64_t /*cause*/) {}
  // A strand that this frame started came to its end.
  virtual void on_finished(Strand& /*child*/, Payload /*output*/) {}
  virtual void on_failed(Strand& /*child*/, const Failure& /*failure*/) {}
  // Where the strands inside stand or stood, by their index; for a redrive.
  virtual std::vector<Place> places() const { return {}; }
  virtual std::shared_ptr<const KeptMapRun> kept_map_run() const { return nullptr; }
};

// What a type of state has in common. One constant in each file of state/.
struct StateKind {
  std::string_view type;  // "Pass"
  EventType entered;
  std::optional<EventType> exited;   // Fail has none
  std::optional<EventType> aborted;  // only the states that wait have one
  // Recorded where an expression fails before the state has started anything: MapStateFailed.
  std::optional<EventType> failed = std::nullopt;
  bool aborted_by_own_failure = false;  // recorded: a task that fails its branch is also aborted
  bool counts_retries = false;          // State.RetryCount in the context object
  // Recorded: EvaluationFailed of a Wait points to its StateEntered; of other types that have
  // started nothing, to what StateEntered itself points to.
  bool entered_before_evaluation = false;
};

// Seconds of a Retry, Error Equals and the like (developer guide, "Handling errors").
struct Retrier {
  std::vector<std::string> error_equals;
  double interval_seconds = 1;
  std::uint64_t max_attempts = 3;
  double backoff_rate = 2.0;
  std::optional<double> max_delay_seconds;
  bool full_jitter = false;

  // Before its use number `use`, from 1. Draws only with JitterStrategy FULL.
  Duration delay(std::uint64_t use, Random& random) const;
};

struct Catcher {
  std::vector<std::string> error_equals;
  ResultPath result_path;
  Ending ending;
  const State* next = nullptr;
};

// Whether an ErrorEquals list names the failure.
bool names(const std::vector<std::string>& error_equals, const Failure& failure);

class State {
 public:
  State(std::string name, const StateKind& kind) : name_(std::move(name)), kind_(kind) {}
  virtual ~State() = default;

  const std::string& name() const { return name_; }
  const StateKind& kind() const { return kind_; }

  // Begins the state's work, or begins it again after a retry. Where that takes time it leaves a
  // frame in the strand.
  virtual Outcome run(Strand& strand) const = 0;
  // Adds every state that may come next, for the check of what can be reached.
  virtual void add_successors(std::vector<const State*>& to) const;
  // Filled while the definition is parsed.
  DataFlow flow;
  Ending ending;
  std::vector<Retrier> retriers;
  std::vector<Catcher> catchers;
  const State* next = nullptr;
  bool ends = false;          // has End, or is of a type that always ends
  bool uses_context = false;  // mentions the context object anywhere

 private:
  std::string name_;
  const StateKind& kind_;
};

struct StatesBlock {
  const State* start_at = nullptr;
  std::vector<std::unique_ptr<State>> states;  // in document order
};

}  // namespace bedlam::states
