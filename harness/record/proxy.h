// Sends calls on to a real endpoint and keeps what passed. A service of the emulator's dispatcher:
// whatever the edge speaks, HTTP/1.1 or HTTP/2, in clear text or TLS, goes out as HTTP/1.1, signed
// with credentials of our own.
//
// Everything but the requests that leave is done on the loop's thread. A request that leaves has a
// thread of its own with a connection that is kept alive; what comes back comes through
// Loop::post(), piece by piece as it arrives.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "emulator/http/loop.h"
#include "emulator/rpc/service.h"
#include "harness/record/call.h"
#include "harness/upstream/connection.h"
#include "harness/upstream/credentials.h"

namespace bedlam::harness {

// Requests that leave at a time; further ones wait. Ours.
inline constexpr std::size_t kMaxLeaving = 256;
// What is kept in memory of all calls together; further ones pass and are not recorded. Ours.
inline constexpr std::size_t kMaxKeptBytes = std::size_t{1} << 30U;

struct ProxyOptions {
  Endpoint upstream;
  ConnectionOptions connection;
  std::string host = "127.0.0.1";  // where it listens
};

class Proxy final : public rpc::Service {
 public:
  // Borrows both, which outlive it.
  Proxy(http::Loop& loop, Signer& signer, ProxyOptions options);
  // Breaks off what is under way, and waits for its threads.
  ~Proxy() override;
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::string_view name() const override { return "upstream"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  bool hears_input(const rpc::Call& /*call*/) const override { return true; }
  std::shared_ptr<rpc::InputStream> open(const rpc::Call& call, rpc::MoreOfReply more) override;
  // Never asked: every request is heard.
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

  // The calls that are over, in the order in which they came.
  std::vector<PassedCall> take_calls();
  struct Counts {
    std::size_t cut_off = 0;    // by stop(), on their way or before they left
    std::size_t other = 0;      // of operations that are not recorded
    std::size_t unreached = 0;  // the endpoint could not be reached, or the credentials failed
    std::size_t refused = 0;    // what is not sent on: calls of foreign pages (callers.h)
    std::size_t encoded = 0;    // answers in an encoding that was not asked for
    std::size_t not_kept = 0;   // for want of memory
  };
  const Counts& counts() const { return counts_; }
  // Of the first call that was not sent on; "" where all were.
  const std::string& first_trouble() const { return first_trouble_; }
  // Calls that were sent on, or wait for it, and are not settled yet. They may outlast their
  // client.
  std::size_t under_way() const { return under_way_; }
  // Nothing more leaves, for good; calls that are under way end where they are, and are not
  // recorded. Waits for nobody: a thread that signs or connects lets go when that is over.
  void stop();

 private:
  class Input;
  struct Passing;
  void send_on(std::shared_ptr<Passing> passing);
  void work();
  bool is_stopping();
  void exchange(const std::shared_ptr<Passing>& passing, Connection& connection);
  void keep(const std::shared_ptr<Passing>& passing);
  void settle(const std::shared_ptr<Passing>& passing);
  void more(const std::shared_ptr<Passing>& passing, rpc::Action action);
  void fail(const std::shared_ptr<Passing>& passing, int status, const std::string& why);

  http::Loop& loop_;
  Signer& signer_;
  ProxyOptions options_;
  // The loop's thread alone.
  Counts counts_;
  std::string first_trouble_;
  std::vector<std::shared_ptr<Passing>> kept_;
  std::size_t kept_bytes_ = 0;
  std::size_t under_way_ = 0;
  std::thread stopping_connections_;
  std::uint64_t next_number_ = 1;

  std::mutex mutex_;
  std::condition_variable waiting_changed_;
  std::deque<std::shared_ptr<Passing>> waiting_;  // guarded by mutex_, as all below
  std::vector<std::thread> threads_;
  std::vector<std::shared_ptr<Connection>> connections_;  // whose threads are at work
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace bedlam::harness
