// What an ErrorEquals takes (Amazon States Language, "Errors"): the engine, the judge of pauses,
// the linter and coverage say the same.
#include <gtest/gtest.h>

#include "emulator/states/machine/state.h"
#include "harness/coverage/paths.h"
#include "harness/lint/rule.h"
#include "harness/retry/asl.h"

namespace bedlam::harness {
namespace {

struct ErrorName {
  const char* listed;
  const char* error;
  bool taken;
};

TEST(ErrorEquals, TakesTheSameErrorsEverywhere) {
  const std::vector<ErrorName> table{{"States.ALL", "States.Timeout", true},
                                     {"States.ALL", "Custom", true},
                                     {"States.TaskFailed", "Custom", true},
                                     {"States.TaskFailed", "States.Permissions", true},
                                     {"States.TaskFailed", "States.Timeout", false},
                                     {"States.Timeout", "States.Timeout", true},
                                     {"Custom", "Custom", true},
                                     {"Custom", "custom", false},
                                     {"Custom", "Another", false}};
  for (const ErrorName& row : table) {
    const Json rule{{"ErrorEquals", Json::array({row.listed})}};
    AslRetries retries;
    retries.retriers.resize(1);
    retries.retriers[0].error_equals = {row.listed};
    const std::string what = std::string(row.listed) + " of " + row.error;
    EXPECT_EQ(states::names({row.listed}, {row.error}), row.taken) << what;
    EXPECT_EQ(retrier_for(retries, row.error) != nullptr, row.taken) << what;
    EXPECT_EQ(lint::error_list_takes(rule, row.error), row.taken) << what;
    EXPECT_EQ(takes_error(rule["ErrorEquals"], row.error), row.taken) << what;
  }
}

// A missed heartbeat is reported as States.Timeout (recorded), and both names take it.
TEST(ErrorEquals, TakesAMissedHeartbeatByTwoNames) {
  for (const char* name : {"States.HeartbeatTimeout", "States.Timeout", "States.ALL"}) {
    EXPECT_TRUE(states::names({name}, {"States.Timeout", std::nullopt, true})) << name;
    EXPECT_TRUE(takes_error(Json::array({name}), "States.Timeout", true)) << name;
  }
  EXPECT_FALSE(takes_error(Json::array({"States.HeartbeatTimeout"}), "States.Timeout"));
  EXPECT_FALSE(takes_error(Json::array({"States.TaskFailed"}), "States.Timeout", true));
}

}  // namespace
}  // namespace bedlam::harness
