// HTTP/1.1 and HTTP/1.0 (RFC 9112) on one connection: one request at a time, in order; requests
// sent ahead wait. Keep-alive unless the client, the reply or the server's end says otherwise.
#pragma once

#include <memory>
#include <string>

#include "emulator/http/http1_reply.h"
#include "emulator/http/protocol.h"
#include "emulator/http/request_parser.h"

namespace bedlam::http {

class Http1 final : public Protocol, private Http1Reply::Owner {
 public:
  // Borrows the first two.
  Http1(Transport& transport, ServerContext& context, std::string origin);
  ~Http1() override;

  std::size_t on_input(std::string_view bytes) override;
  void on_input_end() override;
  void on_deadline() override;
  void on_room() override;
  void on_lost() override;
  void wind_down() override;

  // Answers with an error of the edge's own and closes.
  void refuse(const ErrorResponse& refusal);

 private:
  bool busy() const { return reply_ != nullptr; }
  void say_continue();
  void begin_exchange();
  void set_deadline();
  void settle();
  void forget_exchange();

  void on_reply_end(bool reusable) override;
  void on_reply_stalled() override;
  bool open() const override { return transport_.open(); }

  Transport& transport_;
  ServerContext& context_;
  std::string origin_;
  RequestParser parser_;
  GatheredBodies gathered_;
  std::shared_ptr<Http1Reply> reply_;  // of the exchange under way
  std::shared_ptr<rpc::Exchange> exchange_;
  bool in_input_ = false;  // on_input is on the stack
  bool had_head_ = false;  // the deadline for the header section is set
  bool input_ended_ = false;
  bool lost_ = false;
};

}  // namespace bedlam::http
