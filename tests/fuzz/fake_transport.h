// A connection without a socket: what a protocol sends is counted, nothing is kept.
#pragma once

#include <memory>
#include <string>

#include "emulator/http/protocol.h"
#include "emulator/rpc/dispatcher.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/rpc/echo_stream.h"

namespace bedlam::fuzz {

class FakeTransport final : public http::Transport,
                            public std::enable_shared_from_this<FakeTransport> {
 public:
  std::weak_ptr<http::Transport> weak() override { return weak_from_this(); }
  bool open() const override { return open_; }
  std::size_t backlog() const override { return 0; }
  void send(std::string_view bytes) override { sent_ += bytes.size(); }
  void flush() override {}
  void half_close() override {}
  void close() override { open_ = false; }
  void reset() override { open_ = false; }
  void resume_input() override {}
  void set_deadline(Duration /*time*/) override {}
  void clear_deadline() override {}

  std::size_t sent() const { return sent_; }

 private:
  bool open_ = true;
  std::size_t sent_ = 0;
};

// Answers at once; "/heard" is told back as it comes, "/slow" comes later, "/never" never.
class Answering final : public rpc::Service {
 public:
  std::string_view name() const override { return "answering"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override {
    require(request.target.size() <= http::kMaxRequestLine, "a longer target than is taken");
    require(request.headers.size() <= http::kMaxHeaders + 1, "more headers than are taken");
    return rpc::Call{"answering", request.method,  request.target,
                     {},          request.headers, request.body};
  }
  bool hears_input(const rpc::Call& call) const override { return call.resource == "/heard"; }
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override {
    const Duration due = std::chrono::seconds(call.resource == "/slow" ? 1 : 0);
    rpc::Reply reply = rpc::plain_reply(200, {}, call.body, due);
    if (call.resource == "/never") reply.steps = {{Duration{}, rpc::Stall{}}};
    reply_to(std::move(reply));
  }
  std::shared_ptr<rpc::InputStream> open(const rpc::Call& /*call*/,
                                         rpc::MoreOfReply more) override {
    return rpc::EchoStream::open(std::move(more));
  }
};

// One connection, from its first bytes to its loss; in pieces of that size.
inline void serve(http::Sniffed spoken, std::string_view bytes, std::size_t piece) {
  Scheduler scheduler{WallTime{}};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher(scheduler, journal);
  Answering service;
  dispatcher.add(service);
  http::ServerContext context(
      [&](const auto& request, std::string origin, auto receiver) {
        return dispatcher.dispatch(request, std::move(origin), std::move(receiver));
      },
      [&](const auto& request, std::string origin, auto receiver) {
        return dispatcher.open(request, std::move(origin), std::move(receiver));
      },
      {}, scheduler, nullptr);
  const auto transport = std::make_shared<FakeTransport>();
  const auto protocol = http::make_protocol(spoken, *transport, context, "fuzz");
  std::string kept;
  while (!bytes.empty() && transport->open()) {
    kept += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    kept.erase(0, protocol->on_input(kept));
    if (transport->open()) protocol->on_turn_end();
  }
  if (transport->open()) protocol->on_input_end();
  scheduler.run();
  if (transport->open()) protocol->on_deadline();
  protocol->on_lost();
}

}  // namespace bedlam::fuzz
