// One call of an AWS JSON API through the in-memory edge, as the harness makes them for itself.
#pragma once

#include <memory>
#include <string>

#include "emulator/rpc/dispatcher.h"

namespace bedlam::harness {

// Who the harness is in the journal. Its own calls are not what a scenario expects on.
inline constexpr std::string_view kHarnessOrigin = "harness";

class ApiCall {
 public:
  // Sends `X-Amz-Target: target` with this body.
  ApiCall(rpc::Dispatcher& dispatcher, const std::string& target, const Json& body,
          const std::string& region);

  bool over() const;
  bool succeeded() const;      // over, with status 200
  const Json& answer() const;  // the body; an object even where it was none
  // "StateMachineDoesNotExist: State Machine Does Not Exist: '…'"; "" where it succeeded
  std::string failure() const;

 private:
  struct Received;
  std::shared_ptr<Received> received_;
};

}  // namespace bedlam::harness
