#include "harness/client/client.h"

#include <charconv>
#include <utility>

#include "harness/client/outcome.h"
#include "harness/client/stream_reader.h"

namespace bedlam::harness {

// One call from its first attempt to its result. Its receivers and timers keep it alive.
class CallRun : public std::enable_shared_from_this<CallRun> {
 public:
  CallRun(Client& client, const scenario::CallStep& step, Client::Done done)
      : client_(client),
        step_(step),
        operation_(*find_operation(step.operation)),
        done_(std::move(done)),
        random_(client.random_.derive("call", ++client.calls_)) {
    result_.invocation_id = random_.uuid();
  }

  void begin();

  void on_head(int attempt, const rpc::Head& head);
  void on_body(int attempt, std::string_view bytes);
  void on_end(int attempt);
  void on_broken(int attempt, Trouble::Kind how);
  bool http2() const { return client_.policy_.http2; }

 private:
  bool current(int attempt) const { return waiting_ && attempt == number(); }
  int number() const { return static_cast<int>(result_.attempts.size()); }
  int max_attempts() const { return client_.policy_.attempts(step_.client.max_attempts); }
  // nullopt: only the deadline ends it.
  std::optional<Duration> read_timeout() const {
    return client_.policy_.waits(step_.client.read_timeout);
  }
  Scheduler& scheduler() { return client_.scheduler_; }

  void send_when_allowed();
  void send();
  void restart_read_timer();
  void on_silence();
  void on_deadline();
  void on_answer();
  void on_error_answer();
  void succeeded();
  // Nothing in the answer may be retried any more.
  bool past_retrying() const { return head_ && head_->status < 300 && !operation_.reads_body; }
  CallError connection_error() const;
  void failed(const Trouble& trouble, Ending ending, CallError error, std::string end);
  bool will_retry(const Trouble& trouble);
  void end_attempt(std::string end);
  void give_up(std::shared_ptr<rpc::Exchange> exchange);
  void finish(Ending ending, CallError error);

  Client& client_;
  const scenario::CallStep step_;
  const Operation operation_;
  Client::Done done_;
  Random random_;
  CallResult result_;

  // The attempt under way.
  bool waiting_ = false;
  std::shared_ptr<rpc::Exchange> exchange_;
  std::optional<rpc::Head> head_;
  std::string body_;
  std::optional<StreamReader> stream_;
  std::size_t body_bytes_ = 0;
  Scheduler::TimerId read_timer_ = 0;

  Scheduler::TimerId deadline_timer_ = 0, retry_timer_ = 0;  // the latter: before an attempt
  bool finished_ = false;
  std::optional<WallTime> ttl_;
  int last_cost_ = 0;  // what the last retry took out of the quota
};

namespace {

class AttemptReceiver final : public rpc::Receiver {
 public:
  AttemptReceiver(std::shared_ptr<CallRun> run, int attempt)
      : run_(std::move(run)), attempt_(attempt) {}
  void on_head(const rpc::Head& head) override { run_->on_head(attempt_, head); }
  void on_body(const rpc::Bytes& bytes) override { run_->on_body(attempt_, bytes.data); }
  void on_end() override { run_->on_end(attempt_); }
  void on_reset() override { run_->on_broken(attempt_, Trouble::Kind::kReset); }
  // Over HTTP/1.1 both are a reset of the connection.
  void on_reset_stream(const rpc::ResetStream& reset) override {
    broken_over_http2(stream_trouble(reset.code));
  }
  void on_go_away(const rpc::GoAway& go_away) override {
    broken_over_http2(connection_trouble(go_away.code));
  }
  void on_close() override { run_->on_broken(attempt_, Trouble::Kind::kConnectionClosed); }
  void on_half_close() override { on_close(); }  // to a reader it is an EOF too
  void on_stall() override {}                    // the read timeout will tell
  void on_garbage(const rpc::Garbage& /*garbage*/) override { on_close(); }

 private:
  void broken_over_http2(Trouble::Kind how) {
    run_->on_broken(attempt_, run_->http2() ? how : Trouble::Kind::kReset);
  }

