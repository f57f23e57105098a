#include "harness/record/proxy.h"

#include <algorithm>
#include <array>

#include "emulator/bedrock/operations/operation.h"
#include "harness/record/callers.h"
#include "harness/record/recording.h"
#include "harness/upstream/signing.h"

namespace bedlam::harness {
namespace {

// Of one hop (RFC 9110 section 7.6.1), and what the connection writes itself.
constexpr std::array<std::string_view, 10> kOfOneHop{
    "connection", "keep-alive",        "proxy-connection", "proxy-authorization", "te", "trailer",
    "upgrade",    "transfer-encoding", "expect",           "content-length"};

bool is_of_one_hop(std::string_view name) {
  return name.starts_with(':') ||
         std::any_of(kOfOneHop.begin(), kOfOneHop.end(),
                     [&](std::string_view own) { return aws::equals_ignoring_case(name, own); });
}

// What leaves: the client's request without what it was signed with. Nothing is compressed, so that
// what passes can be read.
aws::HttpRequest leaving(const aws::HttpRequest& request, const Endpoint& upstream) {
  aws::HttpRequest bare = without_credentials(request);
  aws::HttpRequest out;
  out.method = bare.method;
  out.target = target_at(upstream, bare.target);
  out.body = std::move(bare.body);
  out.headers.add("Host", upstream.authority());
  for (const auto& [name, value] : bare.headers) {
    const bool replaced = is_of_one_hop(name) || aws::equals_ignoring_case(name, "host") ||
                          aws::equals_ignoring_case(name, "accept-encoding");
    if (!replaced) out.headers.add(name, value);
  }
  out.headers.add("Accept-Encoding", "identity");
  return out;
}

rpc::Head head_for_client(const ResponseHead& head) {
  rpc::Head out{head.status, {}};
  for (const auto& [name, value] : head.headers) {
    // A length that is known is still that of the body.
    if (!is_of_one_hop(name) || aws::equals_ignoring_case(name, "content-length")) {
      out.headers.add(name, value);
    }
  }
  return out;
}

// What a gateway says that cannot reach what is behind it (RFC 9110 section 15.6.3), and one that
// will not.
constexpr int kBadGateway = 502, kForbiddenHere = 403;

// What leaves asks for none, since neither bodies nor frames could be read.
bool came_encoded(const PassedCall& call) {
  const std::string_view encoding = call.headers.get("content-encoding");
  return !encoding.empty() && !aws::equals_ignoring_case(encoding, "identity");
}

}  // namespace

// A call on its way. The loop's thread has it until it leaves, then the thread that sends it, and
// the loop's again when its end was posted.
struct Proxy::Passing {
  std::uint64_t number = 0;
  PassedCall call;
  rpc::MoreOfReply more;  // the loop's thread alone
  std::string trouble;    // why nothing was sent on
  bool cut_off = false;   // by stop()
};

class Proxy::Input final : public rpc::InputStream {
 public:
  Input(Proxy& proxy, std::shared_ptr<Passing> passing)
      : proxy_(proxy), passing_(std::move(passing)) {}
  std::string on_input(std::string_view bytes) override {
    passing_->call.request.body += bytes;
    return {};
  }
  void on_input_end() override { proxy_.send_on(std::move(passing_)); }

 private:
  Proxy& proxy_;
  std::shared_ptr<Passing> passing_;
};

Proxy::Proxy(http::Loop& loop, Signer& signer, ProxyOptions options)
    : loop_(loop), signer_(signer), options_(std::move(options)) {}

Proxy::~Proxy() {
  stop();
  stopping_connections_.join();
  for (std::thread& thread : threads_) thread.join();
}

std::optional<rpc::Call> Proxy::recognise(const aws::HttpRequest& request) const {
  rpc::Call call;
  call.service = name();
  const auto route = bedrock::find_route(request.method, request.path());
  if (route) {
    call.operation = route->operation->name;
    call.resource = route->resource;
  }
  call.parameters = {{"method", request.method}, {"target", request.target}};
  return call;
}

void Proxy::handle(const rpc::Call& /*call*/, rpc::ReplyTo reply_to) {
  reply_to(rpc::unknown_operation());
}

std::shared_ptr<rpc::InputStream> Proxy::open(const rpc::Call& call, rpc::MoreOfReply more) {
  auto passing = std::make_shared<Passing>();
  passing->number = next_number_++;
  passing->call.operation = call.operation;
  passing->call.resource = call.resource;
  passing->call.region = signer_.region();
  passing->call.request = {std::string(call.parameters.get("method")),
                           std::string(call.parameters.get("target")), call.headers, ""};
  passing->more = std::move(more);
  const std::string refusal = refusal_of_caller(call.headers, options_.host);
  if (!refusal.empty()) {
    ++counts_.refused;
    fail(passing, kForbiddenHere, refusal);
    return nullptr;
  }
  if (call.operation == "InvokeModelWithBidirectionalStream") {
    ++counts_.unreached;
    fail(passing, kBadGateway, "it does not pass on streams that go both ways");
    return nullptr;
  }
  return std::make_shared<Input>(*this, std::move(passing));
}

void Proxy::send_on(std::shared_ptr<Passing> passing) {
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    ++counts_.cut_off;
    return;
  }
  ++under_way_;
  waiting_.push_back(std::move(passing));
  if (idle_ < waiting_.size() && threads_.size() < kMaxLeaving) {
    threads_.emplace_back([this] { work(); });
  }
  waiting_changed_.notify_one();
}

