// The edge on a free port, its loop in a thread of its own, in front of a real dispatcher whose one
// service answers with the plans of a test; and a raw peer that sees a connection's end for what it
// is.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "emulator/http/server.h"
#include "tests/unit/rpc/echo_stream.h"

namespace bedlam::http {

// Long enough for any machine; only a failure takes it.
inline constexpr std::chrono::seconds kPatience{30};
// An idle time in which the client of a busy machine too has sent its request.
inline constexpr Duration kTimeToSend = std::chrono::milliseconds(500);

// Answers with what `plan` says of a call; its resource is the request's target.
class PlannedService final : public rpc::Service {
 public:
  using Plan = std::function<rpc::Reply(const rpc::Call&)>;
  explicit PlannedService(Plan plan) : plan_(std::move(plan)) {}

  std::string_view name() const override { return "planned"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override {
    rpc::Call call;
    call.service = "planned";
    call.operation = request.method;
    call.resource = request.target;
    call.headers = request.headers;
    call.body = request.body;
    return call;
  }
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override { reply_to(plan_(call)); }

  // Requests to "/heard" are answered with what comes of them, as it comes.
  bool hears_input(const rpc::Call& call) const override { return call.resource == "/heard"; }
  std::shared_ptr<rpc::InputStream> open(const rpc::Call& /*call*/,
                                         rpc::MoreOfReply more) override {
    return rpc::EchoStream::open(std::move(more));
  }

 private:
  Plan plan_;
};

class LiveServer {
 public:
  explicit LiveServer(PlannedService::Plan plan, Pace pace = Pace::kReal, const Limits& limits = {},
                      std::shared_ptr<const TlsIdentity> tls = nullptr)
      : service_(std::move(plan)),
        dispatcher_(scheduler_, journal_),
        loop_(scheduler_, pace),
        server_(std::make_unique<Server>(loop_, dispatcher_, limits, std::move(tls))) {
    dispatcher_.add(service_);
    const auto port = server_->listen("127.0.0.1", 0);
    if (!port) throw std::runtime_error(port.error());
    port_ = *port;
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~LiveServer() {
    loop_.stop();
    thread_.join();
    server_.reset();
  }

  int port() const { return port_; }

  // What `look` finds on the loop's thread.
  template <typename Look>
  auto on_loop(Look look) {
    std::packaged_task<decltype(look())()> task(look);
    auto result = task.get_future();
    loop_.post([&task] { task(); });
    return result.get();
  }
  // Turns the loop until `condition` holds there; false where it never does.
  bool eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < until) {
      if (on_loop(condition)) return true;
    }
    return false;
  }
  Server::Counts counts() {
    return on_loop([this] { return server_->counts(); });
  }

  Scheduler& scheduler() { return scheduler_; }  // on the loop's thread only
  rpc::Journal& journal() { return journal_; }   // on the loop's thread only
  Server& server() { return *server_; }          // on the loop's thread only

 private:
  Scheduler scheduler_{WallTime{std::chrono::seconds(1'728'000'000)}};
  rpc::Journal journal_;
  PlannedService service_;
  rpc::Dispatcher dispatcher_;
  Loop loop_;
  std::unique_ptr<Server> server_;
  int port_ = 0;
  std::thread thread_;
};

// A plain TCP client.
class RawPeer {
 public:
  enum class End { kFin, kReset, kNone };

  explicit RawPeer(int port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) {
      setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ADD_FAILURE() << "cannot connect";
    }
  }

  int fd() const { return socket_.get(); }

  // False where the peer does not take it all.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == ECONNRESET) ended_ = End::kReset;  // no recv says so then
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end() { shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.close(); }
  void reset() {
    const linger at_once{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.close();
  }

  // One recv; what it got is added to received().
  bool read_once() {
    pollfd poll_fd{socket_.get(), POLLIN, 0};
    const int patience_ms = static_cast<int>(std::chrono::milliseconds(kPatience).count());
    if (poll(&poll_fd, 1, patience_ms) <= 0) return false;
    std::string piece(64 * 1024, '\0');
    const ssize_t got = recv(socket_.get(), piece.data(), piece.size(), 0);
    if (got > 0) received_.append(piece, 0, static_cast<std::size_t>(got));
    if (got == 0 && ended_ != End::kReset) ended_ = End::kFin;
    if (got < 0 && errno == ECONNRESET) ended_ = End::kReset;
    return got > 0;
  }
  // Everything up to the connection's end.
  const std::string& read_all() {
    while (read_once()) {
    }
    return received_;
  }
  // Everything up to and including `mark`, taken off what was received.
  std::string read_until(std::string_view mark) {
    std::size_t at = received_.find(mark);
    while (at == std::string::npos && read_once()) at = received_.find(mark);
    if (at == std::string::npos) return "no '" + std::string(mark) + "' in: " + received_;
    std::string text = received_.substr(0, at + mark.size());
    received_.erase(0, text.size());
    return text;
  }
  const std::string& received() const { return received_; }
  std::string take_received() { return std::exchange(received_, {}); }
  End ended() const { return ended_; }
  // True where nothing has come that was not read.
  bool silent() const {
    pollfd poll_fd{socket_.get(), POLLIN, 0};
    return poll(&poll_fd, 1, 0) == 0;
  }

 private:
  FileDescriptor socket_;
  std::string received_;
  End ended_ = End::kNone;
};

inline std::string get(const std::string& target, const std::string& more_headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: test\r\n" + more_headers + "\r\n";
}
inline std::string post(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

inline rpc::Step step(Duration due, rpc::Action action) {
  return {due, std::move(action)};
}

// A chunked reply: the head at once, then what `actions` say, each at its time.
inline rpc::Reply stream_reply(std::vector<rpc::Step> actions) {
  rpc::Reply reply;
  reply.steps.push_back(
      {{}, rpc::Head{200, {{"Content-Type", "application/vnd.amazon.eventstream"}}}});
  for (rpc::Step& action : actions) reply.steps.push_back(std::move(action));
  return reply;
}

}  // namespace bedlam::http
