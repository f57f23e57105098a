// One line of states as it runs: the machine's own, a branch of a Parallel state, or an iteration
// of a Map state. It is at one state at a time, makes one transition a turn, and keeps the chain of
// its events (previousEventId).
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/states/language/scope.h"
#include "emulator/states/machine/state.h"

namespace bedlam::states {

class Run;

// `$$.Map.Item` of an iteration.
struct MapItem {
  std::size_t index = 0;
  std::optional<std::string> key;  // only where an object is iterated over
  Payload value;
  std::string source = "STATE_DATA";  // or where it was read: "S3://bucket/key"
};

class Strand {
 public:
  // Borrows all of it. `parent` is null for the machine's own; `event` is what its first event
  // points to.
  Strand(Run& run, const StatesBlock& block, Payload input, Strand* parent, std::size_t index,
         std::uint64_t event);
  ~Strand();
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  // For its states and frames.
  Run& run() { return run_; }
  const State& state() const { return *state_; }
  const Payload& input() const { return input_; }  // raw
  std::size_t index() const { return index_; }     // among its siblings
  Random& random() { return random_; }
  // The state's visit under way: the same number for each of its tries, those that a Retry around
  // it starts included; another one where a loop comes by again.
  std::uint64_t visit();
  std::uint64_t entered_event() const { return entered_event_; }
  Scope scope(const Json& input) { return {input, context(), random_, variables_.get()}; }
  // What a JSONata expression can see: the variables, and `states`.
  Json bindings(const Seen& seen);
  Frame* frame() { return frame_.get(); }
  // Takes the frame of this visit; run() then returns Waits.
  Waits wait_in(std::unique_ptr<Frame> frame);
  // Has the frame advanced in a turn of its own, at this instant.
  void wake();

  // Writes an event behind the strand's last one and makes it the last.
  std::uint64_t record(Event event);
  // Writes an event behind `previous`; the chain does not go through it.
  std::uint64_t record_aside(std::uint64_t previous, Event event);
  std::uint64_t last_event() const { return last_event_; }
  // Whether the state is the first of the whole execution.
  bool is_at_first_state() const { return before_entered_ == 0; }
  void set_last_event(std::uint64_t id) { last_event_ = id; }

  // A failure with AWS's sentence about the state before its cause.
  Failure explain(Failure failure) const;
  Failure runtime_failure(const std::string& text) const;  // States.Runtime
  Failure too_large(const std::string& what) const;        // States.DataLimitExceeded

  // Why these variables cannot be assigned; nothing where they can.
  std::optional<Failure> refuse_assigned(const Json& assigned) const;
  // For TestState: the data of the state as it was at that stage.
  void note(std::string_view stage, const Payload& data) const;

  // Makes the strand an iteration: `$$.Map.Item` of its states and of all strands inside them.
  void become_iteration(MapItem item) { item_ = std::move(item); }
  // What `$$.Map.Item` means while the state's ItemSelector is evaluated; nullptr ends it.
  void select_item(const MapItem* item);

  // `$$.Task.Token` of the attempt under way; "": there is none.
  void set_task_token(std::string token) { task_token_ = std::move(token); }
  // Where it stands; and, before its first turn, to go on from there. What is inside is taken by
  // the frame that goes on, once: a retry starts afresh.
  Place place() const;
  void resume(Place place);
  std::vector<Place> take_inside() { return std::exchange(inside_, {}); }
  std::shared_ptr<const KeptMapRun> take_map_run() { return std::exchange(map_run_, nullptr); }

  // For the run.
  void turn();
  // For the frame that started it. Writes what was aborted.
  void abort(std::uint64_t cause);

 private:
  friend class Run;

  Random random_inside(std::size_t index);
  std::uint64_t visits_of_state();
  Outcome begin();
  void leave(Exits exits);
  void leave_trial(Exits exits);
  bool retry_trial(const Retrier& retrier, std::size_t index, const Failure& failure);
  void assign(const Json& assigned);
  void note_evaluation(const Failure& failure);
  void fail(const Failure& failure);
  bool retry(const Failure& failure);
  bool catch_it(const Failure& failure);
  void give_up(const Failure& failure);
  const Json& context();
  const MapItem* nearest_item() const;

  Run& run_;
  Strand* parent_;
  std::size_t index_;
  Random random_;

  const State* state_;
  Payload input_;
  std::unique_ptr<Frame> frame_;
  bool open_ = false;      // the state was entered and not left
  bool at_state_ = false;  // the same, but for failures, which leave nothing open
  std::uint64_t entered_event_ = 0;
  std::uint64_t before_entered_ = 0;  // what that event points to
  Instant entered_at_{};
  std::uint64_t last_event_;
  std::uint64_t retries_ = 0;                // of this visit
  std::vector<std::uint64_t> retrier_uses_;  // by retrier
  Scheduler::TimerId retry_timer_ = 0;

  // Those of the strands around it, and its own. Shared until this strand assigns.
  std::shared_ptr<Json> variables_;
  std::size_t variable_bytes_ = 0;  // that this strand has added to the run's

  struct Visits {
    std::uint64_t count = 0, entered_event = 0;
  };
  std::map<const State*, Visits> visits_;  // of states that were asked for it

  std::string task_token_;
  std::vector<Place> inside_;                  // of a redrive, until the state's frame takes it
  std::shared_ptr<const KeptMapRun> map_run_;  // likewise

  std::optional<MapItem> item_;
  const MapItem* selected_item_ = nullptr;
  const MapItem* shown_item_ = nullptr;  // what the context object holds now
  std::unique_ptr<Json> context_;        // made when first asked for

  std::list<Strand*> parked_;  // its place in the run's queue while it is not queued
  std::list<Strand*>::iterator place_;
  bool queued_ = false;
};

}  // namespace bedlam::states
