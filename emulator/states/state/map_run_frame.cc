// Map in distributed mode (developer guide, "Using Map state in Distributed mode"): reads the
// items, makes child executions of them, counts what fails, writes the results.
#include <algorithm>
#include <utility>

#include "emulator/states/machine/map_run.h"
#include "emulator/states/machine/run.h"
#include "emulator/states/state/item_source.h"
#include "emulator/states/state/map.h"
#include "emulator/states/state/map_children.h"
#include "emulator/states/state/result_export.h"

namespace bedlam::states {

// What a Map Run that did not succeed had come to.
struct KeptMapRun {
  std::shared_ptr<MapRun> run;
  std::vector<ChildResult> children;
};

namespace {

// So many children are started before other work of the same instant comes first.
constexpr std::size_t kChildrenAtOnce = 1'000;

class MapRunFrame final : public Frame {
 public:
  MapRunFrame(Strand& owner, const Map& state, Payload input, std::shared_ptr<MapRun> run)
      : owner_(owner),
        state_(state),
        distribution_(*state.distribution),
        input_(std::move(input)),
        run_(std::move(run)),
        self_(std::make_shared<MapRunFrame*>(this)) {
    run_->updated = [this] { owner_.wake(); };
  }

  ~MapRunFrame() override {
    run_->updated = nullptr;
    if (!run_->stopped) {
      stop_children();
      end(ExecutionStatus::kAborted);
    }
    self_.reset();
  }

  void take(std::vector<MapItem> items) { items_ = std::move(items); }
  // `event`: MapRunStarted.
  void started_by(std::uint64_t event) { started_event_ = event; }

  // Goes on with the children that did not succeed.
  void resume(std::vector<ChildResult> children) {
    children_ = std::move(children);
    run_->items = run_->executions = {};
    for (std::size_t i = 0; i < children_.size(); ++i) {
      const std::shared_ptr<Execution>& execution = children_[i].child.execution;
      const bool done = execution && execution->status() == ExecutionStatus::kSucceeded;
      (done ? run_->items.succeeded : run_->items.pending) += children_[i].items;
      ++(done ? run_->executions.succeeded : run_->executions.pending);
      if (!done) to_run_.push_back(i);
    }
    stage_ = Stage::kRunning;
  }

  std::shared_ptr<const KeptMapRun> kept_map_run() const override {
    if (stage_ == Stage::kReading) return nullptr;
    return std::make_shared<const KeptMapRun>(KeptMapRun{run_, children_});
  }

  Outcome advance(Strand& strand) override {
    if (stage_ == Stage::kReading) {
      if (const auto failed = read(strand)) return fail(strand, *failed);
    }
    if (stage_ == Stage::kRunning) {
      note_ended();
      start_children(strand);
      if (threshold_exceeded()) {
        stop_children();
        failure_ = Failure{"States.ExceedToleratedFailureThreshold",
                           "The specified tolerated failure threshold was exceeded"};
      }
      if (!failure_ && ended_ < to_run_.size()) return Waits{};
      stage_ = Stage::kWriting;
    }
    return stage_ == Stage::kWriting ? write(strand) : Outcome(Waits{});
  }

  void give_up(Strand& strand) override {
    if (!succeeded_) strand.record({.type = EventType::kMapStateFailed});
  }

  void abort_inside(std::uint64_t cause) override {
    if (run_->stopped) return;
    stop_children();
    end(ExecutionStatus::kAborted);
    owner_.record_aside(cause, {.type = EventType::kMapRunAborted});
  }

 private:
  enum class Stage { kReading, kRunning, kWriting };

  // Goes on until it waits for Amazon S3 or has all inputs of children.
  std::optional<Failure> read(Strand& strand) {
    if (distribution_.reader) {
      if (!source_) {
        if (auto failed = open_source(strand, *distribution_.reader)) return failed;
      }
      if (!source_->step()) return std::nullopt;
      if (source_->failure()) return Failure{"States.ItemReaderFailed", source_->failure()};
      items_ = std::move(source_->items());
      source_.reset();
    }
    Result<std::vector<ChildResult>, Failure> children =
        children_of(strand, state_, input_, items_);
    if (!children) return children.error();
    children_ = std::move(*children);
    run_->items.pending = items_.size();
    run_->executions.pending = children_.size();
    for (std::size_t i = 0; i < children_.size(); ++i) to_run_.push_back(i);
    items_.clear();
    stage_ = Stage::kRunning;
    return std::nullopt;
  }

  std::optional<Failure> open_source(Strand& strand, const ItemReader& reader) {
    const Json& input = input_->json;
    const Result<double, Failure> most = reader.max_items.value(strand, input);
    if (!most) return most.error();
    if (*most < 0) return Failure{"States.ItemReaderFailed", "field MaxItems must be positive"};
    constexpr double kAll = 1e15;  // larger than any list; 0 means all too (recorded)
    const std::size_t limit =
        *most < 1 || *most > kAll ? SIZE_MAX : static_cast<std::size_t>(*most);
    Result<Json, Failure> parameters = Json::object();
    if (reader.parameters) parameters = evaluate(strand, *reader.parameters, input);
    if (!parameters) return parameters.error();
    source_ = std::make_unique<ItemSource>(strand, reader, *parameters, limit);
    return std::nullopt;
  }

