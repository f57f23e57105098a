// Who calls, verified as AWS's front door does it: a signature (sigv4.h) in the Authorization
// header or in the query, or a bearer token, which only Bedrock takes.
//
// Differs from AWS: there are no policies, so whoever holds a key may do everything; the order of
// the checks is ours.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/credentials.h"
#include "emulator/aws/error.h"
#include "emulator/aws/http_message.h"
#include "emulator/aws/signed_events.h"

namespace bedlam::aws {

struct Occasion {
  std::string_view signing_name;  // of the service that is called: "bedrock", "states"
  std::chrono::sys_seconds now;   // for sessions that end
  bool compare_times = true;      // false: a signature may be of any time
};

struct AuthenticationFailure {
  Error error;
  std::string explanation;  // what was compared, for the journal; without secrets
};

// nullopt: the caller is who he says.
std::optional<AuthenticationFailure> authenticate(const HttpRequest& request,
                                                  const Credentials& credentials,
                                                  const Occasion& occasion);

// What the events in the body of an authenticated request are signed after; nullopt where they are
// not: with a bearer token, or where x-amz-content-sha256 announces no signed events.
std::optional<EventChain::Seed> event_seed(const HttpRequest& request,
                                           const Credentials& credentials);

// The target without what would let its reader call in another's name: signatures and session
// tokens in the query are replaced by "redacted".
std::string redacted_target(std::string_view target);

}  // namespace bedlam::aws
