// One reply on an HTTP/2 stream: holds what a plan has handed over until the peer's windows take
// it, and how the stream then ends.
//
// What each action is here: Head → HEADERS, Bytes → DATA, End → END_STREAM, ResetStream →
// RST_STREAM with its code; other streams of the connection go on. Reset, GoAway, Close and
// HalfClose end the connection, and with it every other stream: a TCP RST, a GOAWAY and the
// connection's end, its end alone, the end of our direction alone. The RST waits for the answer to
// a PING. Stall → nothing more on this stream. Garbage → bytes between two frames. An ending waits
// for the reply's own bytes to leave, so that a fault after ten tokens is one after ten tokens for
// a slow reader too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "emulator/http/protocol.h"
#include "emulator/rpc/playback.h"

namespace bedlam::http {

class Http2Reply final : public rpc::Receiver {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  enum class Then : std::uint8_t {
    kGoOn,
    kEnd,
    kResetStream,
    kReset,  // the connection
    kGoAway,
    kClose,
    kHalfClose,
    kStall,
  };

  class Owner {
   public:
    // `has_body`: DATA follows, if only to end the stream.
    virtual void send_head(Http2Reply& reply, const Fields& fields, bool has_body) = 0;
    // Body was added; it leaves with what else comes at the same instant.
    virtual void add_body(Http2Reply& reply, std::size_t added) = 0;
    // It leaves now, with the body's end where that has come.
    virtual void send_body(Http2Reply& reply) = 0;
    // Wants to hear on_room().
    virtual void wait_for_room(Http2Reply& reply) = 0;
    virtual void send_garbage(const std::string& bytes) = 0;
    // then() is set to anything but kGoOn and kEnd.
    virtual void end(Http2Reply& reply) = 0;

   protected:
    ~Owner() = default;
  };

  // Borrows owner and context until detach(), or until the transport is gone. `head`: the request
  // was HEAD.
  Http2Reply(Owner& owner, std::weak_ptr<Transport> transport, ServerContext& context,
             std::int32_t stream, bool head);

  std::int32_t stream() const { return stream_; }
  // What still comes goes nowhere.
  void detach() { owner_ = nullptr; }

  std::size_t unsent() const { return body_.size() - body_at_; }
  // Moves the next bytes of the body out; returns how many.
  std::size_t read(std::uint8_t* to, std::size_t size);
  Then then() const { return then_; }
  std::uint32_t code() const { return code_; }  // of kResetStream and kGoAway
  void on_room();

  void on_head(const rpc::Head& head) override;
  void on_body(const rpc::Bytes& bytes) override;
  void on_end() override;
  void on_reset() override { end_with(Then::kReset); }
  void on_close() override { end_with(Then::kClose); }
  void on_half_close() override { end_with(Then::kHalfClose); }
  void on_stall() override { end_with(Then::kStall); }
  void on_garbage(const rpc::Garbage& garbage) override;
  void on_reset_stream(const rpc::ResetStream& reset) override {
    end_with(Then::kResetStream, reset.code);
  }
  void on_go_away(const rpc::GoAway& go_away) override { end_with(Then::kGoAway, go_away.code); }
  bool gone() const override { return transport() == nullptr; }
  void on_pause() override;
  bool congested() const override;
  void when_there_is_room(std::function<void()> then) override;

 private:
  // The connection, held for as long as it is used; null where it is gone or has gone on.
  std::shared_ptr<Transport> transport() const;
  void end_with(Then then, std::uint32_t code = 0);

  Owner* owner_;
  std::weak_ptr<Transport> transport_;
  ServerContext& context_;
  std::int32_t stream_;
  bool head_;
  bool head_sent_ = false;
  bool has_body_ = false;
  Then then_ = Then::kGoOn;
  std::uint32_t code_ = 0;
  std::string body_;  // from body_at_ on: to be sent
  std::size_t body_at_ = 0;
  std::function<void()> when_room_;
};

}  // namespace bedlam::http
