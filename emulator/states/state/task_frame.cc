#include "emulator/states/state/task_frame.h"

#include <algorithm>

#include "emulator/states/machine/run.h"

namespace bedlam::states {

// Collects a reply and says when it is over. The exchange may outlive the task; then nobody
// listens.
class Collector final : public rpc::Receiver {
 public:
  Collector(const Scheduler& scheduler, std::function<void()> over)
      : scheduler_(scheduler), over_(std::move(over)) {}

  void forget() { over_ = nullptr; }
  bool is_over() const { return finished_; }
  const ServiceAnswer& answer() const { return answer_; }
  const std::optional<Fault>& fault() const { return fault_; }

  void on_head(const rpc::Head& head) override {
    answer_.status = head.status;
    answer_.headers = head.headers;
    answer_.at = scheduler_.wall_now();
  }
  void on_body(const rpc::Bytes& bytes) override { answer_.body += bytes.data; }
  void on_end() override { tell(std::nullopt); }
  void on_reset() override { tell(Fault::kReset); }
  void on_close() override { tell(closed()); }
  void on_half_close() override { tell(closed()); }
  void on_stall() override {}  // the task's own timeout decides
  void on_garbage(const rpc::Garbage& /*garbage*/) override { tell(Fault::kGarbage); }

 private:
  Fault closed() const {
    return answer_.status == 0 ? Fault::kClosedBeforeHead : Fault::kClosedInBody;
  }
  void tell(std::optional<Fault> fault) {
    fault_ = fault;
    finished_ = true;
    const std::function<void()> over = std::move(over_);
    over_ = nullptr;
    if (over) over();
  }

