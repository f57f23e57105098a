// Answers tasks of workflows as a scenario says: the entries of `tasks:`, and the test cases of a
// mock configuration. It is asked before the services, and takes only calls that a rule is for.
//
// A rule of a `.sync` task answers twice: that the job is submitted, and at its end. For a task
// that waits for its token the service answers as it does without a rule, and the script then sends
// the token back as a worker would, through the API.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/call_seeds.h"
#include "emulator/rpc/dispatcher.h"
#include "emulator/script/services.h"

namespace bedlam::services {

class TaskScript final : public rpc::Service {
 public:
  // Borrows both, and `natural`: what answers the calls of tasks that wait for their token.
  TaskScript(Scheduler& scheduler, rpc::Dispatcher& dispatcher, std::uint64_t seed,
             std::vector<rpc::Service*> natural);

  std::string_view name() const override { return "tasks"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& /*request*/) const override {
    return std::nullopt;
  }
  bool takes(const rpc::Call& call) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

  void use(std::vector<script::Behaviour> tasks) { script_ = script::Script(std::move(tasks)); }
  void use(std::shared_ptr<const script::MockConfig> mocks) { mocks_ = std::move(mocks); }
  void reset();

 private:
  // What a rule or a mock says of one call.
  struct Chosen {
    const script::Outcome* outcome = nullptr;
    Duration takes{};
    rpc::Note note;
  };
  Chosen choose(const rpc::Call& call, const Random& random);
  const script::MockConfig::State* mocked(const rpc::Call& call) const;
  void answer_with_token(const rpc::Call& call, const Chosen& chosen, rpc::ReplyTo reply_to,
                         const Random& random);

  Scheduler& scheduler_;
  rpc::Dispatcher& dispatcher_;
  rpc::CallSeeds seeds_;
  std::vector<rpc::Service*> natural_;
  script::Script script_;
  std::shared_ptr<const script::MockConfig> mocks_;
  // Jobs of `.sync` tasks that are submitted and not over, by invocation id.
  std::map<std::string, rpc::Reply> jobs_;
};

// The last to be asked: says how to script a task that nothing answers.
class UnscriptedTasks final : public rpc::Service {
 public:
  std::string_view name() const override { return "unscripted"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& /*request*/) const override {
    return std::nullopt;
  }
  bool takes(const rpc::Call& call) const override { return call.task != nullptr; }
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;
};

}  // namespace bedlam::services
