// What the dispatcher asks of a service, and what a service gives back.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/rpc/call.h"
#include "emulator/rpc/reply.h"

namespace bedlam::rpc {

// Takes the reply, once: during handle() or later, from a timer.
using ReplyTo = std::function<void(Reply&&)>;

// Takes more of a reply, any number of times: each one's due times count from when it is handed
// over. Does nothing after the reply's end, or once the caller has left.
using MoreOfReply = std::function<void(Reply)>;

// Hears a request's body as it comes.
class InputStream {
 public:
  virtual ~InputStream() = default;
  // Gives what the journal keeps of it: text.
  virtual std::string on_input(std::string_view bytes) = 0;
  // The body is complete.
  virtual void on_input_end() = 0;
  // The reply is over, as Reply::when_over: with its last step, or because its caller left. `note`
  // is the journal's. Not told of a reply that was over when open() returned.
  virtual void on_over(const Ending& /*ending*/, Note& /*note*/) {}
};

class Service {
 public:
  virtual ~Service() = default;

  virtual std::string_view name() const = 0;  // equals Call::service

  // The call that this HTTP request makes on this service: operation, resource, parameters. Caller,
  // headers and body are the dispatcher's to fill in. nullopt where it is not for this service at
  // all; a path or target of the service with an unknown operation is a Call whose handling answers
  // AWS's error.
  virtual std::optional<Call> recognise(const aws::HttpRequest& request) const = 0;

  // The service's name in credential scopes: "bedrock". "" where callers need not say who they are.
  virtual std::string_view signing_name() const { return {}; }

  // The answer to a caller that AWS's front door turns away (aws/front_door_errors.h), in the
  // service's protocol. Asked of services with a signing name.
  virtual Reply refuse(const aws::Error& /*error*/) { return unknown_operation(); }

  // Whether a call from inside is this service's. Asked in the order of the dispatcher.
  virtual bool takes(const Call& call) const { return call.service == name(); }

  // Answers every call; an AWS error is a reply too. Must not block.
  virtual void handle(const Call& call, ReplyTo reply_to) = 0;

  // Whether the operation's request is a stream, heard as it comes: open() is asked then, with an
  // empty body, and not handle(). An edge that has the whole body hands it over in one piece.
  virtual bool hears_input(const Call& /*call*/) const { return false; }
  virtual std::shared_ptr<InputStream> open(const Call& /*call*/, MoreOfReply /*more*/) {
    return nullptr;
  }
};

}  // namespace bedlam::rpc
