// `/_bedlam/`: what a test asks of the emulator itself, over HTTP. docs/serve.md lists the
// requests. Mistakes are answered with 400 and {"errors": ["file:line:column: …"]}.
#pragma once

#include "emulator/base/diagnostic.h"
#include "emulator/rpc/service.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::app {

class Emulator;

// A server answers and does nothing of its own accord: what of a scenario it cannot take.
Diagnostics not_for_a_server(const scenario::Scenario& scenario);

// The body of a 400: {"errors": ["file:line:column: …"]}.
Json errors_json(const Diagnostics& mistakes);

class ControlPlane : public rpc::Service {
 public:
  explicit ControlPlane(Emulator& emulator) : emulator_(emulator) {}

  std::string_view name() const override { return "bedlam"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

 private:
  Emulator& emulator_;
};

}  // namespace bedlam::app
