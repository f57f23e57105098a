// The work of a Task state's attempt: a call of a service with what its pattern makes of the
// reply, or a wait for an activity's worker. Writes the task's events after TaskScheduled.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "emulator/rpc/dispatcher.h"
#include "emulator/states/integration/integration.h"
#include "emulator/states/machine/strand.h"
#include "emulator/states/machine/workers.h"

namespace bedlam::states {

// Seconds; absent: no limit of the state's own.
struct TaskLimits {
  std::optional<std::int64_t> timeout, heartbeat;
};

// The events of one kind of resource.
struct TaskEvents {
  EventType scheduled, started, succeeded, failed, timed_out;
  bool named;  // "resourceType" and "resource" stand in all of them
};
const TaskEvents& events_of(Resource::Kind kind);

// The limits, the token, and the end of a task, which the two frames have in common.
class TaskFrame : public Frame, public Awaiting {
 public:
  // All of it outlives the frame.
  TaskFrame(Strand& strand, const Resource& resource);
  ~TaskFrame() override;
  TaskFrame(const TaskFrame&) = delete;
  TaskFrame& operator=(const TaskFrame&) = delete;

  void limit(const TaskLimits& limits) { limits_ = limits; }
  // Makes the token of this attempt.
  const std::string& issue_token();
  const std::string& token() const { return token_; }
  // "resourceType" and "resource", where the events have them.
  Json names() const;

  void on_success(Json output, std::string output_text) override;
  void on_failure(Failure failure) override;
  void on_heartbeat() override;
  Taken on_taken(const std::string& /*worker_name*/) override { return {}; }

 protected:
  struct Success {
    Json output;
    std::string text;  // as the worker sent it; "": made here
  };
  using Told = Result<Success, Failure>;

  Strand& strand() { return strand_; }
  Scheduler& scheduler() { return scheduler_; }
  const TaskEvents& events() const { return events_; }
  const TaskLimits& limits() const { return limits_; }
  // What a worker said, if it has said something.
  std::optional<Told>& told() { return told_; }
  bool expired() const { return expired_; }

  void start_timeout(std::int64_t seconds);
  void start_heartbeat();
  Outcome timed_out();
  Outcome finish(Told told);
  Outcome fail(EventType type, const Failure& failure);

 private:
  void expire(bool heartbeat);
  void tell(Told told);

  Strand& strand_;
  Scheduler& scheduler_;
  const Resource& resource_;
  const TaskEvents& events_;
  TaskLimits limits_;
  std::string token_;
  std::optional<Told> told_;
  bool expired_ = false;
  bool missed_heartbeat_ = false;
  bool heartbeats_ = false;  // are expected now
  Scheduler::TimerId timeout_timer_ = 0, heartbeat_timer_ = 0, told_timer_ = 0;
};

class Collector;

// A call through the dispatcher.
class ServiceFrame final : public TaskFrame {
 public:
  ServiceFrame(Strand& strand, const Integration& integration)
      : TaskFrame(strand, integration.resource()), integration_(integration) {}
  ~ServiceFrame() override;

  void start(rpc::Call call);
  Outcome advance(Strand& strand) override;

 private:
  enum class Phase { kCalled, kSubmitted };

  void send(const rpc::Call& call);
  void abandon_exchange();
  Outcome on_answer();
  Outcome on_submitted(Json submitted);
  // Sends the task's next call, where it makes several; false: the answer was the last.
  Result<bool, Failure> go_on();
  void plan_cancellation(const Json& submitted);
  Result<Json, Failure> interpret() const;
  bool waits_for_token() const {
    return integration_.resource().pattern == TaskPattern::kWaitForTaskToken;
  }

  const Integration& integration_;
  rpc::Call call_;
  Phase phase_ = Phase::kCalled;
  std::vector<ServiceAnswer> answers_;     // of the calls before it is submitted
  std::optional<rpc::Call> cancellation_;  // what ends a job that nobody waits for any more
  std::shared_ptr<Collector> collector_;
  std::shared_ptr<rpc::Exchange> exchange_;
};

// A task in an activity.
class ActivityFrame final : public TaskFrame {
 public:
  ActivityFrame(Strand& strand, const Resource& resource, std::string input)
      : TaskFrame(strand, resource), arn_(resource.arn), input_(std::move(input)) {}
  ~ActivityFrame() override;

  void start();
  Outcome advance(Strand& strand) override;
  Taken on_taken(const std::string& worker_name) override;

 private:
  std::string arn_, input_;
};

}  // namespace bedlam::states
