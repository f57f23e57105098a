#include "emulator/http/protocol.h"

#include <algorithm>

#include "emulator/http/http1.h"
#include "emulator/http/http2.h"
#include "emulator/http/tls.h"

namespace bedlam::http {
namespace {

// As far as it tells HTTP/2 from a request line.
constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n";

constexpr char kTlsHandshake = 0x16;

}  // namespace

std::string_view ServerContext::date() {
  return dates_.at(scheduler.wall_now());
}

Sniffed sniff(std::string_view first_bytes) {
  if (first_bytes.starts_with(kTlsHandshake)) return Sniffed::kTls;
  const std::size_t size = std::min(first_bytes.size(), kHttp2Preface.size());
  if (first_bytes.substr(0, size) != kHttp2Preface.substr(0, size)) return Sniffed::kHttp1;
  return size == kHttp2Preface.size() ? Sniffed::kHttp2 : Sniffed::kUndecided;
}

std::unique_ptr<Protocol> make_protocol(Sniffed spoken, Transport& transport,
                                        ServerContext& context, std::string origin) {
  // TLS to a server without an identity is refused as the HTTP/1 that it is not.
  if (spoken == Sniffed::kTls && context.tls) {
    return std::make_unique<Tls>(transport, context, std::move(origin));
  }
  if (spoken == Sniffed::kHttp2) {
    return std::make_unique<Http2>(transport, context, std::move(origin));
  }
  return std::make_unique<Http1>(transport, context, std::move(origin));
}

}  // namespace bedlam::http
