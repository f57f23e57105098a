#include "emulator/http/connection.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "emulator/http/peer_presence.h"

namespace bedlam::http {
namespace {

constexpr int kMaxReadsATurn = 4;  // one fast sender must not starve the others
// Of a buffer between replies: that of a short one, since thousands of connections may be open.
constexpr std::size_t kKeptCapacity = 2 * 1024;
constexpr Duration kResetRetry = std::chrono::milliseconds(1);
// A peer loses its socket some microseconds after its FIN came, or whenever it closes what it had
// only shut down; it is looked for at growing intervals.
constexpr Duration kFirstLook = std::chrono::milliseconds(1);
constexpr Duration kMaxLookInterval = std::chrono::milliseconds(250);

void clear(std::string& buffer) {
  if (buffer.capacity() > kKeptCapacity) {
    buffer = {};
  } else {
    buffer.clear();
  }
}

// Bytes that the kernel took but has not put on the wire yet, for want of the peer's window.
bool not_on_the_wire(int socket) {
  int bytes = 0;
  return ioctl(socket, SIOCOUTQNSD, &bytes) == 0 && bytes > 0;
}

}  // namespace

Connection::Connection(Loop& loop, FileDescriptor socket, ServerContext& context, Owner& owner,
                       std::uint64_t id)
    : loop_(loop), context_(context), owner_(owner), id_(id), socket_(std::move(socket)) {}

Connection::~Connection() {
  if (timer_ != 0) loop_.deadlines().cancel(timer_);
  if (presence_timer_ != 0) loop_.deadlines().cancel(presence_timer_);
}

void Connection::start() {
  interest_ = EPOLLIN | EPOLLRDHUP;
  loop_.watch(socket_.get(), interest_, *this);
  set_deadline(context_.limits.idle_time);
}

void Connection::wind_down() {
  if (phase_ != Phase::kOpen) return;
  if (protocol_) return protocol_->wind_down();
  close();
}

void Connection::drop() {
  if (phase_ == Phase::kGone) return;
  const linger at_once{1, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  finish();
}

void Connection::finish() {
  if (phase_ == Phase::kGone) return;
  phase_ = Phase::kGone;
  deadline_.reset();
  loop_.unwatch(socket_.get());
  socket_.close();
  if (!feeding_) in_ = {};
  out_ = {};
  out_at_ = 0;
  if (protocol_) protocol_->on_lost();
  owner_.on_connection_gone(*this);
}

// ---- Events

void Connection::on_ready(int /*fd*/, std::uint32_t events) {
  const auto self = shared_from_this();
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(events);
  if ((events & EPOLLOUT) != 0) flush();
}

void Connection::on_turn_end() {
  const auto self = shared_from_this();
  if (protocol_ && open()) protocol_->on_turn_end();
  turn_end_asked_ = false;
  flush();
}

void Connection::set_deadline(Duration time) {
  if (phase_ == Phase::kGone) return;
  deadline_ = loop_.deadlines().now() + time;
  if (timer_ != 0 && timer_due_ <= *deadline_) return;
  if (timer_ != 0) loop_.deadlines().cancel(timer_);
  timer_due_ = *deadline_;
  timer_ = loop_.deadlines().at(timer_due_, [this] { on_timer(); });
}

void Connection::on_timer() {
  timer_ = 0;
  if (!deadline_) return;
  const Duration left = *deadline_ - loop_.deadlines().now();
  if (left > Duration{}) return set_deadline(left);
  deadline_.reset();
  const auto self = shared_from_this();
  on_deadline();
}

void Connection::on_deadline() {
  switch (phase_) {
    case Phase::kOpen:
      if (!protocol_) speak(Sniffed::kHttp1);
      if (open()) protocol_->on_deadline();
      return;
    case Phase::kLingering:
      return unsent() > 0 ? drop() : finish();
    case Phase::kResetting:
      return loop_.deadlines().now() >= ends_by_ ? drop() : try_reset();
    case Phase::kGone:
      return;
  }
}

void Connection::update_interest() {
  // What is queued in this turn may leave at its end: until then nobody waits, and asking twice
  // would cost two calls a reply.
  if (phase_ == Phase::kGone || turn_end_asked_) return;
  // An ended or paused input is not asked for: epoll would report it without end.
  std::uint32_t wanted = 0;
  if (reading()) wanted |= EPOLLIN | EPOLLRDHUP;
  if (unsent() > 0) wanted |= EPOLLOUT;
  if (wanted == interest_) return;
  interest_ = wanted;
  loop_.change(socket_.get(), wanted);
}

// ---- Input

bool Connection::reading() const {
  return !input_ended_ && phase_ != Phase::kResetting && in_.size() < kMaxReadAhead;
}

void Connection::read(std::uint32_t events) {
  if (phase_ == Phase::kGone) return;
  if (!reading()) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) finish();
    return;
  }
  std::string& buffer = context_.read_buffer;
  for (int i = 0; i < kMaxReadsATurn && phase_ != Phase::kGone && reading(); ++i) {
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got == 0) return end_input();
    if (got < 0) {
      if (errno != EAGAIN && errno != EINTR) finish();
      return;
    }
    const auto size = static_cast<std::size_t>(got);
    take(std::string_view(buffer).substr(0, size));
    // Less than asked for is all there was, unless the end waits behind it.
    if (size < buffer.size() && (events & EPOLLRDHUP) == 0) return;
  }
}

