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
    const auto size = [this] {
      return stream_.heard().text.size() + stream_.heard().tool_input.size();
    };
    const std::size_t before = size();
    error_ = stream_.feed(bytes);
    if (size() > before) pieces_.push_back(at);
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
  Heard heard_;
};

Duration between(MachineTime from, MachineTime to) {
  return std::chrono::duration_cast<Duration>(to - from);
}

void measure_pieces(const std::vector<MachineTime>& pieces, MachineTime from, CallSample& sample,
                    std::vector<Duration>& gaps) {
  if (pieces.empty()) return;
  sample.first_token = between(from, pieces.front());
  if (pieces.size() < 2) return;
  const Duration talked = between(pieces.front(), pieces.back());
  const auto pauses = static_cast<std::int64_t>(pieces.size() - 1);
  sample.gap = talked / pauses;
  if (sample.output_tokens && *sample.output_tokens > 1 && talked > Duration{}) {
    sample.tokens_a_second = (*sample.output_tokens - 1) / seconds(talked);
  }
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    gaps.push_back(between(pieces[i - 1], pieces[i]));
  }
}

bool never_arrived(ExchangeEnd end) {
  return end == ExchangeEnd::kNoConnection || end == ExchangeEnd::kConnectTimeout ||
         end == ExchangeEnd::kNotTrusted;
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
    target_.budget->settle(sample, true);
    return sample;
  }
  Listening answer(*target_.operation);
  const Exchange exchange = connection_->exchange(request, answer.listener());
  const MachineTime from = due.value_or(exchange.started);
  sample.due = between(origin, from);
  sample.late = between(from, exchange.started);
  sample.whole = between(from, exchange.ended);
  sample.kind = answer.kind(exchange);
  sample.input_tokens = answer.heard().input_tokens;
  sample.output_tokens = answer.heard().tokens;
  if (sample.complete()) {
    measure_pieces(answer.pieces(), from, sample, gaps);
    const bool plain = !target_.operation->streams && sample.output_tokens;
    const double answered = seconds(between(exchange.started, exchange.ended));
    if (plain && answered > 0) sample.tokens_a_second = *sample.output_tokens / answered;
  }
  target_.budget->settle(sample, answer.refused() || never_arrived(exchange.end));
  return sample;
}

}  // namespace bedlam::harness
