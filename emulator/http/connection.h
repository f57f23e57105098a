// One accepted socket: moves bytes between the peer and the protocol it speaks, and ends in each of
// the ways a plan may ask for. Memory is bounded: by kMaxReadAhead on the way in, by Limits::unsent
// and one step of a plan on the way out.
//
// A peer that ends its direction (FIN) is not gone: replies go on. It is gone when a read or a send
// fails, or when its socket has no owner any more (peer_presence.h); then its exchange is
// abandoned.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "emulator/http/file_descriptor.h"
#include "emulator/http/loop.h"
#include "emulator/http/protocol.h"

namespace bedlam::http {

class Connection final : public Transport,
                         private Watcher,
                         public std::enable_shared_from_this<Connection> {
 public:
  class Owner {
   public:
    // The socket is closed; the connection lets go of everything by itself.
    virtual void on_connection_gone(Connection& connection) = 0;

   protected:
    ~Owner() = default;
  };

  // Borrows all but the socket until it is gone. `id` counts connections from 1.
  Connection(Loop& loop, FileDescriptor socket, ServerContext& context, Owner& owner,
             std::uint64_t id);
  ~Connection() override;

  std::uint64_t id() const { return id_; }
  void start();
  // Ends as soon as nothing is under way.
  void wind_down();
  // Ends at once, with a reset.
  void drop();

  std::weak_ptr<Transport> weak() override { return weak_from_this(); }
  bool open() const override { return phase_ == Phase::kOpen; }
  std::size_t backlog() const override { return unsent(); }
  void send(std::string_view bytes) override;
  void flush() override;
  void half_close() override;
  void close() override;
  void reset() override;
  void resume_input() override;
  void set_deadline(Duration time) override;
  void clear_deadline() override { deadline_.reset(); }

 private:
  enum class Phase : std::uint8_t {
    kOpen,
    kLingering,  // our direction ends or has ended; what comes is discarded
    kResetting,  // bytes sent before the reset have not left yet
    kGone,
  };

  void on_ready(int fd, std::uint32_t events) override;
  void on_turn_end() override;
  void on_timer();
  void on_deadline();

  bool reading() const;
  void read(std::uint32_t events);
  void take(std::string_view bytes);
  void offer(std::string_view bytes);
  void speak(Sniffed spoken);
  void end_input();
  void look_for_peer(Duration next_look);

  std::size_t unsent() const { return out_.size() - out_at_; }
  void on_drained();
  void set_linger_deadline();
  void try_reset();
  void update_interest();
  void finish();

  Loop& loop_;
  ServerContext& context_;
  Owner& owner_;
  std::uint64_t id_;
  FileDescriptor socket_;
  Phase phase_ = Phase::kOpen;
  bool input_ended_ = false;
  bool feeding_ = false;  // the protocol is looking at in_
  bool fin_wanted_ = false;
  bool fin_sent_ = false;
  bool turn_end_asked_ = false;
  bool congested_ = false;      // the protocol has not been told yet that it is no more
  std::uint32_t interest_ = 0;  // what epoll watches for
  std::string in_;              // received, not taken by the protocol
  std::string out_;             // from out_at_ on: to be sent
  std::size_t out_at_ = 0;
  Instant ends_by_{};  // lingering or resetting, on the machine's clock
  std::optional<Instant> deadline_;
  Instant timer_due_{};  // the timer is only moved when it is too late
  Scheduler::TimerId timer_ = 0;
  Scheduler::TimerId presence_timer_ = 0;
  std::unique_ptr<Protocol> protocol_;  // null until sniffed
};

}  // namespace bedlam::http