  const Scheduler& scheduler_;
  std::function<void()> over_;
  ServiceAnswer answer_;
  std::optional<Fault> fault_;
  bool finished_ = false;
};

const TaskEvents& events_of(Resource::Kind kind) {
  static constexpr TaskEvents kTask{EventType::kTaskScheduled, EventType::kTaskStarted,
                                    EventType::kTaskSucceeded, EventType::kTaskFailed,
                                    EventType::kTaskTimedOut,  true};
  static constexpr TaskEvents kFunction{
      EventType::kLambdaFunctionScheduled, EventType::kLambdaFunctionStarted,
      EventType::kLambdaFunctionSucceeded, EventType::kLambdaFunctionFailed,
      EventType::kLambdaFunctionTimedOut,  false};
  static constexpr TaskEvents kActivity{EventType::kActivityScheduled, EventType::kActivityStarted,
                                        EventType::kActivitySucceeded, EventType::kActivityFailed,
                                        EventType::kActivityTimedOut,  false};
  if (kind == Resource::Kind::kFunction) return kFunction;
  return kind == Resource::Kind::kActivity ? kActivity : kTask;
}

TaskFrame::TaskFrame(Strand& strand, const Resource& resource)
    : strand_(strand),
      scheduler_(strand.run().scheduler()),
      resource_(resource),
      events_(events_of(resource.kind)) {}

TaskFrame::~TaskFrame() {
  for (const Scheduler::TimerId timer : {timeout_timer_, heartbeat_timer_, told_timer_}) {
    if (timer != 0) scheduler_.cancel(timer);
  }
  if (!token_.empty()) strand_.run().task_tokens()->revoke(token_);
}

const std::string& TaskFrame::issue_token() {
  if (TaskTokens* tokens = strand_.run().task_tokens()) token_ = tokens->issue(*this);
  return token_;
}

Json TaskFrame::names() const {
  if (!events_.named) return Json::object();
  return {{"resourceType", resource_.type()}, {"resource", resource_.event_name()}};
}

void TaskFrame::on_success(Json output, std::string output_text) {
  tell(Success{std::move(output), std::move(output_text)});
}

void TaskFrame::on_failure(Failure failure) {
  tell(std::move(failure));
}

// The worker may be a task of another execution, which this one must not run inside.
void TaskFrame::tell(Told told) {
  told_ = std::move(told);
  // The token is spent; who sends it again hears that the task is over.
  strand_.run().task_tokens()->revoke(token_);
  told_timer_ = scheduler_.after(Duration{}, [this] {
    told_timer_ = 0;
    strand_.wake();
  });
}

void TaskFrame::on_heartbeat() {
  if (heartbeats_) start_heartbeat();
}

void TaskFrame::start_timeout(std::int64_t seconds) {
  timeout_timer_ = scheduler_.after(std::chrono::seconds(seconds), [this] {
    timeout_timer_ = 0;
    expire(false);
  });
}

void TaskFrame::start_heartbeat() {
  heartbeats_ = true;
  if (!limits_.heartbeat) return;
  if (heartbeat_timer_ != 0) scheduler_.cancel(heartbeat_timer_);
  heartbeat_timer_ = scheduler_.after(std::chrono::seconds(*limits_.heartbeat), [this] {
    heartbeat_timer_ = 0;
    expire(true);
  });
}

void TaskFrame::expire(bool heartbeat) {
  if (expired_ || told_) return;
  expired_ = true;
  missed_heartbeat_ = heartbeat;
  strand_.wake();
}

Outcome TaskFrame::timed_out() {
  Failure failure{"States.Timeout"};
  failure.heartbeat = missed_heartbeat_;
  return fail(events_.timed_out, failure);
}

Outcome TaskFrame::finish(Told told) {
  if (told && is_too_large(told->output)) {
    told = strand_.too_large(events_.named ? resource_.type() : resource_.arn);
  }
  if (!told) return fail(events_.failed, told.error());
  const Payload payload = make_payload(std::move(told->output), std::move(told->text));
  Event event{.type = events_.succeeded, .payload = payload};
  if (events_.named) event.details = std::make_shared<const Json>(names());
  strand_.record(std::move(event));
  strand_.note("result", payload);
  return states::finish(strand_, payload, strand_.state().next);
}

Outcome TaskFrame::fail(EventType type, const Failure& failure) {
  Json details = names();
  details.update(details_of(failure));
  strand_.record({.type = type, .details = std::make_shared<const Json>(std::move(details))});
  return failure;
}

ServiceFrame::~ServiceFrame() {
  // A job that was submitted in the instant in which its task is given up was not looked at yet.
  const bool runs_job = integration_.resource().pattern == TaskPattern::kSync;
  if (runs_job && phase_ == Phase::kCalled && collector_ && collector_->is_over()) {
    answers_.push_back(collector_->answer());
    const Result<Json, Failure> submitted = interpret();
    if (submitted) plan_cancellation(*submitted);
  }
  abandon_exchange();
  if (!cancellation_) return;
  // Best effort, as AWS does it; the answer is not looked at.
  scheduler().after(Duration{}, [&dispatcher = strand().run().dispatcher(), &clock = scheduler(),
                                 call = std::move(*cancellation_)] {
    dispatcher.call(call, std::make_shared<Collector>(clock, nullptr));
  });
}

void ServiceFrame::start(rpc::Call call) {
  call_ = std::move(call);
  send(call_);
  const bool submits = integration_.resource().pattern != TaskPattern::kRequestResponse;
  if (!submits && collector_->is_over()) return;
  // A request-response call sends no heartbeats, so the shorter of the two ends it; of a `.sync`
  // task the heartbeat is likewise nobody's to send.
  if (limits().timeout) start_timeout(*limits().timeout);
  if (!waits_for_token()) start_heartbeat();
}

void ServiceFrame::send(const rpc::Call& call) {
  abandon_exchange();
  collector_ = std::make_shared<Collector>(scheduler(), [this] { strand().wake(); });
  exchange_ = strand().run().dispatcher().call(call, collector_);
}

void ServiceFrame::abandon_exchange() {
  if (!collector_) return;
  collector_->forget();
  if (exchange_ && !collector_->is_over()) exchange_->abandon();
}

Outcome ServiceFrame::advance(Strand& /*strand*/) {
  if (phase_ == Phase::kSubmitted && told()) return finish(std::move(*told()));
  if (collector_ && collector_->is_over()) return on_answer();
  if (expired()) return timed_out();
  return Waits{};  // the token came back before the service answered
}

Result<bool, Failure> ServiceFrame::go_on() {
  const aws::Headers& headers = collector_->answer().headers;
  const bool scripted = headers.find(rpc::kTaskErrorHeader) || headers.find(rpc::kTaskResultHeader);
  if (phase_ != Phase::kCalled || collector_->fault() || scripted) return false;
  answers_.push_back(collector_->answer());
  Result<std::optional<rpc::Call>, Failure> more =
      integration_.following(*call_.task->parameters, answers_);
  if (!more) return more.error();
  if (!*more) return false;
  (*more)->caller = call_.caller;
  (*more)->task = call_.task;
  send(**more);
  return true;
}

Outcome ServiceFrame::on_answer() {
  const Result<bool, Failure> more = go_on();
  if (more && *more) return Waits{};
  Result<Json, Failure> result = more ? interpret() : Result<Json, Failure>(more.error());
  const TaskPattern pattern = integration_.resource().pattern;
  if (pattern == TaskPattern::kRequestResponse || phase_ == Phase::kSubmitted) {
    cancellation_.reset();
    if (!result) return finish(result.error());
    return finish(Success{std::move(*result), ""});
  }
  if (!result) return fail(EventType::kTaskSubmitFailed, result.error());
  return on_submitted(std::move(*result));
}

Outcome ServiceFrame::on_submitted(Json submitted) {
  strand().record({.type = EventType::kTaskSubmitted,
                   .payload = make_payload(submitted),
                   .details = std::make_shared<const Json>(names())});
  phase_ = Phase::kSubmitted;
  if (waits_for_token()) {
    collector_.reset();
    exchange_.reset();
    start_heartbeat();
    if (told()) return finish(std::move(*told()));
    return Waits{};
  }
  rpc::Call completion = integration_.completion(call_, submitted);
  completion.caller = call_.caller;
  rpc::TaskCall task = *call_.task;
  task.completion = true;
  completion.task = std::make_shared<const rpc::TaskCall>(std::move(task));
  plan_cancellation(submitted);
  send(completion);
  return Waits{};
}

void ServiceFrame::plan_cancellation(const Json& submitted) {
  cancellation_ = integration_.cancellation(submitted);
  if (cancellation_) cancellation_->caller = call_.caller;
}

Result<Json, Failure> ServiceFrame::interpret() const {
  if (collector_->fault()) return integration_.broken(*collector_->fault());
  const ServiceAnswer& answer = collector_->answer();
  if (const auto name = answer.headers.find(rpc::kTaskErrorHeader)) {
    Failure failure{std::string(*name)};
    if (!answer.body.empty()) failure.cause = answer.body;
    return failure;
  }
  const bool polled = phase_ == Phase::kSubmitted;
  if (!answer.headers.find(rpc::kTaskResultHeader)) {
    return polled ? integration_.completed(answer)
                  : integration_.result_of_all(*call_.task->parameters, answers_);
  }
  Result<Json, JsonError> result = parse_json(answer.body);
  if (!result) return integration_.broken(Fault::kGarbage);
  return polled ? integration_.dressed_completion(std::move(*result))
                : integration_.dressed(std::move(*result), answer);
}

ActivityFrame::~ActivityFrame() {
  if (Activities* activities = strand().run().activities()) activities->withdraw(arn_, *this);
}

void ActivityFrame::start() {
  if (limits().timeout) start_timeout(*limits().timeout);
  issue_token();
  strand().run().activities()->schedule(arn_, *this);
}

Awaiting::Taken ActivityFrame::on_taken(const std::string& worker_name) {
  Json details = Json::object();
  if (!worker_name.empty()) details["workerName"] = worker_name;
  strand().record(
      {.type = events().started, .details = std::make_shared<const Json>(std::move(details))});
  // Documented: the time runs from the moment when a worker has the token.
  start_heartbeat();
  return {token(), input_};
}

Outcome ActivityFrame::advance(Strand& /*strand*/) {
  if (told()) return finish(std::move(*told()));
  if (expired()) return timed_out();
  return Waits{};
}

}  // namespace bedlam::states