  void start_children(Strand& strand) {
    const std::size_t most =
        run_->max_concurrency == 0
            ? kMaxDistributedConcurrency
            : std::min<std::size_t>(run_->max_concurrency, kMaxDistributedConcurrency);
    for (std::size_t started = 0;
         next_ < to_run_.size() && next_ - ended_ < most && !threshold_exceeded(); ++started) {
      if (started == kChildrenAtOnce) {
        strand.wake();
        return;
      }
      start_child(to_run_[next_++]);
      note_ended();
    }
  }

  void start_child(std::size_t index) {
    ChildResult& child = children_[index];
    move_counts(child.items, &MapRunCounts::pending, &MapRunCounts::running);
    const auto closed = [self = std::weak_ptr<MapRunFrame*>(self_), index] {
      const std::shared_ptr<MapRunFrame*> frame = self.lock();
      if (!frame) return;
      (*frame)->just_ended_.push_back(index);
      if (!(*frame)->stopping_) (*frame)->owner_.wake();
    };
    MapRuns& runs = *owner_.run().map_runs();
    const bool goes_on = child.child.execution && !distribution_.definition->is_express();
    if (goes_on && runs.redrive_child(child.child, closed)) return;
    child.child = runs.start_child(*run_, owner_.run().identity(),
                                   {distribution_.definition, child.input->json, index}, closed);
  }

  // Those that closed since the last turn.
  void note_ended() {
    for (const std::size_t index : just_ended_) {
      ++ended_;
      move_counts(children_[index].items, &MapRunCounts::running,
                  counter_of(children_[index].child.execution->status()));
    }
    just_ended_.clear();
  }

  static std::uint64_t MapRunCounts::*counter_of(ExecutionStatus status) {
    switch (status) {
      case ExecutionStatus::kSucceeded:
        return &MapRunCounts::succeeded;
      case ExecutionStatus::kTimedOut:
        return &MapRunCounts::timed_out;
      case ExecutionStatus::kAborted:
        return &MapRunCounts::aborted;
      case ExecutionStatus::kFailed:
      case ExecutionStatus::kRunning:
        break;
    }
    return &MapRunCounts::failed;
  }

  void move_counts(std::size_t items, std::uint64_t MapRunCounts::*from,
                   std::uint64_t MapRunCounts::*to) {
    run_->items.*from -= items;
    run_->items.*to += items;
    --(run_->executions.*from);
    ++(run_->executions.*to);
  }

  // Items of failed and timed-out children against the count or the percentage; without either, one
  // is too many.
  bool threshold_exceeded() const {
    const MapRunCounts& counts = run_->items;
    const std::uint64_t failed = counts.failed + counts.timed_out + stopped_by_others();
    if (failed == 0) return false;
    const std::uint64_t count = run_->tolerated_failure_count;
    const double percentage = run_->tolerated_failure_percentage;
    if (count == 0 && percentage == 0) return true;
    constexpr double kPercent = 100;
    return (count > 0 && failed > count) ||
           (percentage > 0 && static_cast<double>(failed) * kPercent >
                                  percentage * static_cast<double>(counts.total()));
  }

  // A child that somebody stops counts as failed.
  std::uint64_t stopped_by_others() const { return stopping_ ? 0 : run_->items.aborted; }

  void stop_children() {
    stopping_ = true;
    for (const ChildResult& child : children_) {
      const std::shared_ptr<Execution> execution = child.child.execution;
      if (execution && execution->status() == ExecutionStatus::kRunning) {
        execution->stop(std::nullopt, std::nullopt);
      }
    }
    note_ended();
  }

  Outcome write(Strand& strand) {
    const auto& writer = distribution_.writer;
    Json result;
    if (writer && writer->exports) {
      if (!export_) {
        Result<Json, Failure> parameters = Json::object();
        if (writer->parameters) parameters = evaluate(strand, *writer->parameters, input_->json);
        if (!parameters) return fail(strand, parameters.error());
        export_ = std::make_unique<ResultExport>(strand, *writer, *parameters, *run_, children_);
      }
      if (!export_->step()) return Waits{};
      if (export_->failure() && !failure_) {
        failure_ = Failure{"States.ResultWriterFailed", export_->failure()};
      }
      result = export_->output();
    } else {
      const auto form = writer ? writer->form() : ResultWriter::Transformation::kCompact;
      result = transformed(children_, form, strand.run().scheduler(), *run_);
    }
    run_->items.results_written = run_->items.total() - run_->items.pending;
    run_->executions.results_written = run_->executions.total() - run_->executions.pending;
    if (failure_) return fail(strand, *failure_);
    return succeed(strand, std::move(result));
  }

