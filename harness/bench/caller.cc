#include "harness/bench/caller.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "harness/client/outcome.h"
#include "harness/client/stream_reader.h"

namespace bedlam::harness {
namespace {

struct ShortName {
  std::string_view name, operation;
};
constexpr std::array<ShortName, 4> kShortNames{{{"invoke", "InvokeModel"},
                                                {"invoke-stream", "InvokeModelWithResponseStream"},
                                                {"converse", "Converse"},
                                                {"converse-stream", "ConverseStream"}}};

// An answer while it comes: its pieces with their instants, and what it says in the end.
class Listening {
 public:
  explicit Listening(const Operation& operation) : operation_(operation), stream_(operation) {}

  ExchangeListener listener() {
    ExchangeListener listener;
    listener.on_head = [this](MachineTime, const ResponseHead& head) {
      head_ = {head.status, head.headers};
      return true;
    };
    listener.on_chunk = [this](MachineTime at, std::string_view bytes) {
      return on_bytes(at, bytes);
    };
    return listener;
  }

  bool refused() const { return head_.status != 0 && head_.status != 200; }
  const std::vector<MachineTime>& pieces() const { return pieces_; }
  // The first and the last piece of any kind, what a model thinks before it talks included.
  std::optional<std::pair<MachineTime, MachineTime>> generated() const { return generated_; }
  const Heard& heard() const { return heard_; }

  // What the answer is called, once it is over.
  std::string kind(const Exchange& exchange) {
    if (refused()) return read_error(head_, body_).name;
    const std::string trouble = trouble_of(exchange);
    if (operation_.streams) {
      heard_ = stream_.heard();
    } else if (exchange.whole()) {
      if (auto heard = read_answer(operation_, head_, body_)) {
        heard_ = *std::move(heard);
        return kCompleteCall;
      }
      return "no JSON";
    }
    if (trouble.empty())
      return stream_.saw_end() ? kCompleteCall : "partial: ended without its end";
    return pieces_.empty() ? trouble : "partial: " + trouble;
  }

 private:
  bool on_bytes(MachineTime at, std::string_view bytes) {
    if (refused() || !operation_.streams) {
      body_ += bytes;
      return true;
    }
    const std::size_t pieces = stream_.heard().pieces;
    const std::size_t thoughts = stream_.heard().reasoning_pieces;
    error_ = stream_.feed(bytes);
    const std::size_t more = stream_.heard().pieces - pieces;
    pieces_.insert(pieces_.end(), more, at);
    if (more > 0 || stream_.heard().reasoning_pieces > thoughts) {
      generated_ = std::pair(generated_ ? generated_->first : at, at);
    }
    return !error_;
  }

  std::string trouble_of(const Exchange& exchange) const {
    if (error_) return error_->name;
    return exchange.whole() ? "" : std::string(describe(exchange.end));
  }

  const Operation& operation_;
  rpc::Head head_{0, {}};
  std::string body_;
  StreamReader stream_;
  std::optional<CallError> error_;
  std::vector<MachineTime> pieces_;
  std::optional<std::pair<MachineTime, MachineTime>> generated_;
  Heard heard_;
};

Duration between(MachineTime from, MachineTime to) {
  return std::chrono::duration_cast<Duration>(to - from);
}

void measure_pieces(const Listening& answer, MachineTime from, CallSample& sample,
                    std::vector<Duration>& gaps) {
  const std::vector<MachineTime>& pieces = answer.pieces();
  if (const auto generated = answer.generated()) {
    const Duration took = between(generated->first, generated->second);
    if (sample.output_tokens.value_or(0) > 1 && took > Duration{}) {
      sample.tokens_a_second = (*sample.output_tokens - 1) / seconds(took);
    }
  }
  if (pieces.empty()) return;
  sample.first_token = between(from, pieces.front());
  if (pieces.size() < 2) return;
  const auto pauses = static_cast<std::int64_t>(pieces.size() - 1);
  sample.gap = between(pieces.front(), pieces.back()) / pauses;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    gaps.push_back(between(pieces[i - 1], pieces[i]));
  }
}

}  // namespace

const Operation* bench_operation(std::string_view name) {
  for (const ShortName& known : kShortNames) {
    if (name == known.name || name == known.operation) return find_operation(known.operation);
  }
  return nullptr;
}

aws::HttpRequest bench_request(const Target& target, std::uint64_t number, WallTime now) {
  AttemptFacts attempt;
  attempt.invocation_id = Random(target.seed).derive("bench call", number).uuid();
  const aws::HttpRequest made = make_request(target.call, *target.operation, attempt, now);
  aws::HttpRequest request{made.method, target_at(target.endpoint, made.target), {}, made.body};
  for (const auto& [name, value] : made.headers) {
    const bool host = aws::equals_ignoring_case(name, "host");
    request.headers.add(name, host ? target.endpoint.authority() : value);
  }
  return without_credentials(request);
}

Result<std::unique_ptr<Caller>, std::string> Caller::open(const Target& target) {
  auto connection = Connection::open(target.endpoint, target.options);
  if (!connection) return connection.error();
  return std::unique_ptr<Caller>(new Caller(target, *std::move(connection)));
}

CallSample Caller::call(std::uint64_t number, MachineTime origin, std::optional<MachineTime> due,
                        std::vector<Duration>& gaps) {
  aws::HttpRequest request = bench_request(
      target_, number, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
  CallSample sample;
  if (const auto done = target_.signer->sign(request, "bedrock"); !done) {
    sample.kind = done.error().message;
    sample.answered = sample.has_signature = false;
    target_.budget->settle(sample, true);
    return sample;
  }
  Listening answer(*target_.operation);
  const Exchange exchange = connection_->exchange(request, answer.listener());
  const MachineTime from = due.value_or(exchange.started);
  sample.due = between(origin, from);
  if (due) sample.late = between(from, exchange.started);
  sample.whole = between(from, exchange.ended);
  sample.kind = answer.kind(exchange);
  sample.answered = exchange.head.has_value();
  if (stopped_ && !sample.complete() && !answer.refused()) sample.kind = "interrupted";
  sample.input_tokens = answer.heard().input_tokens;
  sample.output_tokens = answer.heard().tokens;
  sample.cache_read_tokens = answer.heard().cache_read_tokens;
  sample.cache_written_tokens = answer.heard().cache_written_tokens;
  if (sample.complete()) {
    measure_pieces(answer, from, sample, gaps);
    const bool plain = !target_.operation->streams && sample.output_tokens;
    const double answered = seconds(between(exchange.started, exchange.ended));
    if (plain && answered > 0) sample.tokens_a_second = *sample.output_tokens / answered;
  }
  target_.budget->settle(sample, answer.refused() || never_arrived(exchange.end));
  return sample;
}

}  // namespace bedlam::harness
