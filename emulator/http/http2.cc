#include "emulator/http/http2.h"

#include <algorithm>
#include <utility>

namespace bedlam::http {

Http2::Http2(Transport& transport, ServerContext& context, std::string origin)
    : transport_(transport),
      context_(context),
      origin_(std::move(origin)),
      session_(*this, context.limits),
      gathered_(context.gathered_bodies) {}

Http2::~Http2() {
  for (auto& [id, stream] : streams_) {
    if (stream.reply) stream.reply->detach();
  }
}

Http2::Stream* Http2::find(std::int32_t stream) {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : &found->second;
}

std::size_t Http2::on_input(std::string_view bytes) {
  if (resetting_) return wait_for_answer(bytes);
  if (deaf_) return bytes.size();
  in_input_ = true;
  const bool sound = session_.feed(bytes);
  answer_taken();
  tell_heard();
  gathered_.set(unfinished_bodies_);
  in_input_ = false;
  pump();
  flush();
  if (!sound) {
    end_connection();
  } else {
    settle();
  }
  return bytes.size();
}

void Http2::on_input_end() {
  if (resetting_) return transport_.reset();
  input_ended_ = true;
  settle();
}

void Http2::on_turn_end() {
  pump();
  settle();
}

bool Http2::answering(bool even_if_stalled) const {
  return std::ranges::any_of(streams_, [even_if_stalled](const auto& entry) {
    const Stream& stream = entry.second;
    if (!stream.reply || stream.answered) return false;
    return even_if_stalled || stream.reply->then() != Http2Reply::Then::kStall;
  });
}

// With the peer's direction or the server at its end, the last reply is the end of the connection.
void Http2::settle() {
  if (in_input_ || !transport_.open()) return;
  if (deaf_ || context_.winding_down) {
    if (context_.winding_down && !answering(false)) end_connection();
    return;
  }
  if (session_.over()) return end_connection();
  if (input_ended_ && !answering(true)) return end_connection();
  if (input_ended_ && !answering(false)) return transport_.set_deadline(context_.limits.idle_time);
  set_deadline();
}

// A header section has one deadline in all, or a byte a second would keep it open for ever; bodies
// and the pause between requests begin anew with every byte.
void Http2::set_deadline() {
  if (in_head_) {
    if (!std::exchange(had_head_, true)) transport_.set_deadline(context_.limits.header_time);
    return;
  }
  had_head_ = false;
  if (answering(true)) return transport_.clear_deadline();
  transport_.set_deadline(context_.limits.idle_time);
}

}  // namespace bedlam::http
