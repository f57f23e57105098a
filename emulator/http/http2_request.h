// One request of an HTTP/2 stream (RFC 9113 section 8.3), gathered from the fields and the DATA
// that nghttp2 has checked: pseudo-header fields are there once, in front, and well formed, names
// are lower-case, and the body is as long as Content-Length says.
//
// `:authority` is kept under its own name, since clients sign it so (SignedHeaders=:authority), and
// stands as `host` too where the client sends none: services ask for that.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "emulator/aws/http_message.h"
#include "emulator/http/error_response.h"
#include "emulator/http/limits.h"

namespace bedlam::http {

class Http2Request {
 public:
  explicit Http2Request(const Limits& limits) : limits_(limits) {}

  // Trailers are counted and dropped.
  void add_field(std::string_view name, std::string_view value);
  void end_headers();
  void add_body(std::string_view bytes);

  // What was wrong; nullopt while nothing is. Nothing is kept of a refused request.
  const std::optional<ErrorResponse>& refusal() const { return refusal_; }
  // True once, when the client waits for "100" before it sends the body.
  bool take_expectation() { return std::exchange(wants_continue_, false); }
  bool head() const { return request_.method == "HEAD"; }
  std::size_t body_size() const { return request_.body.size(); }

  // Its body is an event stream, which operations may hear as it comes.
  bool is_event_stream() const;
  // What has come of the body since it was last asked for.
  std::string take_body() { return std::exchange(request_.body, {}); }
  // Without a body.
  const aws::HttpRequest& so_far() const { return request_; }

  aws::HttpRequest take() { return std::exchange(request_, {}); }

 private:
  void refuse(const ErrorResponse& refusal);

  const Limits& limits_;
  aws::HttpRequest request_;
  std::size_t header_bytes_ = 0;
  std::size_t headers_ = 0;
  bool in_body_ = false;
  bool wants_continue_ = false;
  std::optional<ErrorResponse> refusal_;
};

}  // namespace bedlam::http