void Proxy::work() {
  std::shared_ptr<Connection> own;
  std::string trouble;
  if (auto opened = Connection::open(options_.upstream, options_.connection)) {
    own = *std::move(opened);
  } else {
    trouble = opened.error();
  }
  std::unique_lock lock(mutex_);
  if (own != nullptr) connections_.push_back(own);
  while (true) {
    ++idle_;
    waiting_changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    --idle_;
    if (stopping_) break;
    const std::shared_ptr<Passing> passing = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    if (own != nullptr) {
      exchange(passing, *own);
    } else {
      passing->trouble = trouble;
    }
    lock.lock();
    passing->cut_off = stopping_ && !passing->call.whole;
    loop_.post([this, passing] { keep(passing); });
  }
  std::erase(connections_, own);
}

bool Proxy::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Proxy::exchange(const std::shared_ptr<Passing>& passing, Connection& connection) {
  PassedCall& call = passing->call;
  aws::HttpRequest out = leaving(call.request, options_.upstream);
  const auto signed_now = signer_.sign(out, "bedrock");
  if (!signed_now.ok()) {
    passing->trouble = signed_now.error().message;
    return;
  }
  call.sent_headers = out.headers;
  if (is_stopping()) return;  // it may have taken long to sign
  // From when the request is out: an SDK has its connection already.
  MachineTime began = std::chrono::steady_clock::now();
  ExchangeListener listener;
  listener.on_sent = [&began](MachineTime at) { began = at; };
  listener.on_head = [&](MachineTime, const ResponseHead& head) {
    call.status = head.status;
    call.headers = head.headers;
    more(passing, head_for_client(head));
    return true;
  };
  listener.on_chunk = [&](MachineTime at, std::string_view bytes) {
    // An answer that comes before its request is out has come at once.
    call.body.push_back({std::max(Duration(at - began), Duration{}), std::string(bytes)});
    more(passing, rpc::Bytes{std::string(bytes), std::nullopt});
    return true;
  };
  const Exchange done = connection.exchange(out, listener);
  call.ended = std::max(Duration(done.ended - began), Duration{});
  call.whole = done.whole();
  // An endpoint that has the whole request and gives no answer has closed the connection on us: so
  // do we on the client.
  if (!done.head && !done.sent) {
    passing->trouble = options_.upstream.url() + ": " + explain(done.end);
    return;
  }
  more(passing, done.whole() ? rpc::Action(rpc::End{}) : rpc::Action(rpc::Close{}));
}

void Proxy::more(const std::shared_ptr<Passing>& passing, rpc::Action action) {
  loop_.post([passing, action = std::move(action)] {
    rpc::Reply reply;
    reply.steps.push_back({Duration{}, action});
    passing->more(std::move(reply));
  });
}

void Proxy::fail(const std::shared_ptr<Passing>& passing, int status, const std::string& why) {
  if (status == kBadGateway && first_trouble_.empty()) first_trouble_ = why;
  passing->more(
      rpc::plain_reply(status,
                       {{"Content-Type", "application/json"},
                        {"x-amzn-ErrorType", status == kBadGateway ? "BadGateway" : "Forbidden"}},
                       to_text(Json{{"message", "bedlam record: " + why}})));
}

void Proxy::keep(const std::shared_ptr<Passing>& passing) {
  --under_way_;
  settle(passing);
  // It ends on this thread, whoever lets go of the rest.
  passing->more = nullptr;
}

void Proxy::settle(const std::shared_ptr<Passing>& passing) {
  if (passing->cut_off) {
    ++counts_.cut_off;
    return;
  }
  if (!passing->trouble.empty()) {
    ++counts_.unreached;
    return fail(passing, kBadGateway, passing->trouble);
  }
  if (!is_recorded(passing->call.operation)) {
    ++counts_.other;
    return;
  }
  if (came_encoded(passing->call)) {
    ++counts_.encoded;
    return;
  }
  std::size_t bytes = passing->call.request.body.size();
  for (const ReceivedBytes& part : passing->call.body) bytes += part.bytes.size();
  if (kept_bytes_ + bytes > kMaxKeptBytes) {
    ++counts_.not_kept;
    return;
  }
  kept_bytes_ += bytes;
  kept_.push_back(passing);
}

std::vector<PassedCall> Proxy::take_calls() {
  std::sort(kept_.begin(), kept_.end(),
            [](const auto& a, const auto& b) { return a->number < b->number; });
  std::vector<PassedCall> calls;
  for (const std::shared_ptr<Passing>& passing : kept_) calls.push_back(std::move(passing->call));
  kept_.clear();
  kept_bytes_ = 0;
  return calls;
}

void Proxy::stop() {
  std::vector<std::shared_ptr<Connection>> connections;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
    connections = connections_;
    counts_.cut_off += waiting_.size();
    under_way_ -= waiting_.size();
    waiting_.clear();
  }
  waiting_changed_.notify_all();
  // One that is being made holds this up for as long as that takes.
  stopping_connections_ = std::thread([connections = std::move(connections)] {
    for (const std::shared_ptr<Connection>& connection : connections) connection->stop();
  });
}

}  // namespace bedlam::harness
