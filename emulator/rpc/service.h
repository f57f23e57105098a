// What the dispatcher asks of a service, and what a service gives back.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/rpc/call.h"
#include "emulator/rpc/reply.h"

namespace bedlam::rpc {

// Takes the reply, once: during handle() or later, from a timer.
using ReplyTo = std::function<void(Reply)>;

class Service {
 public:
  virtual ~Service() = default;

  virtual std::string_view name() const = 0;  // equals Call::service

  // The call that this HTTP request makes on this service: operation, resource, headers and body
  // (the dispatcher fills in the caller). nullopt where it is not for this service at all; a path
  // or target of the service with an unknown operation is a Call whose handling answers AWS's
  // error.
  virtual std::optional<Call> recognise(const aws::HttpRequest& request) const = 0;

  // The service's name in credential scopes: "bedrock". "" where callers need not say who they are.
  virtual std::string_view signing_name() const { return {}; }

  // The answer to a caller that AWS's front door turns away (aws/front_door_errors.h), in the
  // service's protocol. Asked of services with a signing name.
  virtual Reply refuse(const aws::Error& /*error*/) { return unknown_operation(); }

  // Answers every call; an AWS error is a reply too. Must not block.
  virtual void handle(const Call& call, ReplyTo reply_to) = 0;
};

}  // namespace bedlam::rpc