  std::shared_ptr<CallRun> run_;
  int attempt_;
};

std::optional<std::size_t> content_length(const rpc::Head& head) {
  const std::string_view text = head.headers.get("content-length");
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

}  // namespace

void CallRun::begin() {
  result_.started = scheduler().now();
  if (step_.deadline) {
    deadline_timer_ =
        scheduler().after(*step_.deadline, [self = shared_from_this()] { self->on_deadline(); });
  }
  send_when_allowed();
}

void CallRun::send_when_allowed() {
  const Duration wait =
      client_.policy_.rate_limited ? client_.limiter_.acquire(scheduler().now()) : Duration{};
  if (wait == Duration{}) return send();
  retry_timer_ = scheduler().after(wait, [self = shared_from_this()] { self->send(); });
}

void CallRun::send() {
  head_.reset();
  body_.clear();
  body_bytes_ = 0;
  stream_.reset();
  waiting_ = true;
  result_.attempts.push_back(
      {scheduler().now(), scheduler().now(), "", std::nullopt, std::nullopt});
  const int attempt = number();
  restart_read_timer();
  const aws::HttpRequest request =
      make_request(step_, operation_,
                   {result_.invocation_id, attempt, max_attempts(), ttl_, client_.policy_.told_by},
                   scheduler().wall_now());
  auto receiver = std::make_shared<AttemptReceiver>(shared_from_this(), attempt);
  const auto exchange =
      client_.dispatcher_.dispatch(request, std::string(kClientOrigin), std::move(receiver));
  if (current(attempt)) {
    exchange_ = exchange;
  } else {  // its answer came at once
    give_up(exchange);
  }
}

void CallRun::restart_read_timer() {
  scheduler().cancel(read_timer_);
  const std::optional<Duration> timeout = read_timeout();
  if (!timeout || (head_ && client_.policy_.timeout_ends_with_headers)) return;
  read_timer_ = scheduler().after(*timeout, [self = shared_from_this()] {
    // Bytes due at this very instant win: a poll() with both would see the bytes.
    self->read_timer_ = self->scheduler().after({}, [self] { self->on_silence(); });
  });
}

void CallRun::on_head(int attempt, const rpc::Head& head) {
  if (!current(attempt)) return;
  head_ = head;
  restart_read_timer();
  if (head.status >= 300) return;
  if (operation_.streams) stream_.emplace(operation_);
  if (past_retrying()) succeeded();
}

void CallRun::succeeded() {
  client_.quota_.succeeded(last_cost_);
  client_.limiter_.answered(scheduler().now(), false);
  last_cost_ = 0;
}

void CallRun::on_body(int attempt, std::string_view bytes) {
  if (!current(attempt)) return;
  restart_read_timer();
  body_bytes_ += bytes.size();
  if (!stream_) {
    body_ += bytes;
    return;
  }
  const std::optional<CallError> error = stream_->feed(bytes);
  if (!error) return;
  end_attempt(error->name);
  finish(Ending::kError, *error);
}

void CallRun::on_end(int attempt) {
  if (!current(attempt)) return;
  const std::optional<std::size_t> expected = content_length(*head_);
  if (expected && body_bytes_ < *expected) {
    on_broken(attempt, Trouble::Kind::kConnectionClosed);
  } else if (head_->status >= 300) {
    on_error_answer();
  } else {
    on_answer();
  }
}

void CallRun::on_answer() {
  if (stream_) {
    std::string end = "complete";
    if (!stream_->saw_end()) end = "ended without its last events";
    if (stream_->inside_frame()) end = "ended inside a frame";
    end_attempt(std::move(end));
    return finish(Ending::kWhole, {});
  }
  const std::optional<Heard> heard = read_answer(operation_, *head_, body_);
  if (!heard) {
    // botocore parses the bodies of its own shapes; InvokeModel's is the caller's own json.loads.
    const bool own = operation_.answer == Operation::Answer::kModel;
    CallError error{own ? "JSONDecodeError" : "ResponseParserError",
                    "the answer's body is not what the operation returns"};
    end_attempt(error.name);
    return finish(Ending::kError, std::move(error));
  }
  if (!past_retrying()) succeeded();
  result_.heard = *heard;
  end_attempt("complete");
  finish(Ending::kWhole, {});
}

void CallRun::on_error_answer() {
  CallError error = read_error(*head_, body_);
  if (read_timeout()) ttl_ = scheduler().wall_now() + *read_timeout();
  const Trouble trouble{Trouble::Kind::kErrorAnswer, head_->status, error.name, false,
                        hints_of(head_->headers, scheduler().wall_now())};
  std::string end = std::to_string(head_->status) + " " + error.name;
  failed(trouble, Ending::kError, std::move(error), std::move(end));
}

void CallRun::on_broken(int attempt, Trouble::Kind how) {
  if (!current(attempt)) return;
  failed({how, 0, "", head_.has_value()}, Ending::kError, connection_error(), "connection closed");
}

// botocore's exception for a connection that ends too early (facts, tables 3.1 and 3.2).
CallError CallRun::connection_error() const {
  if (stream_) return {"ProtocolError", "the connection ended inside the stream"};
  if (past_retrying()) return {"ResponseStreamingError", "the connection ended inside the body"};
  return {"ConnectionClosedError", "the connection was closed before a whole answer had come"};
}

void CallRun::on_silence() {
  const std::string end = "nothing for " + format_duration(*read_timeout());
  failed({Trouble::Kind::kReadTimeout, 0, "", head_.has_value()}, Ending::kReadTimeout,
         {"ReadTimeoutError", end}, end);
}

void CallRun::on_deadline() {
  deadline_timer_ = scheduler().after({}, [self = shared_from_this()] {
    if (self->finished_) return;
    const std::string end = "deadline of " + format_duration(*self->step_.deadline);
    if (self->waiting_) self->end_attempt(end);
    self->finish(Ending::kDeadline, {"DeadlineExceeded", end});
  });
}

void CallRun::failed(const Trouble& trouble, Ending ending, CallError error, std::string end) {
  if (client_.policy_.rate_limited && !past_retrying()) {
    client_.limiter_.answered(scheduler().now(),
                              client_.policy_.classify(trouble) == Cause::kThrottling);
  }
  const bool retry = !past_retrying() && will_retry(trouble);
  result_.attempts.back().trouble = trouble;
  end_attempt(std::move(end));
  if (!retry) return finish(ending, std::move(error));
  const Band band = client_.policy_.backoff(number() - 1, trouble);
  const Duration delay =
      band.least + from_seconds(random_.uniform() * seconds(band.most - band.least));
  result_.attempts.back().delay = delay;
  retry_timer_ =
      scheduler().after(delay, [self = shared_from_this()] { self->send_when_allowed(); });
}

bool CallRun::will_retry(const Trouble& trouble) {
  if (number() >= max_attempts() || !client_.policy_.retries(trouble)) return false;
  const int cost = client_.policy_.quota_cost(trouble);
  if (!client_.quota_.acquire(cost)) {
    result_.quota_reached = true;
    return false;
  }
  last_cost_ = cost;
  return true;
}

void CallRun::end_attempt(std::string end) {
  waiting_ = false;
  scheduler().cancel(read_timer_);
  result_.attempts.back().ended = scheduler().now();
  result_.attempts.back().end = std::move(end);
  give_up(std::exchange(exchange_, nullptr));
}

// The connection is closed behind everything that is due at this instant: an exchange that is over
// by then does not notice, and the journal of a stream that ends with its exception says
// "complete".
void CallRun::give_up(std::shared_ptr<rpc::Exchange> exchange) {
  if (!exchange) return;
  scheduler().after({}, [exchange = std::move(exchange)] { exchange->abandon(); });
}

void CallRun::finish(Ending ending, CallError error) {
  finished_ = true;
  scheduler().cancel(deadline_timer_);
  scheduler().cancel(retry_timer_);
  if (stream_) result_.heard = stream_->heard();
  const bool saw_marks = !stream_ || stream_->saw_end();
  result_.outcome = outcome_of(ending, saw_marks, result_.heard, error);
  result_.error = std::move(error);
  result_.ended = scheduler().now();
  scheduler().after({}, [self = shared_from_this()] { self->done_(std::move(self->result_)); });
}

Client::Client(Scheduler& scheduler, rpc::Dispatcher& dispatcher, const RetryPolicy& policy,
               Random random)
    : scheduler_(scheduler),
      dispatcher_(dispatcher),
      policy_(policy),
      random_(random),
      quota_(policy.quota),
      limiter_(scheduler.now()) {}

void Client::call(const scenario::CallStep& step, Done done) {
  const auto run = std::make_shared<CallRun>(*this, step, std::move(done));
  scheduler_.after({}, [run] { run->begin(); });
}

}  // namespace bedlam::harness
