// `bedlam serve`: the emulator on a port, until it is told to stop.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/listening.h"
#include "emulator/app/definition_diagnostics.h"
#include "emulator/app/emulator.h"
#include "emulator/scenario/join.h"
#include "harness/served/judge.h"
#include "harness/served/live.h"

namespace bedlam::cli {
namespace {

struct ServeOptions {
  std::vector<std::string> scenarios;
  std::string mock_config;
  ListenOptions listen;
  std::string clock = "real";
  std::uint64_t seed = 1;
  std::string auth = "off";
  std::string credentials;
  bool tls = false;
  std::string tls_certificate, tls_key, tls_certificate_out;

  bool speaks_tls() const { return tls || !tls_certificate.empty(); }
};

// A server keeps of its calls what it can show.
constexpr rpc::JournalLimits kServedJournal{
    .bytes = std::size_t{64} * 1024 * 1024, .request = rpc::kMaxShownRequest, .stream = 0};

http::Pace pace_of(const std::string& clock) {
  if (clock == "skip") return http::Pace::kSkip;
  return clock == "virtual" ? http::Pace::kByHand : http::Pace::kReal;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The keys that are in force in this shell, as the SDKs find them in it; else `test` and `test`,
// which every emulator's documentation tells its users to set, and the API key `test`.
aws::Credentials credentials_of_environment() {
  aws::Credentials credentials;
  const std::string id = environment("AWS_ACCESS_KEY_ID");
  const std::string secret = environment("AWS_SECRET_ACCESS_KEY");
  if (!id.empty() && !secret.empty()) {
    credentials.access_keys.push_back({id, secret, environment("AWS_SESSION_TOKEN")});
  }
  const std::string bearer = environment("AWS_BEARER_TOKEN_BEDROCK");
  if (!bearer.empty()) credentials.bearer_tokens.push_back({bearer});
  if (credentials.access_keys.empty() && credentials.bearer_tokens.empty()) {
    credentials = {{{"test", "test", ""}}, {{"test"}}};
  }
  return credentials;
}

app::EmulatorOptions emulator_options(const ServeOptions& options) {
  app::EmulatorOptions emulator;
  emulator.seed = options.seed;
  emulator.journal = kServedJournal;
  emulator.advance_by_hand = options.clock == "virtual";
  if (!emulator.advance_by_hand) emulator.epoch = std::chrono::system_clock::now();
  return emulator;
}

// `text`: that of `file`; what stands in another file is shown without its line.
void print(const Diagnostics& diagnostics, const std::string& text, const std::string& file) {
  for (const Diagnostic& diagnostic : diagnostics) {
    std::cerr << format(diagnostic, diagnostic.file == file ? text : std::string()) << '\n';
  }
}

// The mock configuration of Step Functions Local; false where it cannot be used.
bool load_mock_config(const std::string& file, scenario::Scenario& scenario) {
  if (file.empty()) return true;
  const auto text = read_file(file);
  if (!text) {
    complain(text.error().message);
    return false;
  }
  auto config = scenario::parse_mock_config(*text, file);
  if (config) {
    scenario.mock_config = std::move(*config);
  } else {
    print(config.error(), *text, file);
  }
  return config.ok();
}

// Several files add up: the first rule that matches wins, in the order of the command line.
bool load(app::Emulator& emulator, const ServeOptions& options) {
  scenario::Scenario all;
  if (!load_mock_config(options.mock_config, all)) return false;
  for (const std::string& file : options.scenarios) {
    const auto text = read_file(file);
    if (!text) {
      complain(text.error().message);
      return false;
    }
    auto scenario = scenario::parse_scenario(*text, file);
    if (!scenario) {
      print(scenario.error(), *text, file);
      return false;
    }
    // Before they are put together, so that each mistake is told of its own file.
    const Diagnostics found = app::check_workflows(*scenario);
    print(found, *text, file);
    if (has_errors(found)) return false;
    scenario::join(all, *std::move(scenario));
  }
  const auto loaded = emulator.load(all);
  if (!loaded) print(loaded.error(), "", "");
  return loaded.ok();
}

// Null where TLS is not asked for; the error is one line.
Result<std::shared_ptr<const http::TlsIdentity>, std::string> tls_identity(
    const ServeOptions& options) {
  std::shared_ptr<const http::TlsIdentity> none;
  if (!options.speaks_tls()) return none;
  auto identity = options.tls_certificate.empty()
                      ? http::TlsIdentity::self_signed()
                      : http::TlsIdentity::from_files(options.tls_certificate, options.tls_key);
  if (!identity) return identity.error();
  if (!options.tls_certificate_out.empty()) {
    std::ofstream file(options.tls_certificate_out);
    file << (*identity)->certificate();
    file.close();
    if (!file) return options.tls_certificate_out + ": cannot be written";
  }
  return std::shared_ptr<const http::TlsIdentity>(*identity);
}

// nullopt: a message has been printed.
std::optional<app::EmulatorOptions> with_credentials(app::EmulatorOptions emulator,
                                                     const ServeOptions& options) {
  if (options.auth == "off") return emulator;
  // On the other clocks the emulator's time is not that of the callers.
  emulator.compare_signing_times = options.clock == "real";
  emulator.credentials = credentials_of_environment();
  if (options.credentials.empty()) return emulator;
  const auto text = read_file(options.credentials);
  if (!text) {
    complain(text.error().message);
    return std::nullopt;
  }
  auto credentials = aws::parse_credentials(*text, options.credentials);
  if (!credentials) {
    print(credentials.error(), "", "");  // no line of the file, which may hold a secret
    return std::nullopt;
  }
  emulator.credentials = *credentials;
  return emulator;
}

Json lateness_report(http::Loop& loop, bool anew) {
  const http::Lateness& lateness = loop.lateness();
  Json report{{"timers", lateness.count()},
              {"p50", seconds(lateness.quantile(0.5))},
              {"p99", seconds(lateness.quantile(0.99))},
              {"max", seconds(lateness.max())}};
  if (anew) loop.reset_lateness();
  return report;
}

int serve(const ServeOptions& options) {
  if (!options.credentials.empty() && options.auth == "off") {
    return complain("--credentials says who may call; it goes with --auth strict");
  }
  const auto prepared = with_credentials(emulator_options(options), options);
  if (!prepared) return kWrongUsage;
  app::Emulator emulator(*prepared);
  if (!load(emulator, options)) return kWrongUsage;

  const harness::Judge judge(emulator, {options.clock == "real", 0, options.seed, nullptr});
  harness::show_live(emulator, judge, "bedlam serve", options.clock == "real");

  const auto identity = tls_identity(options);
  if (!identity) return complain(identity.error());

  http::Loop loop(emulator.scheduler(), pace_of(options.clock));
  http::Server server(loop, emulator.dispatcher(), {}, *identity);
  if (loop.pace() == http::Pace::kReal) {
    emulator.report_lateness([&loop](bool anew) { return lateness_report(loop, anew); });
  }
  const auto port = listen(server, loop, options.listen);
  if (!port) return complain(port.error());
  std::cout << "bedlam: listening on " << (options.speaks_tls() ? "https and " : "") << "http://"
            << options.listen.host << ':' << *port << " (clock " << options.clock << ", seed "
            << options.seed << (options.auth == "off" ? "" : ", auth " + options.auth) << ")"
            << std::endl;
  run_until_stopped(server, loop, options.listen);
  return kAllHeld;
}

}  // namespace

void add_serve(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("serve", "Answer AWS clients on a port");
  auto options = std::make_shared<ServeOptions>();
  command->add_option("SCENARIO", options->scenarios, "what answers and what is deployed");
  command->add_option("--mock-config", options->mock_config,
                      "mock configuration of Step Functions Local (MockConfigFile.json)");
  add_listen_options(*command, options->listen);
  command
      ->add_option(
          "--clock", options->clock,
          "real; skip: timers fire at once, in order; virtual: POST /_bedlam/clock moves it")
      ->check(CLI::IsMember({"real", "skip", "virtual"}))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "of everything random")->capture_default_str();
  command
      ->add_option("--auth", options->auth,
                   "strict: callers are verified by their signature or bearer token")
      ->check(CLI::IsMember({"off", "strict"}))
      ->capture_default_str();
  command->add_option("--credentials", options->credentials,
                      "their keys, as in ~/.aws/credentials; else those of the environment, else "
                      "test and test");
  auto* tls = command->add_flag("--tls", options->tls,
                                "serve https too, with a certificate made for localhost");
  command
      ->add_option("--tls-cert-out", options->tls_certificate_out,
                   "file to write that certificate to, for clients to trust")
      ->needs(tls);
  auto* certificate = command->add_option("--tls-cert", options->tls_certificate,
                                          "serve https too, with this certificate (PEM)");
  auto* key = command->add_option("--tls-key", options->tls_key, "its private key (PEM)");
  certificate->needs(key)->excludes(tls);
  key->needs(certificate);
  command->callback([options, &exit_status] { exit_status = serve(*options); });
}

}  // namespace bedlam::cli
