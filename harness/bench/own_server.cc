#include "harness/bench/own_server.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "emulator/app/definition_diagnostics.h"

namespace bedlam::harness {
namespace {

constexpr const char* kOwnHost = "127.0.0.1";
constexpr Duration kBeat = std::chrono::milliseconds(5);
// A load test looks at no journal: it keeps little of each call.
constexpr rpc::JournalLimits kBenchJournal{
    .bytes = std::size_t{8} * 1024 * 1024, .request = 1024, .stream = 0};

app::EmulatorOptions own_options(std::uint64_t seed) {
  app::EmulatorOptions options;
  options.seed = seed;
  options.epoch = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  options.journal = kBenchJournal;
  return options;
}

}  // namespace

OwnServer::OwnServer(std::uint64_t seed)
    : emulator_(own_options(seed)),
      loop_(emulator_.scheduler(), http::Pace::kReal),
      server_(std::make_unique<http::Server>(loop_, emulator_.dispatcher())) {}

Result<std::unique_ptr<OwnServer>, Diagnostics> OwnServer::start(const scenario::Scenario& scenario,
                                                                 std::uint64_t seed) {
  Diagnostics mistakes = app::check_workflows(scenario);
  if (has_errors(mistakes)) return mistakes;
  std::unique_ptr<OwnServer> own(new OwnServer(seed));
  if (const auto loaded = own->emulator_.load(scenario); !loaded) return loaded.error();
  const auto port = own->server_->listen(kOwnHost, 0);
  if (!port) return Diagnostics{{Severity::kError, "bedlam bench", {}, port.error(), ""}};
  own->port_ = *port;
  http::raise_descriptor_limit();
  own->beat(std::chrono::steady_clock::now());
  own->thread_ = std::thread([loop = &own->loop_] { loop->run(); });
  return own;
}

OwnServer::~OwnServer() {
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
  server_.reset();
}

std::string OwnServer::url() const {
  return std::string("http://") + kOwnHost + ":" + std::to_string(port_);
}

// On the machine's clock, beside the scheduler's timers, which are the emulator's affair.
void OwnServer::beat(MachineTime due) {
  const MachineTime now = std::chrono::steady_clock::now();
  beats_.record(std::chrono::duration_cast<Duration>(now - due));
  loop_.deadlines().after(kBeat, [this, next = now + kBeat] { beat(next); });
}

Stalls OwnServer::take_stalls() {
  std::promise<Stalls> late;
  loop_.post([&] {
    const Stalls timers = stalls_of(loop_.lateness()), beats = stalls_of(beats_);
    loop_.reset_lateness();
    beats_ = {};
    late.set_value({std::max(timers.p99, beats.p99), std::max(timers.longest, beats.longest)});
  });
  return late.get_future().get();
}

}  // namespace bedlam::harness
