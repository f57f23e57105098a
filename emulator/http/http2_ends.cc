// How replies end, and how the connection does: with one of them, or by a deadline, the peer or the
// server.
#include <utility>

#include "emulator/http/http2.h"

namespace bedlam::http {

void Http2::end(Http2Reply& reply) {
  pump();
  ending_.push_back(reply.stream());
  end_drained();
  if (in_input_ || !transport_.open()) return;
  flush();
  settle();
}

void Http2::end_drained() {
  for (std::size_t i = 0; i < ending_.size();) {
    const Stream* stream = find(ending_[i]);
    if (stream != nullptr && stream->reply->unsent() > 0) {
      ++i;
      continue;
    }
    ending_.erase(ending_.begin() + static_cast<std::ptrdiff_t>(i));
    if (stream != nullptr) end_now(std::shared_ptr<Http2Reply>(stream->reply));
  }
}

void Http2::end_now(const std::shared_ptr<Http2Reply>& reply) {
  switch (reply->then()) {
    case Http2Reply::Then::kGoOn:
    case Http2Reply::Then::kEnd:
    case Http2Reply::Then::kStall:
      return;
    case Http2Reply::Then::kResetStream:
      session_.reset(reply->stream(), reply->code());
      return pump();
    case Http2Reply::Then::kReset:
      return reset_connection();
    case Http2Reply::Then::kGoAway:
      session_.go_away(reply->code(), reply->stream());
      return end_connection();
    case Http2Reply::Then::kClose:
      return end_connection();
    case Http2Reply::Then::kHalfClose:
      deaf_ = true;
      forget_all();
      return transport_.half_close();
  }
}

// A reset that comes in one go with the bytes before it looks to some peers like an orderly end:
// libuv, and node on it, takes EPOLLHUP after less than a full read for one (src/unix/stream.c).
// Whoever has answered a ping has read those bytes, and learns of the reset for what it is.
void Http2::reset_connection() {
  deaf_ = resetting_ = true;
  forget_all();
  session_.ping();
  pinged_.push_back(0);
  pump();
  transport_.set_deadline(context_.limits.reset_time);
  flush();
}

// All but the ping's answer is ignored.
std::size_t Http2::wait_for_answer(std::string_view bytes) {
  if (!session_.feed(bytes) || ping_answered_) transport_.reset();
  return bytes.size();
}

void Http2::on_deadline() {
  if (resetting_) return transport_.reset();
  session_.go_away(in_head_ ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_NO_ERROR);
  end_connection();
}

void Http2::on_lost() {
  deaf_ = true;
  forget_all();
}

void Http2::wind_down() {
  if (resetting_) return transport_.reset();
  if (!deaf_) session_.go_away(NGHTTP2_NO_ERROR);
  pump();
  flush();
  settle();
}

void Http2::end_connection() {
  pump();
  deaf_ = true;
  forget_all();
  transport_.close();
}

void Http2::forget_all() {
  taken_.clear();
  heard_.clear();
  ending_.clear();
  waiting_.clear();
  unsent_ = unfinished_bodies_ = 0;
  gathered_.set(0);
  for (auto& [id, stream] : std::exchange(streams_, {})) {
    if (stream.reply) stream.reply->detach();
    if (stream.exchange) stream.exchange->abandon();
  }
}

}  // namespace bedlam::http
