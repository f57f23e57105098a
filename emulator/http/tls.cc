#include "emulator/http/tls.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace bedlam::http {
namespace {

constexpr std::size_t kMaxRecord = 16 * 1024;  // RFC 8446 section 5.1

}  // namespace

Tls::Tls(Transport& outer, ServerContext& context, std::string origin)
    : outer_(outer),
      context_(context),
      origin_(std::move(origin)),
      ssl_(SSL_new(context.tls->context())),
      received_(BIO_new(BIO_s_mem())),
      to_send_(BIO_new(BIO_s_mem())) {
  if (!ssl_ || received_ == nullptr || to_send_ == nullptr) throw std::bad_alloc();
  SSL_set_bio(ssl_.get(), received_, to_send_);
  SSL_set_accept_state(ssl_.get());
  outer_.set_deadline(context_.limits.handshake_time);
}

Tls::~Tls() = default;

// Shares the life of the connection, which owns this.
std::weak_ptr<Transport> Tls::weak() {
  const std::shared_ptr<Transport> connection = outer_.weak().lock();
  Transport* self = this;
  return connection ? std::shared_ptr<Transport>(connection, self) : nullptr;
}

// ---- Input

std::size_t Tls::on_input(std::string_view bytes) {
  // What the inner protocol has no use for yet stays outside, where reading then pauses.
  if (in_.size() >= kMaxReadAhead) return 0;
  BIO_write(received_, bytes.data(), static_cast<int>(bytes.size()));
  if (!SSL_is_init_finished(ssl_.get()) && !shake_hands()) return bytes.size();
  decrypt();
  return bytes.size();
}

bool Tls::shake_hands() {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  const int error = SSL_get_error(ssl_.get(), done);
  forward();
  if (done == 1) {
    outer_.flush();
    outer_.set_deadline(context_.limits.idle_time);
    return true;
  }
  if (error != SSL_ERROR_WANT_READ) fail();
  return false;
}

void Tls::decrypt() {
  std::array<char, kMaxRecord> piece;
  while (open()) {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), piece.data(), piece.size());
    if (got > 0) {
      take({piece.data(), static_cast<std::size_t>(got)});
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), got);
    forward();  // an alert, or the answer to a change of keys
    if (error == SSL_ERROR_ZERO_RETURN) return end_inner_input();
    if (error != SSL_ERROR_WANT_READ) fail();
    return;
  }
}

void Tls::take(std::string_view bytes) {
  if (inner_) return offer(bytes);
  if (in_.empty()) set_deadline(context_.limits.header_time);
  in_.append(bytes);
  const Sniffed spoken = sniff(in_);
  if (spoken != Sniffed::kUndecided) speak(spoken == Sniffed::kTls ? Sniffed::kHttp1 : spoken);
}

void Tls::speak(Sniffed spoken) {
  Transport& self = *this;
  inner_ = make_protocol(spoken, self, context_, origin_);
  if (open()) offer({});
}

void Tls::offer(std::string_view bytes) {
  feeding_ = true;
  in_.append(bytes);
  in_.erase(0, inner_->on_input(in_));
  feeding_ = false;
}

void Tls::resume_input() {
  if (feeding_ || !open() || !inner_) return;
  if (!in_.empty()) offer({});
  outer_.resume_input();
}

void Tls::on_input_end() {
  if (!SSL_is_init_finished(ssl_.get())) return fail();
  end_inner_input();
}

void Tls::end_inner_input() {
  if (std::exchange(input_ended_, true) || !open()) return;
  if (!inner_ && in_.empty()) return close();
  if (!inner_) speak(Sniffed::kHttp1);
  if (open()) inner_->on_input_end();
}

void Tls::on_deadline() {
  if (!SSL_is_init_finished(ssl_.get())) return fail();
  if (!inner_ && !in_.empty()) speak(Sniffed::kHttp1);
  if (!open()) return;
  if (inner_) return inner_->on_deadline();
  close();
}

void Tls::on_lost() {
  closed_ = true;
  if (inner_) inner_->on_lost();
}

void Tls::wind_down() {
  if (inner_) return inner_->wind_down();
  close();
}

void Tls::fail() {
  ++context_.refusals;
  closed_ = true;
  outer_.close();
}

// ---- Output

void Tls::send(std::string_view bytes) {
  if (!open() || said_goodbye_) return;
  out_.append(bytes);
  if (out_.size() >= kMaxRecord) encrypt();
  outer_.send({});  // leaves at the turn's end, if not before
}

void Tls::on_turn_end() {
  if (inner_) inner_->on_turn_end();
  encrypt();
}

void Tls::on_room() {
  if (inner_) inner_->on_room();
}

void Tls::flush() {
  encrypt();
  outer_.flush();
}

void Tls::encrypt() {
  if (out_.empty() || !outer_.open()) return;
  const std::string bytes = std::exchange(out_, {});
  ERR_clear_error();
  SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));  // memory takes it all
  forward();
}

// Moves what OpenSSL has made to the connection.
void Tls::forward() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(to_send_, &data);
  if (size <= 0) return;
  const std::string bytes(data, static_cast<std::size_t>(size));
  BIO_reset(to_send_);
  outer_.send(bytes);
}

void Tls::say_goodbye() {
  encrypt();
  if (std::exchange(said_goodbye_, true)) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  forward();
}

void Tls::half_close() {
  if (!open()) return;
  say_goodbye();
  outer_.half_close();
}

void Tls::close() {
  if (!open()) return;
  say_goodbye();
  closed_ = true;
  outer_.close();
}

void Tls::reset() {
  if (closed_) return;
  encrypt();
  closed_ = true;
  outer_.reset();
}

}  // namespace bedlam::http
