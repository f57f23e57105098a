// `/_bedlam/`: what a test asks of the emulator itself, over HTTP. docs/serve.md lists the
// requests. Mistakes are answered with 400 and {"errors": ["file:line:column: …"]}.
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
