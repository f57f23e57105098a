// The seam between a connection, which moves bytes, and the protocol spoken on it, which gives them
// a meaning. A connection sniffs its first bytes and makes the protocol: HTTP/1, HTTP/2, or TLS,
// which is a connection itself to the one spoken inside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "emulator/clock/scheduler.h"
#include "emulator/http/limits.h"
#include "emulator/http/tls_identity.h"
#include "emulator/rpc/dispatcher.h"

namespace bedlam::http {

// Answers a request: rpc::Dispatcher::dispatch, or a test's own. The receiver may hear its answer
// before it returns.
using Handler = std::function<std::shared_ptr<rpc::Exchange>(
    aws::HttpRequest&& request, std::string origin, std::shared_ptr<rpc::Receiver> receiver)>;

// Takes a request whose body is still to come, where its operation hears it as it comes:
// rpc::Dispatcher::open. Null where the body is wanted whole.
using Opener = std::function<std::shared_ptr<rpc::Exchange>(
    const aws::HttpRequest& head, std::string origin, std::shared_ptr<rpc::Receiver> receiver)>;

// What a protocol may do to its connection. Everything does nothing once the connection is gone.
class Transport {
 public:
  virtual ~Transport() = default;

  // Outlives the connection as an empty pointer; for those who hold a reply.
  virtual std::weak_ptr<Transport> weak() = 0;
  // False once it is closing, reset or lost.
  virtual bool open() const = 0;
  // Bytes queued that the peer's side has not taken.
  virtual std::size_t backlog() const = 0;

  // Queues bytes; they leave with flush(), at the latest before the loop waits again. A peer that
  // leaves more than Limits::unsent unread is reset. Before the loop waits, the protocol hears
  // on_turn_end(), even where there were no bytes.
  virtual void send(std::string_view bytes) = 0;
  virtual void flush() = 0;

  // After the queued bytes: our direction ends, the peer's stays open.
  virtual void half_close() = 0;
  // After the queued bytes: our direction ends; what the peer still sends is discarded until it
  // ends too or takes too long. So nothing sent is lost.
  virtual void close() = 0;
  // RST. Queued bytes go first, as far as TCP allows: at once where the peer's window has room,
  // otherwise the reset waits for them up to Limits::reset_time.
  virtual void reset() = 0;

  // Hands bytes to the protocol that it left untaken before.
  virtual void resume_input() = 0;
  // Protocol::on_deadline in `time` of real time, unless set anew or cleared before.
  virtual void set_deadline(Duration time) = 0;
  virtual void clear_deadline() = 0;
};

class Protocol {
 public:
  virtual ~Protocol() = default;

  // Returns how many bytes it took; the rest is kept and offered again, with more, after
  // Transport::resume_input. A protocol that leaves bytes is not read for beyond kMaxReadAhead.
  virtual std::size_t on_input(std::string_view bytes) = 0;
  // The peer ended its direction; it may still read.
  virtual void on_input_end() = 0;
  virtual void on_deadline() = 0;
  // After a Transport::send: the last chance to add to what leaves in this turn of the loop.
  virtual void on_turn_end() {}
  // The peer left more than kCongested unread, and has taken most of it now.
  virtual void on_room() {}
  // The connection is gone; the last call.
  virtual void on_lost() = 0;
  // The server stops: replies under way go on, nothing new begins.
  virtual void wind_down() = 0;
};

// What a connection has gathered of requests that are not complete, as its share of what all have.
class GatheredBodies {
 public:
  explicit GatheredBodies(std::size_t& of_all) : of_all_(of_all) {}
  ~GatheredBodies() { set(0); }
  GatheredBodies(const GatheredBodies&) = delete;
  GatheredBodies& operator=(const GatheredBodies&) = delete;

  void set(std::size_t bytes) {
    of_all_ += bytes - bytes_;
    bytes_ = bytes;
  }

 private:
  std::size_t& of_all_;
  std::size_t bytes_ = 0;
};

// What all connections of a server share.
struct ServerContext {
  ServerContext(Handler answer, Opener open, const Limits& edge_limits, const Scheduler& time,
                std::shared_ptr<const TlsIdentity> identity)
      : handler(std::move(answer)),
        opener(std::move(open)),
        limits(edge_limits),
        scheduler(time),
        tls(std::move(identity)) {}

  static constexpr std::size_t kReadBuffer = 64 * 1024;

  // "Fri, 04 Oct 2024 09:00:00 GMT", the emulator's now; valid until the next call.
  std::string_view date();

  Handler handler;
  Opener opener;  // may be empty
  Limits limits;
  const Scheduler& scheduler;
  std::shared_ptr<const TlsIdentity> tls;  // null: clear text alone
  std::uint64_t requests = 0;
  std::uint64_t refusals = 0;      // answers with an error of the edge's own
  std::uint64_t slow_readers = 0;  // reset for leaving more than Limits::unsent
  std::string read_buffer = std::string(kReadBuffer, '\0');  // for one read at a time
  std::string head_buffer;                                   // for one head of a reply at a time
  bool winding_down = false;
  std::size_t gathered_bodies = 0;  // bytes, of requests that are not complete

  bool too_much_gathered() const { return gathered_bodies > limits.gathered_bodies; }

 private:
  HttpDates dates_;
};

enum class Sniffed { kUndecided, kHttp1, kHttp2, kTls };

// What the peer speaks, by the first bytes of the connection: HTTP/2's preface is
// "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" (RFC 9113 section 3.4), TLS begins with a handshake record,
// 0x16 (RFC 8446 section 5.1); everything else is HTTP/1.
Sniffed sniff(std::string_view first_bytes);

// `spoken` is decided; `origin` names the connection to the handler. All but `origin` are borrowed
// and outlive the protocol.
std::unique_ptr<Protocol> make_protocol(Sniffed spoken, Transport& transport,
                                        ServerContext& context, std::string origin);

}  // namespace bedlam::http
