// What replies send: into nghttp2, which asks for bodies as windows allow, and out of it to the
// transport.
#include <utility>

#include "emulator/http/http2.h"

namespace bedlam::http {

void Http2::send_head(Http2Reply& reply, const Http2Reply::Fields& fields, bool has_body) {
  session_.submit_head(reply.stream(), fields, has_body);
  transport_.send({});  // leaves with the body, at the latest at the turn's end
}

void Http2::add_body(Http2Reply& reply, std::size_t added) {
  if (unsent_ > context_.limits.unsent) {
    ++context_.slow_readers;
    return transport_.reset();
  }
  unsent_ += added;
  session_.resume(reply.stream());
  transport_.send({});
}

void Http2::send_body(Http2Reply& reply) {
  session_.resume(reply.stream());
  pump();
  flush();
  settle();
}

void Http2::send_garbage(const std::string& bytes) {
  pump();
  transport_.send(bytes);
  flush();
}

std::optional<Http2Events::Portion> Http2::read_body(std::int32_t id, std::uint8_t* to,
                                                     std::size_t size) {
  Stream* stream = find(id);
  if (stream == nullptr || !stream->reply) return std::nullopt;
  Http2Reply& reply = *stream->reply;
  const std::size_t read = reply.read(to, size);
  unsent_ -= read;
  const bool end = reply.unsent() == 0 && reply.then() == Http2Reply::Then::kEnd;
  if (read == 0 && !end) return std::nullopt;
  return Portion{read, end};
}

void Http2::pump() {
  if (pumping_) return;
  pumping_ = true;
  while (transport_.open()) {
    const std::string_view bytes = session_.output();
    if (bytes.empty()) break;
    transport_.send(bytes);
  }
  pumping_ = false;
  tell_waiting();
  end_drained();
}

// Replies to the requests of one read leave together.
void Http2::flush() {
  if (!in_input_) transport_.flush();
}

void Http2::wait_for_room(Http2Reply& reply) {
  waiting_.push_back(reply.stream());
}

void Http2::on_room() {
  tell_waiting();
}

void Http2::tell_waiting() {
  if (waiting_.empty()) return;
  for (const std::int32_t id : std::exchange(waiting_, {})) {
    const Stream* stream = find(id);
    if (stream == nullptr || !stream->reply) continue;
    const std::shared_ptr<Http2Reply> reply = stream->reply;
    if (reply->congested()) {
      waiting_.push_back(id);
    } else {
      reply->on_room();
    }
  }
}

}  // namespace bedlam::http
