// TLS on one connection: a protocol to the socket's side, a transport to the protocol spoken
// inside. OpenSSL works on memory alone; bytes move as the connection moves them, so every ending
// of a plan, deadline and bound holds inside TLS as outside.
//
// Which protocol is spoken inside is sniffed as on a bare connection; ALPN has told the client what
// it may choose. An orderly end says so (close_notify); a reset does not.
#pragma once

#include <memory>
#include <string>

#include "emulator/http/protocol.h"
#include "emulator/http/tls_identity.h"

namespace bedlam::http {

class Tls final : public Protocol, private Transport {
 public:
  // Borrows the first two.
  Tls(Transport& outer, ServerContext& context, std::string origin);
  ~Tls() override;

  std::size_t on_input(std::string_view bytes) override;
  void on_input_end() override;
  void on_deadline() override;
  void on_turn_end() override;
  void on_room() override;
  void on_lost() override;
  void wind_down() override;

 private:
  struct Delete {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  std::weak_ptr<Transport> weak() override;
  bool open() const override { return !closed_ && outer_.open(); }
  std::size_t backlog() const override { return out_.size() + outer_.backlog(); }
  void send(std::string_view bytes) override;
  void flush() override;
  void half_close() override;
  void close() override;
  void reset() override;
  void resume_input() override;
  void set_deadline(Duration time) override { outer_.set_deadline(time); }
  void clear_deadline() override { outer_.clear_deadline(); }

  bool shake_hands();
  void decrypt();
  void take(std::string_view bytes);
  void offer(std::string_view bytes);
  void speak(Sniffed spoken);
  void end_inner_input();
  void encrypt();
  void forward();
  void say_goodbye();
  void fail();

  Transport& outer_;
  ServerContext& context_;
  std::string origin_;
  std::unique_ptr<SSL, Delete> ssl_;
  BIO* received_;  // owned by ssl_
  BIO* to_send_;   // owned by ssl_
  std::unique_ptr<Protocol> inner_;
  std::string in_;   // decrypted, not taken by the inner protocol
  std::string out_;  // to be encrypted: one flush, one record where it fits
  bool feeding_ = false;
  bool closed_ = false;
  bool said_goodbye_ = false;
  bool input_ended_ = false;
};

}  // namespace bedlam::http
