// The one way in: finds the service for a call, keeps the journal, plays the reply. Calls from
// outside (an edge) and from inside (a workflow's task) go through the same door, so that scripts,
// faults and the journal act alike on both.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emulator/aws/authentication.h"
#include "emulator/rpc/journal.h"
#include "emulator/rpc/playback.h"
#include "emulator/rpc/service.h"

namespace bedlam::rpc {

// A call under way, from its dispatch to its last step.
class Exchange {
 public:
  // The caller left: nothing more is delivered, and the journal says "abandoned". Does nothing
  // after the reply's end.
  void abandon();

  // Of a call whose request is a stream (Dispatcher::open): more of it, and its end.
  void on_input(std::string_view bytes);
  void on_input_end();

 private:
  friend class Dispatcher;
  Journal* journal_ = nullptr;  // nullptr: not journalled
  Scheduler* scheduler_ = nullptr;
  std::uint64_t entry_id_ = 0;
  bool abandoned_ = false;
  std::shared_ptr<Playback> playback_;
  std::shared_ptr<InputStream> input_;
};

// Who may call a service, by its signing name; the refusal says what was wrong.
using FrontDoor = std::function<std::optional<aws::AuthenticationFailure>(
    const aws::HttpRequest& request, std::string_view signing_name)>;
// What verifies the events of a request that it let in; null: nothing.
using EventDoor = std::function<std::shared_ptr<aws::EventChain>(const aws::HttpRequest& request)>;

class Dispatcher {
 public:
  // Borrows both; they outlive it. `region`: of callers that name none.
  Dispatcher(Scheduler& scheduler, Journal& journal, std::string region = "us-east-1")
      : scheduler_(scheduler), journal_(journal), region_(std::move(region)) {}

  // Services are asked in this order. Calls of a service that is not journalled leave no trace (the
  // control plane). Borrowed.
  enum class Journalled { kNo, kYes };
  void add(Service& service, Journalled journalled = Journalled::kYes);

  // Whether a service of that name was added.
  bool serves(std::string_view service) const;

  // From now on callers from outside pass this door first; without one everybody may call.
  void guard(FrontDoor door, EventDoor event_door = {}) {
    door_ = std::move(door);
    event_door_ = std::move(event_door);
  }

  // From outside. `origin` names the connection. The receiver may hear its answer before this
  // returns. What no service recognises is answered with UnknownOperationException.
  std::shared_ptr<Exchange> dispatch(aws::HttpRequest request, std::string origin,
                                     std::shared_ptr<Receiver> receiver);
  // From outside, of a request whose body is still to come: where its operation hears it as it
  // comes, the exchange takes it; nullptr where it wants it whole, for dispatch().
  std::shared_ptr<Exchange> open(const aws::HttpRequest& head, std::string origin,
                                 std::shared_ptr<Receiver> receiver);
  // From inside: `call` is complete, caller included. An unknown service is answered in the same
  // way.
  std::shared_ptr<Exchange> call(const Call& call, std::shared_ptr<Receiver> receiver);

 private:
  struct Entry {
    Service* service;
    Journalled journalled;
  };
  std::shared_ptr<Exchange> dispatch(const Entry& entry, Call& call, aws::HttpRequest& request,
                                     std::string origin, std::shared_ptr<Receiver> receiver);
  // The answer to a caller whom the door does not let in.
  std::optional<Reply> turned_away(const Entry& entry, const aws::HttpRequest& request) const;
  // Completes the call by who makes it; the answer to one whom the door does not let in.
  std::optional<Reply> admit(const Entry& entry, const aws::HttpRequest& request,
                             std::string origin, Call& call) const;
  std::shared_ptr<Exchange> refuse(const Entry& entry, const Call& call,
                                   std::shared_ptr<Receiver> receiver, Reply refusal);
  // Journals the call and hands it to `answer`, which is given the way back.
  std::shared_ptr<Exchange> run(const Entry& entry, const Call& call,
                                std::shared_ptr<Receiver> receiver,
                                const std::function<void(ReplyTo)>& answer);
  std::shared_ptr<Exchange> handle(const Entry& entry, const Call& call,
                                   std::shared_ptr<Receiver> receiver);
  std::shared_ptr<Exchange> open(const Entry& entry, const Call& call,
                                 std::shared_ptr<Receiver> receiver);
  std::shared_ptr<Exchange> begin(const Entry& entry, const Call& call);
  Playback::Delivering journalling(const Exchange& exchange);

  Scheduler& scheduler_;
  Journal& journal_;
  std::string region_;
  std::vector<Entry> services_;
  FrontDoor door_;
  EventDoor event_door_;
};

// What the service recognises, with the request's headers and body; the caller is still to fill in.
std::optional<Call> call_of(const Service& service, aws::HttpRequest request);

// The caller, as the request's headers tell it; `region` where they name none.
Caller caller_of(const aws::HttpRequest& request, std::string origin, std::string region);

}  // namespace bedlam::rpc
