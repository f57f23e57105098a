#include "emulator/http/http1_reply.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "emulator/http/error_response.h"

namespace bedlam::http {
namespace {

using aws::equals_ignoring_case;

// Messages that end with their header section (RFC 9112 section 6.3).
bool never_has_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

std::optional<std::uint64_t> to_length(std::string_view text) {
  std::uint64_t length = 0;
  const char* end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, length);
  if (error != std::errc() || parsed != end) return std::nullopt;
  return length;
}

void append_field(std::string& bytes, std::string_view name, std::string_view value) {
  bytes.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

Http1Reply::Http1Reply(Owner& owner, std::weak_ptr<Transport> transport, ServerContext& context,
                       const RequestTraits& request)
    : owner_(&owner),
      transport_(std::move(transport)),
      context_(context),
      request_(request),
      reusable_(request.keep_alive) {}

std::shared_ptr<Transport> Http1Reply::transport() const {
  std::shared_ptr<Transport> transport = transport_.lock();
  if (owner_ == nullptr) transport.reset();
  return transport;
}

void Http1Reply::choose_framing(int status, bool chunked_by_plan) {
  if (request_.head || never_has_body(status)) {
    framing_ = Framing::kNone;
  } else if (chunked_by_plan) {
    framing_ = Framing::kChunked;
  } else if (left_) {
    framing_ = Framing::kLength;
  } else {
    framing_ = request_.http_1_0 ? Framing::kUntilClose : Framing::kChunked;
  }
  if (framing_ == Framing::kUntilClose || context_.winding_down) reusable_ = false;
}

void Http1Reply::on_head(const rpc::Head& head) {
  const auto to = transport();
  if (!to) return;
  std::string& bytes = context_.head_buffer;
  bytes = "HTTP/1.1 ";
  bytes += std::to_string(head.status);
  bytes += ' ';
  bytes += reason_phrase(head.status);
  bytes += "\r\n";
  if (!head.headers.find("date")) append_field(bytes, "Date", context_.date());
  bool says_connection = false, says_coding = false;
  for (const auto& [name, value] : head.headers) {
    append_field(bytes, name, value);
    if (equals_ignoring_case(name, "content-length")) {
      left_ = to_length(value);
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
      says_coding = true;
    } else if (equals_ignoring_case(name, "connection")) {
      says_connection = true;
      if (!equals_ignoring_case(value, "keep-alive")) reusable_ = false;
    }
  }
  choose_framing(head.status, says_coding);
  // AWS answers "keep-alive" although HTTP/1.1 implies it (recorded: Bedrock Runtime, Step
  // Functions).
  if (!says_connection) append_field(bytes, "Connection", reusable_ ? "keep-alive" : "close");
  if (framing_ == Framing::kChunked && !says_coding) {
    append_field(bytes, "Transfer-Encoding", "chunked");
  }
  bytes += "\r\n";
  head_sent_ = true;
  to->send(bytes);
}

void Http1Reply::on_body(const rpc::Bytes& bytes) {
  const auto to = transport();
  if (!to || bytes.data.empty()) return;  // an empty chunk would end the body
  switch (framing_) {
    case Framing::kNone:
      return;
    case Framing::kUntilClose:
      to->send(bytes.data);
      return;
    case Framing::kLength:
      if (bytes.data.size() > *left_) reusable_ = false;
      *left_ -= std::min<std::uint64_t>(*left_, bytes.data.size());
      to->send(bytes.data);
      return;
    case Framing::kChunked: {
      std::array<char, 18> size{};
      char* end = std::to_chars(size.data(), size.data() + 16, bytes.data.size(), 16).ptr;
      *end++ = '\r';
      *end++ = '\n';
      to->send({size.data(), end});
      to->send(bytes.data);
      to->send("\r\n");
      return;
    }
  }
}

void Http1Reply::on_end() {
  const auto to = transport();
  if (!to) return;
  if (framing_ == Framing::kChunked) to->send("0\r\n\r\n");
  const bool cut_short = framing_ == Framing::kLength && *left_ > 0;
  finish(reusable_ && head_sent_ && !cut_short);
}

void Http1Reply::on_reset() {
  const auto to = transport();
  if (!to) return;
  to->reset();
  finish(false);
}

void Http1Reply::on_close() {
  const auto to = transport();
  if (!to) return;
  to->close();
  finish(false);
}

void Http1Reply::on_half_close() {
  const auto to = transport();
  if (!to) return;
  to->half_close();
  on_stall();
}

void Http1Reply::on_stall() {
  const auto to = transport();
  if (!to) return;
  to->flush();
  stalled_ = true;
  if (owner_ != nullptr) owner_->on_reply_stalled();
}

void Http1Reply::on_garbage(const rpc::Garbage& garbage) {
  const auto to = transport();
  if (!to) return;
  reusable_ = false;
  to->send(garbage.data);
  to->flush();
}

void Http1Reply::on_pause() {
  if (const auto to = transport()) to->flush();
}

void Http1Reply::on_room() {
  const auto then = std::exchange(when_room_, nullptr);
  if (then) then();
}

bool Http1Reply::gone() const {
  return owner_ == nullptr || !owner_->open();
}

bool Http1Reply::congested() const {
  const auto to = transport();
  return to && to->backlog() > kCongested;
}

// The transport may have been lost on the way; then the owner has let go of this reply.
void Http1Reply::finish(bool reusable) {
  if (owner_ != nullptr) std::exchange(owner_, nullptr)->on_reply_end(reusable);
}

}  // namespace bedlam::http
