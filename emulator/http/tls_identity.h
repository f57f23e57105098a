// Who the server is on TLS: a certificate chain and its key, from PEM files or made on the spot.
// TLS 1.2 and 1.3, with ALPN for "h2" and "http/1.1" (RFC 7301), h2 first as AWS's endpoints do.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "emulator/base/result.h"

namespace bedlam::http {

class TlsIdentity {
 public:
  // The error is one line for the user: "cert.pem: no certificate in PEM form".
  static Result<std::shared_ptr<TlsIdentity>, std::string> from_files(
      const std::string& certificate, const std::string& key);
  // Good for localhost, 127.0.0.1 and ::1, for a year from now, signed by itself: clients must be
  // told to trust certificate().
  static Result<std::shared_ptr<TlsIdentity>, std::string> self_signed();

  SSL_CTX* context() const { return context_.get(); }
  const std::string& certificate() const { return certificate_; }  // PEM; "" where from files

 private:
  struct Delete {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  TlsIdentity();

  std::unique_ptr<SSL_CTX, Delete> context_;
  std::string certificate_;
};

}  // namespace bedlam::http
