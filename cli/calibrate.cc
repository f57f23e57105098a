// `bedlam calibrate RECORDING...`: which distributions the recorded times have, and how well those
// fit. `bedlam compare RECORDING... --endpoint URL`: whether an endpoint still has them.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/endpoint_options.h"
#include "cli/recordings.h"
#include "harness/calibrate/calibration.h"
#include "harness/calibrate/drift.h"
#include "harness/record/secrets.h"

namespace bedlam::cli {
namespace {

struct CalibrateOptions {
  std::vector<std::string> recordings;
  std::string write;
};

struct CompareOptions {
  std::vector<std::string> recordings;
  EndpointOptions endpoint;
  int times = 1;
  double level = harness::kDriftLevel;
  bool yes = false;
  std::string account;
};

std::vector<harness::ModelTimes> times_in(const std::vector<scenario::Scenario>& recordings) {
  std::vector<harness::ModelTimes> times;
  for (const scenario::Scenario& recording : recordings) {
    harness::add_times(recording.models, times);
  }
  return times;
}

int calibrate(const CalibrateOptions& options) {
  const auto recordings = read_recordings(options.recordings);
  if (!recordings) return kWrongUsage;
  const std::vector<harness::ModelFit> fits = harness::fit_models(times_in(*recordings));
  const bool timed = std::any_of(fits.begin(), fits.end(), [](const harness::ModelFit& fit) {
    return !fit.times.answered.empty();
  });
  if (!timed) {
    return complain("there are no recorded times; is it a recording that was calibrated already?");
  }
  std::cout << harness::fits_text(fits);
  if (options.write.empty()) return kAllHeld;
  if (const auto why = harness::why_not_writable(*recordings)) return complain(*why);
  const auto files = write_recording_files(harness::calibrated(*recordings, fits), options.write);
  if (!files) return complain(files.error());
  for (const std::string& file : *files) std::cout << "bedlam: written " << file << '\n';
  return kAllHeld;
}

// Calls of a real endpoint cost money.
bool may_spend(const CompareOptions& options, std::size_t calls,
               const harness::Endpoint& endpoint) {
  if (options.yes || endpoint.is_loopback()) return true;
  std::cerr << "bedlam: this makes " << calls << " calls of " << endpoint.url()
            << ", which are billed. Go on? [y/N] " << std::flush;
  if (isatty(STDIN_FILENO) == 0) {
    std::cerr << "\n";
    return false;
  }
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

// The account of a model or a guardrail was masked when it was recorded.
std::optional<std::string> mend_accounts(const CompareOptions& options,
                                         const harness::Endpoint& endpoint,
                                         std::vector<harness::RequestAgain>& requests) {
  if (!options.account.empty()) {
    harness::put_account_back(requests, options.account);
    return std::nullopt;
  }
  const std::string arn = harness::masked_arn_of(requests);
  if (arn.empty() || endpoint.is_loopback()) return std::nullopt;
  return "nothing was called: the recording names " + arn + ", where " +
         std::string(harness::kMaskedAccount) +
         " stands for the account; --account NUMBER puts it back";
}

// Whether calls had been answered of which none came so far that its model was asked.
std::optional<std::string> refused_altogether(const std::vector<harness::ModelTimes>& recorded,
                                              const harness::AnswersAgain& now) {
  const bool answered_before =
      std::any_of(recorded.begin(), recorded.end(),
                  [](const harness::ModelTimes& times) { return times.failed < times.calls; });
  if (!answered_before || now.refused < now.made) return std::nullopt;
  return "the endpoint refused each of the " + std::to_string(now.made) +
         " calls, so there is nothing to compare: " + now.refusal +
         " (see to the credentials, --profile and --region, and --account)";
}

int compare(const CompareOptions& options) {
  const auto recordings = read_recordings(options.recordings);
  if (!recordings) return kWrongUsage;
  auto requests = harness::requests_of(*recordings);
  if (requests.empty()) {
    return complain(
        "the recording has no requests to make again; record it with --prompts keep, or drive the "
        "endpoint through `bedlam record` once more and calibrate both");
  }
  auto access = EndpointAccess::find(options.endpoint);
  if (!access) return complain(access.error());
  if (const auto mistake = mend_accounts(options, (*access)->endpoint(), requests)) {
    return complain(*mistake);
  }
  const std::size_t calls = requests.size() * static_cast<std::size_t>(options.times);
  if (!may_spend(options, calls, (*access)->endpoint())) {
    return complain("nothing was called; --yes goes on without asking");
  }
  harness::ConnectionOptions settings;
  settings.ca_file = (*access)->ca_file();
  settings.proxy = (*access)->proxy();
  settings.read_timeout = std::chrono::minutes(15);  // the longest that an SDK is told to wait
  const auto connection = harness::Connection::open((*access)->endpoint(), settings);
  if (!connection) return complain(connection.error());
  const bool shown = isatty(STDERR_FILENO) != 0;
  const auto now = harness::ask_again(
      requests, options.times, **connection, (*access)->signer(), [&](std::size_t made) {
        if (shown) std::cerr << '\r' << made << " of " << calls << std::flush;
      });
  if (shown) std::cerr << "\r\x1b[K";
  if (!now) return complain(now.error());
  const auto recorded = times_in(*recordings);
  if (const auto refusal = refused_altogether(recorded, *now)) return complain(*refusal);
  const auto quantities = harness::find_drift(recorded, now->times, options.level);
  if (quantities.empty())
    return complain("there is nothing to compare: the recording has no times");
  std::cout << harness::drift_text(quantities, options.level);
  const bool drifted = std::any_of(quantities.begin(), quantities.end(),
                                   [](const harness::Quantity& q) { return q.drifted; });
  return drifted ? kVerdictFailed : kAllHeld;
}

}  // namespace

void add_calibrate(CLI::App& app, int& exit_status) {
  CLI::App* command =
      app.add_subcommand("calibrate", "Fit latencies to recordings, and say how well they fit");
  auto options = std::make_shared<CalibrateOptions>();
  command->add_option("RECORDING", options->recordings, "written by bedlam record")->required();
  command->add_option("--write", options->write,
                      "file for the same recordings with the fitted latencies");
  command->callback([options, &exit_status] { exit_status = calibrate(*options); });
}

void add_compare(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand(
      "compare", "Make a recording's calls again, and say whether the endpoint has drifted");
  auto options = std::make_shared<CompareOptions>();
  command->add_option("RECORDING", options->recordings, "written by bedlam record")->required();
  command
      ->add_option("--endpoint", options->endpoint.url,
                   "what is called: a URL, or `aws` for the Region's own")
      ->required();
  add_endpoint_options(*command, options->endpoint);
  command->add_option("--times", options->times, "make each call so often")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--level", options->level,
                   "the chance of calling drift what is none, over all that is compared")
      ->check(CLI::Range(1e-6, 0.5))
      ->capture_default_str();
  command
      ->add_option("--account", options->account,
                   "put back into ARNs of models and guardrails, where recordings have " +
                       std::string(harness::kMaskedAccount))
      ->check([](const std::string& text) {
        const bool number = text.size() == harness::kMaskedAccount.size() &&
                            text.find_first_not_of("0123456789") == std::string::npos;
        return number ? std::string() : text + " is no account number of 12 digits";
      });
  command->add_flag("--yes", options->yes, "do not ask before money is spent");
  command->callback([options, &exit_status] { exit_status = compare(*options); });
}

}  // namespace bedlam::cli
