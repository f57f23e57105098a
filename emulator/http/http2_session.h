// The state machine of HTTP/2 on the server's side: nghttp2, which does no input or output of its
// own here, with the settings and the guards this server wants, and its callbacks as one class.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "emulator/http/http2_reply.h"
#include "emulator/http/limits.h"

namespace bedlam::http {

// What a session tells. None of these may feed the session or ask it for output; they may submit
// frames.
class Http2Events {
 public:
  struct Portion {
    std::size_t size;
    bool end;  // of the body
  };

  virtual void on_headers_begin(std::int32_t stream, bool of_request) = 0;
  virtual void on_field(std::int32_t stream, std::string_view name, std::string_view value) = 0;
  virtual void on_headers_end(std::int32_t stream) = 0;
  virtual void on_data(std::int32_t stream, std::string_view bytes) = 0;
  virtual void on_request_end(std::int32_t stream) = 0;
  // A frame with END_STREAM went out.
  virtual void on_reply_sent(std::int32_t stream) = 0;
  virtual void on_stream_close(std::int32_t stream) = 0;
  // What was sent before the ping has been read.
  virtual void on_ping_answered() = 0;
  // Fills `to` with the body's next bytes; nullopt while there are none.
  virtual std::optional<Portion> read_body(std::int32_t stream, std::uint8_t* to,
                                           std::size_t size) = 0;

 protected:
  ~Http2Events() = default;
};

class Http2Session {
 public:
  // Borrows `events`. The server's SETTINGS are the first thing it has to say.
  Http2Session(Http2Events& events, const Limits& limits);

  // False where it cannot go on at all; a peer's mere error is answered with GOAWAY.
  bool feed(std::string_view bytes);
  // The next bytes to send, valid until the next call; empty where there are none.
  std::string_view output();
  // Nothing is to come and nothing is left to send.
  bool over() const;

  void submit_head(std::int32_t stream, const Http2Reply::Fields& fields, bool has_body);
  void submit_continue(std::int32_t stream);
  // read_body has something again.
  void resume(std::int32_t stream);
  void reset(std::int32_t stream, std::uint32_t code);
  void ping();
  // No stream above `last` is taken any more; by default, none above those taken so far.
  void go_away(std::uint32_t code, std::optional<std::int32_t> last = {});

 private:
  struct Delete {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };
  std::unique_ptr<nghttp2_session, Delete> session_;
};

}  // namespace bedlam::http
