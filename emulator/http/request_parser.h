// Reads HTTP/1.1 requests (RFC 9112) from bytes as they come; the same result however they are cut.
//
// Strict where two readers could disagree on where a request ends (request smuggling), and where
// the RFC says "must": one Host, no folded headers, no space before a colon, CRLF in the chunked
// framing, one length. Lenient where it allows: a bare LF ends a line of the header section, and
// empty lines may come before the request line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/aws/http_message.h"
#include "emulator/http/error_response.h"
#include "emulator/http/limits.h"

namespace bedlam::http {

// What the reply must know of its request.
struct RequestTraits {
  bool http_1_0 = false;
  bool head = false;       // the reply has no body
  bool keep_alive = true;  // what the client wants, by version and Connection header
};

class RequestParser {
 public:
  explicit RequestParser(const Limits& limits) : limits_(limits) {}

  // Takes bytes up to the end of the request, and says how many. Takes none once the request is
  // complete or refused.
  std::size_t feed(std::string_view bytes);

  bool started() const { return state_ != State::kBefore; }
  bool in_body() const { return state_ > State::kHeaders && state_ < State::kComplete; }
  bool complete() const { return state_ == State::kComplete; }
  std::size_t body_size() const { return request_.body.size(); }  // so far
  // What was wrong; nullopt while nothing is.
  const std::optional<ErrorResponse>& refusal() const { return refusal_; }
  // True once, when the client waits for "100 Continue" before it sends the body, which may be
  // empty.
  bool take_expectation() { return std::exchange(wants_continue_, false); }

  const RequestTraits& traits() const { return traits_; }
  // The complete request; the parser is ready for the next. An absolute-form target is cut to its
  // path.
  aws::HttpRequest take();

 private:
  enum class State : std::uint8_t {
    kBefore,  // nothing but empty lines so far
    kRequestLine,
    kHeaders,
    kFixedBody,
    kChunkSize,
    kChunkData,
    kChunkEnd,
    kTrailers,
    kComplete,
    kRefused,
  };
  struct Line {
    std::string_view text;  // without its end
    bool crlf;
  };

  std::size_t feed_line(std::string_view bytes);
  std::size_t feed_data(std::string_view bytes);
  std::size_t line_limit() const;
  void on_line(const Line& line);
  void on_request_line(std::string_view line);
  void on_target(std::string_view target);
  void on_version(std::string_view version);
  void on_header(std::string_view line);
  void on_headers_end();
  bool read_framing();
  void read_connection();
  void on_chunk_size(std::string_view line);
  void refuse(const ErrorResponse& refusal);
  void refuse_long_line();

  Limits limits_;
  State state_ = State::kBefore;
  RequestTraits traits_;
  aws::HttpRequest request_;
  std::string line_;  // the part of a line that came before
  std::size_t header_bytes_ = 0;
  std::size_t headers_ = 0;  // trailers count too
  std::uint64_t left_ = 0;   // of the body or the chunk
  bool wants_continue_ = false;
  std::optional<ErrorResponse> refusal_;
};

}  // namespace bedlam::http
