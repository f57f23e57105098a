// Amazon SQS's SendMessage, Amazon SNS's Publish and Amazon EventBridge's PutEvents as far as a
// sender sees them: every message is taken, nobody receives it. The journal has them.
#pragma once

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/service.h"

namespace bedlam::services {

class Messages final : public rpc::Service {
 public:
  explicit Messages(std::uint64_t seed) : random_(Random(seed).derive("messages")) {}

  std::string_view name() const override { return "messages"; }
  // Only workflows' tasks reach it.
  std::optional<rpc::Call> recognise(const aws::HttpRequest& /*request*/) const override {
    return std::nullopt;
  }
  bool takes(const rpc::Call& call) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

 private:
  Random random_;
  std::uint64_t calls_ = 0;
};

}  // namespace bedlam::services
