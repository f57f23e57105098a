// What nghttp2 tells of streams: requests as they come in, and streams that are over.
#include <algorithm>
#include <utility>

#include "emulator/http/http2.h"

namespace bedlam::http {

void Http2::on_headers_begin(std::int32_t stream, bool of_request) {
  in_head_ = true;
  had_head_ = false;
  if (of_request && !deaf_) streams_.try_emplace(stream, context_.limits);
}

void Http2::on_field(std::int32_t id, std::string_view name, std::string_view value) {
  if (Stream* stream = find(id)) stream->request.add_field(name, value);
}

void Http2::on_headers_end(std::int32_t id) {
  in_head_ = false;
  Stream* stream = find(id);
  if (stream == nullptr) return;
  stream->request.end_headers();
  if (stream->request.take_expectation()) session_.submit_continue(id);
  if (stream->request.refusal()) return take(id, *stream);
  if (!context_.opener || stream->taken || !stream->request.is_event_stream()) return;
  stream->heard = true;
  take(id, *stream);
}

void Http2::on_data(std::int32_t id, std::string_view bytes) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  if (stream->answered) return drop(id, *stream, bytes.size());
  if (stream->taken && !stream->heard) return;
  unfinished_bodies_ -= stream->request.body_size();
  stream->request.add_body(bytes);
  unfinished_bodies_ += stream->request.body_size();
  if (stream->heard) return note_news(id, *stream);
  if (stream->request.refusal()) return take(id, *stream);
  gathered_.set(unfinished_bodies_);
  if (unfinished_bodies_ > context_.limits.unfinished_bodies || context_.too_much_gathered()) {
    session_.reset(id, NGHTTP2_REFUSED_STREAM);
  }
}

void Http2::on_request_end(std::int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  stream->request_ended = true;
  if (stream->answered) return;
  if (stream->heard) return note_news(id, *stream);
  take(id, *stream);
}

void Http2::take(std::int32_t id, Stream& stream) {
  if (!std::exchange(stream.taken, true)) taken_.push_back(id);
}

// A reply that did not wait for its request may ask the peer to stop sending it (RFC 9113 section
// 8.1). Right behind the answer that hides it from some: curl 7.88 looks at a stream's end before
// its bytes. So the reset waits until the peer has read the answer, which a ping's answer tells;
// until then it may end its request, or send as much as a request may have.
void Http2::on_reply_sent(std::int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->request_ended) return;
  stream->answered = true;
  stream->still_taken = context_.limits.request_body;
  unfinished_bodies_ -= stream->request.body_size();
  stream->request.take_body();
  if (stream->exchange) std::exchange(stream->exchange, nullptr)->abandon();
  if (pinged_.size() >= kMaxPings) return reset_answered(id, *stream);
  session_.ping();
  pinged_.push_back(id);
}

void Http2::reset_answered(std::int32_t id, Stream& stream) {
  if (!std::exchange(stream.reset, true)) session_.reset(id, NGHTTP2_NO_ERROR);
}

void Http2::drop(std::int32_t id, Stream& stream, std::size_t bytes) {
  if (bytes > stream.still_taken) reset_answered(id, stream);
  stream.still_taken -= std::min(stream.still_taken, bytes);
}

void Http2::on_ping_answered() {
  if (pinged_.empty()) return;
  const std::int32_t id = pinged_.front();
  pinged_.pop_front();
  if (id == 0) {
    ping_answered_ = true;
  } else if (Stream* stream = find(id)) {
    reset_answered(id, *stream);
  }
}

void Http2::on_stream_close(std::int32_t id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  const Stream stream = std::move(found->second);
  streams_.erase(found);
  unfinished_bodies_ -= stream.request.body_size();
  if (!stream.reply) return;
  unsent_ -= stream.reply->unsent();
  stream.reply->detach();
  if (stream.exchange) stream.exchange->abandon();
}

}  // namespace bedlam::http