  // Recorded: MapStateSucceeded points to MapRunSucceeded. MapStateExited does so too where a
  // JSONPath machine begins with the Map (20 recordings); else to MapRunStarted (6 recordings).
  Outcome succeed(Strand& strand, Json result) {
    end(ExecutionStatus::kSucceeded);
    succeeded_ = true;
    strand.record({.type = EventType::kMapRunSucceeded});
    strand.record_aside(strand.last_event(), {.type = EventType::kMapStateSucceeded});
    if (!strand.is_at_first_state() || state_.flow.jsonata) strand.set_last_event(started_event_);
    return finish(strand, make_payload(std::move(result)), state_.next);
  }

  Outcome fail(Strand& strand, const Failure& failure) {
    end(ExecutionStatus::kFailed);
    strand.record({.type = EventType::kMapRunFailed,
                   .details = std::make_shared<const Json>(details_of(failure))});
    return failure;
  }

  void end(ExecutionStatus status) {
    run_->status = status;
    run_->stopped = owner_.run().scheduler().now();
  }

  Strand& owner_;
  const Map& state_;
  const Distribution& distribution_;
  Payload input_;
  std::shared_ptr<MapRun> run_;
  std::shared_ptr<MapRunFrame*> self_;  // children that close look for the frame by it
  Stage stage_ = Stage::kReading;
  std::unique_ptr<ItemSource> source_;
  std::uint64_t started_event_ = 0;
  std::vector<MapItem> items_;
  std::vector<ChildResult> children_;
  std::vector<std::size_t> just_ended_;
  std::vector<std::size_t> to_run_;  // children that are to be started, or redriven
  std::size_t next_ = 0;             // of to_run_
  std::size_t ended_ = 0;            // of those
  bool stopping_ = false;
  std::unique_ptr<ResultExport> export_;
  std::optional<Failure> failure_;
  bool succeeded_ = false;
};

}  // namespace

// A redrive goes on with the Map Run as it was (developer guide, "Redriving Map Runs").
Outcome Map::redrive_distributed(Strand& strand, const Payload& input,
                                 const KeptMapRun& kept) const {
  MapRun& run = *kept.run;
  run.status = ExecutionStatus::kRunning;
  run.stopped.reset();
  run.redriven = strand.run().scheduler().now();
  ++run.redrives;
  const std::uint64_t redriven =
      strand.record({.type = EventType::kMapRunRedriven,
                     .details = std::make_shared<const Json>(
                         Json{{"mapRunArn", run.arn}, {"redriveCount", run.redrives}})});
  auto frame = std::make_unique<MapRunFrame>(strand, *this, input, kept.run);
  frame->started_by(redriven);
  frame->resume(kept.children);
  const Waits waits = strand.wait_in(std::move(frame));
  strand.wake();
  return waits;
}

// Recorded: MapStateStarted comes before the numbers are looked at.
Outcome Map::run_distributed(Strand& strand, const Payload& input) const {
  if (const auto kept = strand.take_map_run()) return redrive_distributed(strand, input, *kept);
  std::vector<MapItem> items;
  if (!distribution->reader) {
    Result<std::vector<MapItem>, Failure> given = items_of(strand, input->json);
    if (!given) return std::move(given).error();
    items = *std::move(given);
  }
  strand.record({.type = EventType::kMapStateStarted,
                 .details = std::make_shared<const Json>(Json{{"length", items.size()}})});
  const Result<double, Failure> at_once = concurrency(strand, input->json);
  if (!at_once) return at_once.error();
  const Result<double, Failure> count = tolerated_count.value(strand, input->json);
  if (!count) return count.error();
  if (*count < 0) return strand.runtime_failure("ToleratedFailureCount cannot be negative.");
  const Result<double, Failure> percentage = tolerated_percentage.value(strand, input->json);
  if (!percentage) return percentage.error();
  constexpr double kMaxPercentage = 100;
  if (*percentage < 0 || *percentage > kMaxPercentage) {
    return strand.runtime_failure("ToleratedFailurePercentage must be between 0 and 100.");
  }
  if (strand.run().map_runs() == nullptr) {
    return strand.runtime_failure("A distributed Map needs an account that keeps Map Runs.");
  }
  const std::shared_ptr<MapRun> run =
      strand.run().map_runs()->open_map_run(strand.run().identity(), distribution->label, name());
  run->max_concurrency = static_cast<std::uint64_t>(*at_once);
  run->tolerated_failure_count = static_cast<std::uint64_t>(*count);
  run->tolerated_failure_percentage = *percentage;
  const std::uint64_t started =
      strand.record({.type = EventType::kMapRunStarted,
                     .details = std::make_shared<const Json>(Json{{"mapRunArn", run->arn}})});
  auto frame = std::make_unique<MapRunFrame>(strand, *this, input, run);
  frame->started_by(started);
  frame->take(std::move(items));
  const Waits waits = strand.wait_in(std::move(frame));
  strand.wake();
  return waits;
}

}  // namespace bedlam::states
