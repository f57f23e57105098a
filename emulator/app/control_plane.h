// `/_bedlam/`: what a test asks of the emulator itself, over HTTP.
//
//   GET  /_bedlam/health    {"status":"ok","version":…,"seed":…}
//   GET  /_bedlam/journal   {"calls":[{"invocation_id":…,"attempts":[…]}]}, oldest first
//   POST /_bedlam/scenario  a scenario file as body: replaces what models answer, deploys its
//   workflows POST /_bedlam/reset     forgets scripts, workflows, executions and the journal GET
//   /_bedlam/clock     {"now":"…","elapsed":…,"next_timer":…}, seconds POST /_bedlam/clock
//   {"advance":"3s"}: jumps, on a virtual clock only
//
// Mistakes are answered with 400 and {"errors":["file:line:column: …"]}.
#pragma once

#include "emulator/rpc/service.h"

namespace bedlam::app {

class Emulator;

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
