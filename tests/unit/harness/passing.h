// Calls of an emulator in memory, as a proxy in front of it would see them pass.
#pragma once

#include <memory>
#include <string>

#include "emulator/app/emulator.h"
#include "harness/client/request.h"
#include "harness/record/call.h"

namespace bedlam::harness {

class PassingReceiver final : public rpc::Receiver {
 public:
  PassingReceiver(const Scheduler& scheduler, PassedCall& call)
      : scheduler_(scheduler), call_(call), began_(scheduler.now()) {}

  void on_head(const rpc::Head& head) override {
    call_.status = head.status;
    call_.headers = head.headers;
  }
  void on_body(const rpc::Bytes& bytes) override { call_.body.push_back({since(), bytes.data}); }
  void on_end() override { end(true); }
  void on_reset() override { end(false); }
  void on_close() override { end(false); }
  void on_half_close() override { end(false); }
  void on_stall() override { end(false); }
  void on_garbage(const rpc::Garbage& /*garbage*/) override {}

 private:
  Duration since() const { return scheduler_.now() - began_; }
  void end(bool whole) {
    call_.whole = whole;
    call_.ended = since();
  }

  const Scheduler& scheduler_;
  PassedCall& call_;
  Instant began_;
};

// Makes the call and waits for its end on the virtual clock.
inline PassedCall pass(app::Emulator& emulator, const scenario::CallStep& step) {
  PassedCall call;
  call.operation = step.operation;
  call.resource = step.model;
  call.region = step.region;
  call.request = make_request(step, *find_operation(step.operation), {"id", 1, 1, {}},
                              emulator.scheduler().wall_now());
  auto receiver = std::make_shared<PassingReceiver>(emulator.scheduler(), call);
  const auto exchange = emulator.dispatcher().dispatch(call.request, "test", receiver);
  emulator.scheduler().run();
  return call;
}

inline scenario::CallStep step_of(std::string operation, std::string model, std::string prompt) {
  scenario::CallStep step;
  step.operation = std::move(operation);
  step.model = std::move(model);
  step.prompt = std::move(prompt);
  return step;
}

}  // namespace bedlam::harness
