// HTTP/2 (RFC 9113) on one connection, clear text with prior knowledge or inside TLS: many streams,
// each a request and its reply. AWS's SDK for JavaScript speaks nothing else to Bedrock Runtime.
//
// Requests are answered once they are complete, but for operations that hear their request as it
// comes (InvokeModelWithBidirectionalStream): those are opened with their header section. What
// comes in while nghttp2 reads is only noted; handlers run after it, since their replies ask it for
// output.
//
// The connection itself is in http2.cc; http2_streams.cc, http2_answers.cc, http2_sending.cc and
// http2_ends.cc follow a request from nghttp2 to its reply's end.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emulator/http/http2_reply.h"
#include "emulator/http/http2_request.h"
#include "emulator/http/http2_session.h"
#include "emulator/http/protocol.h"

namespace bedlam::http {

class Http2 final : public Protocol, private Http2Reply::Owner, private Http2Events {
 public:
  // Borrows the first two.
  Http2(Transport& transport, ServerContext& context, std::string origin);
  ~Http2() override;

  std::size_t on_input(std::string_view bytes) override;
  void on_input_end() override;
  void on_deadline() override;
  void on_turn_end() override;
  void on_room() override;
  void on_lost() override;
  void wind_down() override;

 private:
  struct Stream {
    explicit Stream(const Limits& limits) : request(limits) {}

    Http2Request request;
    bool request_ended = false;
    bool taken = false;                 // its request was handed over, or will be now
    bool heard = false;                 // its request is handed over as it comes
    bool news = false;                  // it is among heard_
    bool answered = false;              // whole, before the request was
    std::size_t still_taken = 0;        // then: of the request's body, unread, before it is reset
    bool reset = false;                 // for that
    std::shared_ptr<Http2Reply> reply;  // once taken
    std::shared_ptr<rpc::Exchange> exchange;
  };
  using Streams = std::map<std::int32_t, Stream>;

  void on_headers_begin(std::int32_t stream, bool of_request) override;
  void on_field(std::int32_t stream, std::string_view name, std::string_view value) override;
  void on_headers_end(std::int32_t stream) override;
  void on_data(std::int32_t stream, std::string_view bytes) override;
  void on_request_end(std::int32_t stream) override;
  void on_reply_sent(std::int32_t stream) override;
  void on_stream_close(std::int32_t stream) override;
  void on_ping_answered() override;
  std::optional<Portion> read_body(std::int32_t stream, std::uint8_t* to,
                                   std::size_t size) override;

  void send_head(Http2Reply& reply, const Http2Reply::Fields& fields, bool has_body) override;
  void add_body(Http2Reply& reply, std::size_t added) override;
  void send_body(Http2Reply& reply) override;
  void wait_for_room(Http2Reply& reply) override;
  void send_garbage(const std::string& bytes) override;
  void end(Http2Reply& reply) override;

  Stream* find(std::int32_t stream);
  void drop(std::int32_t id, Stream& stream, std::size_t bytes);
  void reset_answered(std::int32_t id, Stream& stream);
  void take(std::int32_t id, Stream& stream);
  void answer_taken();
  void answer(std::int32_t id);
  bool open(std::int32_t id);
  void note_news(std::int32_t id, Stream& stream);
  void tell_heard();
  void hand_over(std::int32_t id);
  std::shared_ptr<Http2Reply> begin_reply(std::int32_t id, Stream& stream);
  void keep(std::int32_t id, const std::shared_ptr<Http2Reply>& reply,
            std::shared_ptr<rpc::Exchange> exchange);
  void refuse(Http2Reply& reply, const ErrorResponse& refusal);
  void pump();
  void flush();
  void tell_waiting();
  void end_drained();
  void end_now(const std::shared_ptr<Http2Reply>& reply);
  void end_connection();
  void reset_connection();
  std::size_t wait_for_answer(std::string_view bytes);
  void forget_all();
  bool answering(bool even_if_stalled) const;
  void settle();
  void set_deadline();

  Transport& transport_;
  ServerContext& context_;
  std::string origin_;
  Http2Session session_;
  Streams streams_;                    // by id: an order that repeats
  std::vector<std::int32_t> taken_;    // to be answered after the input
  std::vector<std::int32_t> heard_;    // streams with news of a request that is heard as it comes
  std::vector<std::int32_t> ending_;   // end once their bytes have left
  std::vector<std::int32_t> waiting_;  // for room
  std::deque<std::int32_t> pinged_;    // for which streams' answers, in order; 0: for a reset
  std::size_t unfinished_bodies_ = 0;
  GatheredBodies gathered_;
  std::size_t unsent_ = 0;  // of all replies, not taken by the peer's windows
  bool in_input_ = false;
  bool pumping_ = false;
  bool in_head_ = false;    // a header section has begun and not ended
  bool had_head_ = false;   // the deadline for it is set
  bool deaf_ = false;       // nothing more is answered
  bool resetting_ = false;  // once the peer has answered a ping, or has not for too long
  bool ping_answered_ = false;
  bool input_ended_ = false;
};

}  // namespace bedlam::http
