// What tasks draw from a script's latencies.
#include "emulator/services/task_script.h"

#include <gtest/gtest.h>

namespace bedlam::services {
namespace {

using namespace std::chrono_literals;

class TaskScriptTest : public testing::Test {
 protected:
  void use() {
    script::Behaviour task{"sqs:sendMessage",
                           script::Latency{script::Uniform{100ms, 900ms}, {}, {}},
                           {{"test:1", {}, {{script::Answer{}, {}, {}}}}}};
    tasks.reset();
    tasks.use({std::move(task)});
  }
  Duration takes(const std::string& state, const std::string& body) {
    rpc::TaskCall of_state;
    of_state.resource = "sqs:sendMessage";
    of_state.parameters = std::make_shared<const Json>(Json::object());
    of_state.state = state;
    of_state.state_machine = "orders";
    rpc::Call call;
    call.service = "sqs";
    call.operation = "SendMessage";
    call.body = body;
    call.task = std::make_shared<const rpc::TaskCall>(std::move(of_state));
    Duration due{};
    tasks.handle(call, [&due](const rpc::Reply& reply) { due = last_due(reply); });
    return due;
  }

  Scheduler scheduler{WallTime{}};
  rpc::Journal journal;
  rpc::Dispatcher dispatcher{scheduler, journal};
  TaskScript tasks{scheduler, dispatcher, 1, {}};
};

TEST_F(TaskScriptTest, ParallelCallsMayArriveInAnyOrder) {
  use();
  const Duration one = takes("Tell", "1"), two = takes("Tell", "2"), other = takes("Warn", "1");
  EXPECT_NE(one, two);
  EXPECT_NE(one, other) << "another state's call";
  EXPECT_NE(takes("Tell", "1"), one) << "each call draws anew";
  use();
  EXPECT_EQ(takes("Warn", "1"), other);
  EXPECT_EQ(takes("Tell", "2"), two);
  EXPECT_EQ(takes("Tell", "1"), one);
}

}  // namespace
}  // namespace bedlam::services
