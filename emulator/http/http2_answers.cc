// From requests to their handlers: whole, or as they come.
#include <utility>

#include "emulator/http/http2.h"

namespace bedlam::http {

void Http2::answer_taken() {
  while (!taken_.empty()) {
    for (const std::int32_t id : std::exchange(taken_, {})) answer(id);
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
  keep(id, reply, context_.handler(stream->request.take(), origin_, reply));
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
  if (stream != nullptr && stream->reply == reply && !stream->answered) {
    stream->exchange = std::move(exchange);
  } else if (exchange) {
    exchange->abandon();  // the handler's answer was all, or the stream or the connection went
  }
}

void Http2::refuse(Http2Reply& reply, const ErrorResponse& refusal) {
  ++context_.refusals;
  const std::string body = to_body(refusal);
  reply.on_head(
      {refusal.status,
       {{"content-type", "application/json"}, {"content-length", std::to_string(body.size())}}});
  reply.on_body({body, std::nullopt});
  reply.on_end();
}

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

}  // namespace bedlam::http
