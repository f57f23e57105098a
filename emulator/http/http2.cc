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

// ---- The connection

std::size_t Http2::on_input(std::string_view bytes) {
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
  input_ended_ = true;
  settle();
}

void Http2::on_turn_end() {
  pump();
  settle();
}

void Http2::on_deadline() {
  session_.go_away(in_head_ ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_NO_ERROR);
  end_connection();
}

void Http2::on_lost() {
  deaf_ = true;
  forget_all();
}

void Http2::wind_down() {
  if (!deaf_) session_.go_away(NGHTTP2_NO_ERROR);
  pump();
  flush();
  settle();
}

bool Http2::answering(bool even_if_stalled) const {
  return std::ranges::any_of(streams_, [even_if_stalled](const auto& entry) {
    const Stream& stream = entry.second;
    if (!stream.reply) return false;
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

// ---- What nghttp2 tells

void Http2::on_headers_begin(std::int32_t stream, bool of_request) {
  in_head_ = true;
  had_head_ = false;
  if (of_request) streams_.try_emplace(stream, context_.limits);
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
  if (stream == nullptr || (stream->taken && !stream->heard)) return;
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
  if (stream->heard) return note_news(id, *stream);
  take(id, *stream);
}

void Http2::take(std::int32_t id, Stream& stream) {
  if (!std::exchange(stream.taken, true)) taken_.push_back(id);
}

// A reply that did not wait for its request asks the peer to stop sending it (RFC 9113 section
// 8.1).
void Http2::on_reply_sent(std::int32_t id) {
  const Stream* stream = find(id);
  if (stream != nullptr && !stream->request_ended) session_.reset(id, NGHTTP2_NO_ERROR);
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

// ---- Answers

void Http2::answer_taken() {
  while (!taken_.empty()) {
    for (const std::int32_t id : std::exchange(taken_, {})) answer(id);
  }
}

std::shared_ptr<Http2Reply> Http2::begin_reply(std::int32_t id, Stream& stream) {
  Http2Reply::Owner& owner = *this;
  stream.reply =
      std::make_shared<Http2Reply>(owner, transport_.weak(), context_, id, stream.request.head());
  return stream.reply;
}

void Http2::keep(std::int32_t id, const std::shared_ptr<Http2Reply>& reply,
                 std::shared_ptr<rpc::Exchange> exchange) {
  Stream* stream = find(id);
  if (stream != nullptr && stream->reply == reply) {
    stream->exchange = std::move(exchange);
  } else if (exchange) {
    exchange->abandon();  // the stream or the connection went while the handler answered
  }
}

void Http2::answer(std::int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr || !transport_.open()) return;
  if (stream->heard && open(id)) return;
  stream = find(id);
  if (stream == nullptr) return;
  if (std::exchange(stream->heard, false) && !stream->request_ended) {
    stream->taken = stream->request.refusal().has_value();  // it is gathered whole
    if (!stream->taken) return;
  }
  const std::shared_ptr<Http2Reply> reply = begin_reply(id, *stream);
  if (stream->request.refusal()) return refuse(*reply, *stream->request.refusal());
  ++context_.requests;
  unfinished_bodies_ -= stream->request.body_size();
  const aws::HttpRequest request = stream->request.take();
  keep(id, reply, context_.handler(request, origin_, reply));
}

// ---- Requests that are heard as they come

// False where the operation wants its request whole.
bool Http2::open(std::int32_t id) {
  Stream& stream = *find(id);
  const std::shared_ptr<Http2Reply> reply = begin_reply(id, stream);
  aws::HttpRequest head = stream.request.so_far();
  head.body.clear();
  auto exchange = context_.opener(head, origin_, reply);
  if (!exchange) {
    reply->detach();
    if (Stream* open = find(id)) open->reply.reset();
    return false;
  }
  ++context_.requests;
  keep(id, reply, std::move(exchange));
  if (Stream* open = find(id)) note_news(id, *open);
  return true;
}

void Http2::note_news(std::int32_t id, Stream& stream) {
  if (!std::exchange(stream.news, true)) heard_.push_back(id);
}

void Http2::tell_heard() {
  while (!heard_.empty()) {
    for (const std::int32_t id : std::exchange(heard_, {})) hand_over(id);
  }
}

void Http2::hand_over(std::int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr || !stream->exchange) return;
  stream->news = false;
  const std::shared_ptr<rpc::Exchange> exchange = stream->exchange;
  unfinished_bodies_ -= stream->request.body_size();
  const std::string body = stream->request.take_body();
  const bool ended = stream->request_ended;
  if (!body.empty()) exchange->on_input(body);
  if (ended) exchange->on_input_end();
}

void Http2::refuse(Http2Reply& reply, const Refusal& refusal) {
  ++context_.refusals;
  const std::string body = to_body(refusal);
  reply.on_head(
      {refusal.status,
       {{"content-type", "application/json"}, {"content-length", std::to_string(body.size())}}});
  reply.on_body({body, std::nullopt});
  reply.on_end();
}

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

// Replies to the requests of one read leave together.
void Http2::flush() {
  if (!in_input_) transport_.flush();
}

// ---- Endings

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
      deaf_ = true;
      forget_all();
      return transport_.reset();
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

}  // namespace bedlam::http
