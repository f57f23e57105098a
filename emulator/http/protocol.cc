#include "emulator/http/protocol.h"

#include <algorithm>

#include "emulator/http/http1.h"
#include "emulator/http/http2.h"

namespace bedlam::http {
namespace {

// As far as it tells HTTP/2 from a request line.
constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n";

}  // namespace

std::string_view ServerContext::date() {
  const std::int64_t second =
      std::chrono::floor<std::chrono::seconds>(scheduler.wall_now()).time_since_epoch().count();
  if (second != date_second_) {
    date_ = to_http_date(scheduler.wall_now());
    date_second_ = second;
  }
  return date_;
}

Sniffed sniff(std::string_view first_bytes) {
  const std::size_t size = std::min(first_bytes.size(), kHttp2Preface.size());
  if (first_bytes.substr(0, size) != kHttp2Preface.substr(0, size)) return Sniffed::kHttp1;
  return size == kHttp2Preface.size() ? Sniffed::kHttp2 : Sniffed::kUndecided;
}

std::unique_ptr<Protocol> make_protocol(Sniffed spoken, Transport& transport,
                                        ServerContext& context, std::string origin) {
  if (spoken == Sniffed::kHttp2) {
    return std::make_unique<Http2>(transport, context, std::move(origin));
  }
  return std::make_unique<Http1>(transport, context, std::move(origin));
}

}  // namespace bedlam::http
