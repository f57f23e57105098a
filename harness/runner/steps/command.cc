// A `command` step: an external program on the machine's clock, with the emulator behind a socket.
#include "harness/runner/command.h"

#include <thread>

#include "emulator/http/server.h"
#include "harness/runner/session.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kHost = "127.0.0.1";
constexpr std::size_t kShownErrorLines = 5;

std::map<std::string, std::string> environment_for(const Session& session,
                                                   const scenario::CommandStep& step,
                                                   std::uint16_t port, const std::string& region) {
  std::map<std::string, std::string> variables = clean_environment();
  variables.merge(client_environment(port, region));
  for (const auto& [name, value] : session.settings().environment) variables[name] = value;
  for (const auto& [name, value] : step.environment) variables[name] = value;
  return variables;
}

// The last lines of what the program complained about.
std::string tail(const std::string& text) {
  std::size_t at = text.size();
  while (at > 0 && text[at - 1] == '\n') --at;
  const std::size_t end = at;
  for (std::size_t lines = 0; at > 0 && lines < kShownErrorLines; ++lines) {
    const std::size_t line = text.rfind('\n', at - 1);
    at = line == std::string::npos ? 0 : line;
  }
  return text.substr(at, end - at);
}

// Runs it on a thread of its own while the loop serves what it calls.
CommandResult run_beside(Pacer& pacer, Command command) {
  CommandResult result;
  bool over = false;
  std::thread thread([&] {
    CommandResult given = run_command(command);
    pacer.loop().post([&, given = std::move(given)]() mutable {
      result = std::move(given);
      over = true;
    });
  });
  pacer.wait_until([&] { return over; });
  thread.join();
  return result;
}

}  // namespace

Ran run_shell(Session& session, const scenario::CommandStep& step) {
  Ran ran;
  ran.observed.real_clock = true;
  app::Emulator& emulator = session.emulator();
  Pacer pacer(emulator.scheduler(), Clock::kReal);
  http::Server server(pacer.loop(), emulator.dispatcher());
  const auto port = server.listen(std::string(kHost), 0);
  if (!port) {
    ran.observed.notes.push_back(port.error());
    return ran;
  }
  const Instant start = session.now();
  const CommandResult result = run_beside(
      pacer, {step.command, session.settings().directory,
              environment_for(session, step, *port, emulator.options().region), step.timeout});
  ran.observed.fields = {{"exit", Json(result.exit)},
                         {"stdout", Json(result.output)},
                         {"stderr", Json(result.errors)},
                         {"timed_out", Json(result.timed_out)},
                         {"takes", session.now() - start}};
  ran.add_note(pacer.lateness_note());
  ran.gave_up = result.exit != 0;
  if (result.timed_out) ran.trouble = "killed after " + format_duration(step.timeout);
  if (!result.not_started.empty()) {
    ran.observed.fields["exit"] = Json();
    ran.observed.notes.push_back("cannot start /bin/sh: " + result.not_started);
  }
  if (!result.errors.empty()) ran.observed.notes.push_back("stderr: " + tail(result.errors));
  return ran;
}

}  // namespace bedlam::harness
