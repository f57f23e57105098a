#include "emulator/http/http2_request.h"

#include <charconv>
#include <cstdint>

#include "emulator/aws/event_stream.h"

namespace bedlam::http {
namespace {

// What a field counts for beside its name and value (RFC 9113 section 6.5.2,
// SETTINGS_MAX_HEADER_LIST_SIZE).
constexpr std::size_t kFieldOverhead = 32;

bool announces_more_than(const aws::Headers& headers, std::size_t limit) {
  const auto text = headers.find("content-length");
  if (!text) return false;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  return error == std::errc::result_out_of_range || length > limit;
}

}  // namespace

void Http2Request::add_field(std::string_view name, std::string_view value) {
  header_bytes_ += name.size() + value.size() + kFieldOverhead;
  if (refusal_) return;
  if (header_bytes_ > limits_.header_section || ++headers_ > limits_.headers) {
    return refuse(refusals::kHeadersTooLarge);
  }
  if (in_body_) return;
  if (name == ":method") {
    request_.method = value;
  } else if (name == ":path") {
    if (value.size() > limits_.request_line) return refuse(refusals::kTargetTooLong);
    request_.target = value;
  } else if (name != ":scheme") {
    request_.headers.add(name, value);
  }
}

void Http2Request::end_headers() {
  if (in_body_ || refusal_) return;
  in_body_ = true;
  if (request_.method == "CONNECT") return refuse(refusals::kConnect);
  if (announces_more_than(request_.headers, limits_.request_body)) {
    return refuse(refusals::kBodyTooLarge);
  }
  const auto authority = request_.headers.find(":authority");
  if (authority && !request_.headers.find("host")) {
    request_.headers.add("host", *authority);
  }
  const auto expectation = request_.headers.find("expect");
  if (!expectation) return;
  wants_continue_ = aws::equals_ignoring_case(*expectation, "100-continue");
  if (!wants_continue_) refuse(refusals::kExpectation);
}

bool Http2Request::is_event_stream() const {
  return request_.headers.get("content-type").starts_with(aws::kEventStreamType);
}

void Http2Request::add_body(std::string_view bytes) {
  if (refusal_) return;
  if (bytes.size() > limits_.request_body - request_.body.size()) {
    return refuse(refusals::kBodyTooLarge);
  }
  request_.body += bytes;
}

void Http2Request::refuse(const ErrorResponse& refusal) {
  refusal_ = refusal;
  const bool is_head = head();
  request_ = {};
  if (is_head) request_.method = "HEAD";
}

}  // namespace bedlam::http
