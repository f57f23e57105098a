// External commands: their exit, their output, and what is left of them after the timeout.
#include "harness/runner/command.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <cstdlib>

namespace bedlam::harness {
namespace {

using namespace std::chrono_literals;

CommandResult run(const std::string& line, Duration timeout = 60s) {
  return run_command({line, "", {{"PATH", "/usr/bin:/bin"}, {"GREETING", "hello"}}, timeout});
}

TEST(Commands, TellTheirExit) {
  EXPECT_EQ(run("exit 3").exit, 3);
  EXPECT_EQ(run("true").exit, 0);
  EXPECT_EQ(run("kill -TERM $$").exit, 128 + SIGTERM);
  EXPECT_EQ(run("no-such-program").exit, 127);
}

TEST(Commands, HaveTheirStreamsCapturedApart) {
  const CommandResult result = run("echo $GREETING; echo oops >&2; cat");
  EXPECT_EQ(result.output, "hello\n");
  EXPECT_EQ(result.errors, "oops\n");
  EXPECT_EQ(result.exit, 0) << "there is nothing to read for them";
}

TEST(Commands, OutputIsBounded) {
  const CommandResult result = run("head -c 3000000 /dev/zero; echo end >&2");
  EXPECT_EQ(result.output.size(), kMaxCapturedBytes);
  EXPECT_EQ(result.errors, "end\n");
}

TEST(Commands, RunInTheScenariosDirectory) {
  const CommandResult result = run_command({"pwd", "/usr", {{"PATH", "/bin"}}, 60s});
  EXPECT_EQ(result.output, "/usr\n");
  EXPECT_FALSE(run_command({"pwd", "/no/such/place", {}, 60s}).not_started.empty());
}

TEST(Commands, AreKilledWithTheirChildrenAtTheTimeout) {
  // The grandchild would hold the pipe open for an hour.
  const CommandResult result = run("sleep 3600 & echo $!; wait", 300ms);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit, 128 + SIGKILL);
  const pid_t grandchild = std::atoi(result.output.c_str());
  ASSERT_GT(grandchild, 0);
  // It was sent SIGKILL, and dies when the kernel next runs it; its entry stays until init reaps
  // it.
  std::string state;
  const auto gone = [&state] {
    return state.empty() || state.find(") Z ") != std::string::npos ||
           state.find(") X ") != std::string::npos;
  };
  for (int look = 0; look == 0 || (!gone() && look < 1'000); ++look) {
    state = run("cat /proc/" + std::to_string(grandchild) + "/stat").output;
  }
  EXPECT_TRUE(gone()) << state;
}

TEST(Commands, LeaveNothingBehindWhenTheyEnd) {
  const CommandResult result = run("sleep 3600 & echo done");
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.output, "done\n");
}

TEST(Environments, ForgetTheDevelopersOwnSettings) {
  ::setenv("AWS_PROFILE", "production", 1);
  ::setenv("AWS_RETRY_MODE", "adaptive", 1);
  const auto variables = clean_environment();
  EXPECT_EQ(variables.count("AWS_PROFILE"), 0U);
  EXPECT_EQ(variables.count("AWS_RETRY_MODE"), 0U);
  EXPECT_EQ(variables.count("PATH"), 1U);
  EXPECT_EQ(variables.at("NO_PROXY"), "127.0.0.1,localhost,::1");
  ::unsetenv("AWS_PROFILE");
  ::unsetenv("AWS_RETRY_MODE");
}

}  // namespace
}  // namespace bedlam::harness
