// One reply on an HTTP/1.1 connection: turns the actions of a plan into bytes on the transport.
//
// What comes at the same instant leaves together: a plain reply is one send, so are the chunks of
// frames that are due together. A body without Content-Length is chunked, for an
// HTTP/1.0 client ended by the connection's end. A plan may break its own framing (a Content-Length
// that the body does not keep, garbage): it goes out as planned, and the connection is not used
// again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "emulator/http/protocol.h"
#include "emulator/http/request_parser.h"
#include "emulator/rpc/playback.h"

namespace bedlam::http {

class Http1Reply final : public rpc::Receiver {
 public:
  class Owner {
   public:
    // Nothing more comes; what came is queued. `reusable`: the connection may carry a next request.
    virtual void on_reply_end(bool reusable) = 0;
    // Nothing more comes, but the connection stays as it is.
    virtual void on_reply_stalled() = 0;
    // Whether the connection still takes bytes.
    virtual bool open() const = 0;

   protected:
    ~Owner() = default;
  };

  // Borrows owner and context until detach(), or until the transport is gone.
  Http1Reply(Owner& owner, std::weak_ptr<Transport> transport, ServerContext& context,
             const RequestTraits& request);

  // What still comes goes nowhere.
  void detach() { owner_ = nullptr; }
  bool stalled() const { return stalled_; }
  void on_room();

  void on_head(const rpc::Head& head) override;
  void on_body(const rpc::Bytes& bytes) override;
  void on_end() override;
  void on_reset() override;
  void on_close() override;
  void on_half_close() override;
  void on_stall() override;
  void on_garbage(const rpc::Garbage& garbage) override;
  void on_pause() override;
  bool gone() const override;
  bool congested() const override;
  void when_there_is_room(std::function<void()> then) override { when_room_ = std::move(then); }

 private:
  enum class Framing { kNone, kLength, kChunked, kUntilClose };

  // The connection, held for as long as it is used; null where it is gone or has gone on.
  std::shared_ptr<Transport> transport() const;
  void choose_framing(int status, bool chunked_by_plan);
  void finish(bool reusable);

  Owner* owner_;
  std::weak_ptr<Transport> transport_;
  ServerContext& context_;
  RequestTraits request_;
  Framing framing_ = Framing::kNone;
  std::optional<std::uint64_t> left_;  // of the Content-Length
  bool head_sent_ = false;
  bool reusable_;
  bool stalled_ = false;
  std::function<void()> when_room_;
};

}  // namespace bedlam::http
