#include "emulator/http/http2_reply.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace bedlam::http {
namespace {

using aws::equals_ignoring_case;

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Fields that speak of the connection have no place in HTTP/2 (RFC 9113 section 8.2.2).
bool is_of_connection(std::string_view name) {
  return name == "connection" || name == "keep-alive" || name == "proxy-connection" ||
         name == "transfer-encoding" || name == "upgrade";
}

}  // namespace

Http2Reply::Http2Reply(Owner& owner, std::weak_ptr<Transport> transport, ServerContext& context,
                       std::int32_t stream, bool head)
    : owner_(&owner),
      transport_(std::move(transport)),
      context_(context),
      stream_(stream),
      head_(head) {}

std::shared_ptr<Transport> Http2Reply::transport() const {
  std::shared_ptr<Transport> transport = transport_.lock();
  if (owner_ == nullptr || (transport && !transport->open())) transport.reset();
  return transport;
}

std::size_t Http2Reply::read(std::uint8_t* to, std::size_t size) {
  size = std::min(size, unsent());
  std::memcpy(to, body_.data() + body_at_, size);
  body_at_ += size;
  if (body_at_ == body_.size()) {
    body_.clear();
    body_at_ = 0;
  } else if (body_at_ > body_.size() / 2) {
    body_.erase(0, body_at_);
    body_at_ = 0;
  }
  return size;
}

void Http2Reply::on_head(const rpc::Head& head) {
  const auto hold = transport();
  if (!hold) return;
  Fields fields{{":status", std::to_string(head.status)}};
  if (!head.headers.find("date")) fields.emplace_back("date", context_.date());
  for (const auto& [name, value] : head.headers) {
    std::string lower = to_lower(name);
    if (is_of_connection(lower)) continue;
    fields.emplace_back(std::move(lower), value);
  }
  head_sent_ = true;
  has_body_ = !head_ && head.status != 204 && head.status != 304;
  owner_->send_head(*this, fields, has_body_);
}

void Http2Reply::on_body(const rpc::Bytes& bytes) {
  const auto hold = transport();
  if (!hold || !has_body_ || bytes.data.empty()) return;
  body_ += bytes.data;
  owner_->add_body(*this, bytes.data.size());
}

void Http2Reply::on_end() {
  const auto hold = transport();
  if (!hold) return;
  if (!head_sent_) return end_with(Then::kResetStream, NGHTTP2_INTERNAL_ERROR);
  then_ = Then::kEnd;
  if (has_body_) owner_->send_body(*this);
}

void Http2Reply::on_pause() {
  const auto hold = transport();
  if (hold) owner_->send_body(*this);
}

void Http2Reply::when_there_is_room(std::function<void()> then) {
  const auto hold = transport();
  if (!hold) return;
  when_room_ = std::move(then);
  owner_->wait_for_room(*this);
}

void Http2Reply::on_room() {
  const auto then = std::exchange(when_room_, nullptr);
  if (then) then();
}

void Http2Reply::on_garbage(const rpc::Garbage& garbage) {
  const auto hold = transport();
  if (hold) owner_->send_garbage(garbage.data);
}

bool Http2Reply::congested() const {
  const auto hold = transport();
  return hold && unsent() + hold->backlog() > kCongested;
}

void Http2Reply::end_with(Then then, std::uint32_t code) {
  const auto hold = transport();
  if (!hold) return;
  then_ = then;
  code_ = code;
  owner_->end(*this);
}

}  // namespace bedlam::http