void Connection::take(std::string_view bytes) {
  if (phase_ == Phase::kLingering) return set_linger_deadline();
  if (protocol_) return offer(bytes);
  if (in_.empty()) set_deadline(context_.limits.header_time);
  in_.append(bytes);
  const Sniffed spoken = sniff(in_);
  if (spoken != Sniffed::kUndecided) speak(spoken);
}

void Connection::speak(Sniffed spoken) {
  protocol_ = make_protocol(spoken, *this, context_, "connection " + std::to_string(id_));
  if (open()) offer({});
}

void Connection::offer(std::string_view bytes) {
  feeding_ = true;
  if (in_.empty()) {
    const std::size_t used = protocol_->on_input(bytes);
    in_.assign(bytes.substr(used));
  } else {
    in_.append(bytes);
    in_.erase(0, protocol_->on_input(in_));
  }
  feeding_ = false;
  if (in_.empty() || !open()) clear(in_);
  update_interest();
}

void Connection::resume_input() {
  if (feeding_ || !open() || !protocol_) return;
  if (in_.empty()) return update_interest();
  offer({});
}

void Connection::end_input() {
  input_ended_ = true;
  if (phase_ == Phase::kLingering) {
    if (fin_sent_) return finish();
    return update_interest();
  }
  if (!protocol_ && in_.empty()) return finish();
  if (!protocol_) speak(Sniffed::kHttp1);
  if (open()) protocol_->on_input_end();
  if (fin_sent_) return finish();  // both directions are over
  update_interest();
  look_for_peer(kFirstLook);
}

void Connection::look_for_peer(Duration next_look) {
  presence_timer_ = 0;
  if (!open()) return;
  const PeerPresence presence = presence_of_peer(socket_.get());
  if (presence == PeerPresence::kGone) return finish();
  if (presence == PeerPresence::kUnknown) return;
  presence_timer_ = loop_.deadlines().after(next_look, [this, next_look] {
    const auto self = shared_from_this();
    look_for_peer(std::min(next_look * 2, kMaxLookInterval));
  });
}

// ---- Output

void Connection::send(std::string_view bytes) {
  if (phase_ == Phase::kGone || phase_ == Phase::kResetting || fin_wanted_) return;
  if (unsent() > context_.limits.unsent) {
    ++context_.slow_readers;
    return drop();
  }
  out_.append(bytes);
  if (unsent() > kCongested) congested_ = true;
  if (std::exchange(turn_end_asked_, true)) return;
  loop_.at_turn_end(socket_.get());
}

void Connection::flush() {
  while (unsent() > 0) {
    const ssize_t sent =
        ::send(socket_.get(), out_.data() + out_at_, unsent(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0) return finish();
    out_at_ += static_cast<std::size_t>(sent);
    if (phase_ == Phase::kLingering) set_linger_deadline();
  }
  if (phase_ == Phase::kGone) return;
  if (unsent() == 0) {
    clear(out_);
    out_at_ = 0;
    on_drained();
  } else if (out_at_ > out_.size() / 2) {
    out_.erase(0, out_at_);
    out_at_ = 0;
  }
  update_interest();
  if (!congested_ || unsent() > kCongested / 2) return;
  congested_ = false;
  if (protocol_ && open()) protocol_->on_room();
}

void Connection::on_drained() {
  if (phase_ == Phase::kResetting) return try_reset();
  if (!fin_wanted_ || fin_sent_) return;
  shutdown(socket_.get(), SHUT_WR);
  fin_sent_ = true;
  // A server that stops does not wait for idle peers to close their end.
  if (input_ended_ || context_.winding_down) return finish();
  if (phase_ == Phase::kLingering) {
    ends_by_ = loop_.deadlines().now() + context_.limits.linger_time;
    set_linger_deadline();
  }
}

void Connection::half_close() {
  if (!open()) return;
  fin_wanted_ = true;
  flush();
}

void Connection::close() {
  if (!open()) return;
  phase_ = Phase::kLingering;
  if (!feeding_) in_ = {};
  fin_wanted_ = true;
  set_linger_deadline();
  if (fin_sent_) ends_by_ = loop_.deadlines().now() + context_.limits.linger_time;
  flush();
}

// While bytes wait for a slow reader it has the time of an idle connection for each portion.
void Connection::set_linger_deadline() {
  if (!fin_sent_) return set_deadline(context_.limits.idle_time);
  set_deadline(std::min(context_.limits.linger_idle_time,
                        std::max(ends_by_ - loop_.deadlines().now(), Duration{})));
}

void Connection::reset() {
  if (phase_ == Phase::kGone || phase_ == Phase::kResetting) return;
  flush();
  if (phase_ == Phase::kGone) return;
  phase_ = Phase::kResetting;
  ends_by_ = loop_.deadlines().now() + context_.limits.reset_time;
  try_reset();
}

void Connection::try_reset() {
  if (unsent() == 0 && !not_on_the_wire(socket_.get())) return drop();
  set_deadline(kResetRetry);
  update_interest();
}

}  // namespace bedlam::http
