#include "emulator/http/http1.h"

namespace bedlam::http {

Http1::Http1(Transport& transport, ServerContext& context, std::string origin)
    : transport_(transport),
      context_(context),
      origin_(std::move(origin)),
      parser_(context.limits),
      gathered_(context.gathered_bodies) {}

Http1::~Http1() {
  if (reply_) reply_->detach();
}

std::size_t Http1::on_input(std::string_view bytes) {
  // Behind a reply without end nothing will be answered. Taken all the same: unread, it would hide
  // the peer's leaving.
  if (busy() && reply_->stalled()) return bytes.size();
  in_input_ = true;
  std::size_t used = 0;
  while (used < bytes.size() && !busy() && transport_.open()) {
    used += parser_.feed(bytes.substr(used));
    if (parser_.refusal()) {
      refuse(*parser_.refusal());
    } else if (parser_.complete()) {
      // Of an empty body too: botocore takes an answer without it for that of its next request.
      if (parser_.body_size() == 0 && parser_.take_expectation()) say_continue();
      begin_exchange();
    } else if (parser_.take_expectation()) {
      say_continue();
    }
  }
  gathered_.set(parser_.body_size());
  if (parser_.in_body() && transport_.open() && context_.too_much_gathered()) {
    parser_.take();  // its memory is what is wanted
    refuse(refusals::kTooManyBodies);
  }
  in_input_ = false;
  if (!busy() && transport_.open()) set_deadline();
  settle();
  return busy() && reply_->stalled() ? bytes.size() : used;
}

void Http1::say_continue() {
  transport_.send("HTTP/1.1 100 Continue\r\n\r\n");
}

// A header section has one deadline in all, or a byte a second would keep it open for ever; a body
// and the pause between requests begin anew with every byte.
void Http1::set_deadline() {
  const bool in_head = parser_.started() && !parser_.in_body();
  if (in_head && had_head_) return;
  had_head_ = in_head;
  transport_.set_deadline(in_head ? context_.limits.header_time : context_.limits.idle_time);
}

void Http1::begin_exchange() {
  transport_.clear_deadline();
  had_head_ = false;
  ++context_.requests;
  Http1Reply::Owner& owner = *this;
  const auto reply =
      std::make_shared<Http1Reply>(owner, transport_.weak(), context_, parser_.traits());
  reply_ = reply;
  auto exchange = context_.handler(parser_.take(), origin_, reply);
  if (reply_ == reply) {
    exchange_ = std::move(exchange);
  } else if (lost_ && exchange) {
    exchange->abandon();  // the connection went while the handler answered
  }
}

void Http1::on_reply_end(bool reusable) {
  forget_exchange();
  if (!reusable || context_.winding_down) return transport_.close();
  // The replies to what a turn of the loop reads leave together at its end: a peer that waits for
  // several is woken once, which costs more than all the rest.
  if (in_input_) return;  // goes on there
  transport_.flush();
  set_deadline();
  transport_.resume_input();
  settle();
}

void Http1::on_reply_stalled() {
  settle();
}

// With the peer's direction at its end, the last reply is the end of the connection. A stalled one
// has no end: whether the peer still listens cannot be seen, so it is given the time of an idle
// one.
void Http1::settle() {
  if (!input_ended_ || in_input_ || !transport_.open()) return;
  if (!busy()) return transport_.close();
  if (reply_->stalled()) transport_.set_deadline(context_.limits.idle_time);
}

void Http1::on_input_end() {
  input_ended_ = true;
  if (!busy() && parser_.started()) return refuse(refusals::kCutShort);
  settle();
}

void Http1::on_deadline() {
  if (busy() || !parser_.started()) return transport_.close();
  refuse(parser_.in_body() ? refusals::kBodyTooLate : refusals::kHeadersTooLate);
}

void Http1::on_room() {
  if (reply_) reply_->on_room();
}

void Http1::on_lost() {
  lost_ = true;
  gathered_.set(0);
  if (reply_) reply_->detach();
  if (exchange_) exchange_->abandon();
  forget_exchange();
}

void Http1::wind_down() {
  if (!busy() || reply_->stalled()) transport_.close();
}

void Http1::forget_exchange() {
  reply_.reset();
  exchange_.reset();
}

void Http1::refuse(const ErrorResponse& refusal) {
  ++context_.refusals;
  gathered_.set(0);
  transport_.send(to_response(refusal));
  transport_.close();
}

}  // namespace bedlam::http
