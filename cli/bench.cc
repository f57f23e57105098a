// `bedlam bench [SCENARIO | --endpoint URL]`: a load, and how the answers came.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>

#include "cli/bench_options.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "emulator/app/definition_diagnostics.h"
#include "emulator/aws/sigv4.h"
#include "harness/bench/compare.h"
#include "harness/bench/estimate.h"
#include "harness/bench/own_server.h"
#include "harness/bench/page.h"
#include "harness/bench/text.h"

namespace bedlam::cli {
namespace {

constexpr const char* kBenchModel = "anthropic.claude-3-haiku-20240307-v1:0";

constexpr const char* kOwnRegion = "us-east-1";

std::atomic<bool> interrupted{false};

// The first signal gives the calls under way a moment to end; the same one again ends the program.
extern "C" void interrupt_bench(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

using Text = std::optional<std::string>;  // what is wrong; nullopt where nothing is

// A file that is known to be writable before anything is called, and is touched when all is over:
// what stands in it is a run before.
struct Report {
  explicit Report(std::string name) : file(std::move(name)) {}

  Text open() {
    if (file.empty()) return std::nullopt;
    std::error_code error;
    is_new = !std::filesystem::exists(file, error);
    stream.open(file, std::ios::app);
    if (!stream) return file + ": cannot be written";
    return std::nullopt;
  }
  // Nothing was called.
  void leave() {
    std::error_code error;
    if (stream.is_open() && is_new) std::filesystem::remove(file, error);
  }
  bool write(const std::function<std::string()>& text) {
    if (!stream.is_open()) return true;
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error)) {
      std::filesystem::resize_file(file, 0, error);
      if (error) return false;
    }
    stream << text() << std::flush;
    return stream.good();
  }

  std::string file;
  std::ofstream stream;
  bool is_new = false;
};

class Bench {
 public:
  explicit Bench(const BenchOptions& options)
      : options_(options), json_(options.json_file), html_(options.html_file) {}

  // The exit status.
  int run() {
    for (const auto step : {&Bench::read_load, &Bench::read_files, &Bench::read_operation,
                            &Bench::find_endpoint, &Bench::read_call, &Bench::make_budget}) {
      const Text mistake = (this->*step)();
      if (!mistake && diagnostics_.empty()) continue;
      leave_reports();
      std::cerr << diagnostics_;
      return mistake ? complain(*mistake) : kWrongUsage;
    }
    if (const Text refusal = ask_before_spending()) {
      leave_reports();
      return complain(*refusal);
    }
    return measure();
  }

 private:
  Text read_load() {
    for (const int concurrency : options_.concurrency) stages_.push_back({concurrency});
    const auto pattern = options_.arrivals == "even" ? harness::ArrivalPattern::kEven
                                                     : harness::ArrivalPattern::kPoisson;
    for (const std::string& text : options_.rates) {
      const auto rate = harness::parse_rate(text);
      if (!rate) return "--rate: '" + text + "' is not like 50/s or 3000/m";
      stages_.push_back({1, rate, pattern});
    }
    if (stages_.empty()) stages_.push_back({});
    harness::number_stages(stages_);
    const auto warm_up = harness::parse_extent(options_.warm_up);
    if (!warm_up) return "--warm-up: '" + options_.warm_up + "' is not like 2s or 20 (calls)";
    settings_.warm_up = *warm_up;
    if (!options_.duration.empty()) {
      const auto time = parse_duration(options_.duration);
      if (!time) return "--duration: '" + options_.duration + "' is not like 30s";
      settings_.extent = {time, std::nullopt};
    }
    if (!options_.requests.empty()) {
      const auto extent = harness::parse_extent(options_.requests);
      if (!extent || !extent->calls) return "--requests: '" + options_.requests + "' is no number";
      settings_.extent = *extent;
    }
    settings_.seed = options_.seed;
    settings_.most_workers = options_.max_connections;
    const auto lateness = parse_duration(options_.max_lateness);
    if (!lateness) return "--max-lateness: '" + options_.max_lateness + "' is not like 10ms";
    max_lateness_ = *lateness;
    const auto timeout = parse_duration(options_.read_timeout);
    if (!timeout) return "--read-timeout: '" + options_.read_timeout + "' is not like 60s";
    target_.options.read_timeout = *timeout;
    return std::nullopt;
  }

  // Before anything is called: a run that cannot be written or compared is not made.
  Text read_files() {
    if (!options_.compare_file.empty()) {
      const auto text = read_file(options_.compare_file);
      if (!text) return text.error().message;
      const auto json = parse_json(*text);
      if (!json) return options_.compare_file + ": no JSON: " + json.error().message;
      before_ = *json;
      if (const auto empty = harness::compare_runs(*before_, *before_, options_.seed); !empty) {
        return options_.compare_file + ": " + empty.error();
      }
    }
    for (Report* report : {&json_, &html_}) {
      if (const Text mistake = report->open()) return mistake;
    }
    std::error_code error;
    if (std::filesystem::is_regular_file(json_.file, error) &&
        std::filesystem::equivalent(json_.file, html_.file, error)) {
      return "--json and --html: both would be written to " + json_.file;
    }
    if (options_.prices_file.empty()) {
      prices_ = harness::shipped_prices();
      return std::nullopt;
    }
    const auto text = read_file(options_.prices_file);
    if (!text) return text.error().message;
    const auto prices = harness::parse_prices(*text, options_.prices_file);
    if (!prices) return prices.error();
    prices_ = *prices;
    return std::nullopt;
  }

  void leave_reports() {
    json_.leave();
    html_.leave();
  }

  Text find_endpoint() {
    if (options_.endpoint.url.empty()) return start_own_server();
    if (!options_.scenario.empty()) {
      return "bench takes a scenario, which it serves itself, or --endpoint, not both";
    }
    auto access = EndpointAccess::find(options_.endpoint);
    if (!access) return access.error();
    access_ = *std::move(access);
    target_.endpoint = access_->endpoint();
    target_.options.ca_file = access_->ca_file();
    target_.options.proxy = access_->proxy();
    target_.signer = &access_->signer();
    return std::nullopt;
  }

  Text start_own_server() {
    if (!options_.endpoint.profile.empty() || !options_.endpoint.ca_file.empty()) {
      return "--profile and --ca-file are for --endpoint; what is served inside needs neither";
    }
    scenario::Scenario scenario;
    if (!options_.scenario.empty()) {
      auto read = scenario::read_scenario(options_.scenario);
      if (!read) return note(read.error(), "");
      scenario = *std::move(read);
    }
    auto own = harness::OwnServer::start(scenario, options_.seed);
    if (!own) return note(own.error(), scenario.text);
    own_ = *std::move(own);
    target_.endpoint = *harness::parse_endpoint(own_->url());
    own_signer_ = std::make_unique<harness::Signer>(
        environment_, aws::AccessKey{"test", "test", "", std::nullopt},
        options_.endpoint.region.empty() ? kOwnRegion : options_.endpoint.region);
    target_.signer = own_signer_.get();
    return std::nullopt;
  }

  Text note(const Diagnostics& found, const std::string& text) {
    for (const Diagnostic& diagnostic : found) diagnostics_ += format(diagnostic, text) + "\n";
    return std::nullopt;
  }

  Text read_operation() {
    target_.operation = harness::bench_operation(options_.operation);
    if (target_.operation == nullptr) {
      return "--operation: there are invoke, invoke-stream, converse and converse-stream";
    }
    if (options_.model.empty() && !options_.endpoint.url.empty()) {
      return "--model: which one is to answer?";
    }
    return std::nullopt;
  }

  Text read_call() {
    target_.seed = options_.seed;
    scenario::CallStep& call = target_.call;
    call.operation = target_.operation->name;
    call.model = options_.model.empty() ? kBenchModel : options_.model;
    call.prompt = options_.prompt;
    call.max_tokens = options_.max_tokens;
    if (options_.body_file.empty()) return std::nullopt;
    const auto text = read_file(options_.body_file);
    if (!text) return text.error().message;
    const auto body = parse_json(*text);
    if (!body) return options_.body_file + ": no JSON: " + body.error().message;
    const auto limit = harness::max_tokens_in(*body, *target_.operation, call.model);
    if (!limit && !options_.max_tokens_given) {
      return options_.body_file +
             ": it sets no limit to the answer; say with --max-tokens what it can be at most";
    }
    call.max_tokens =
        std::max(limit.value_or(0), options_.max_tokens_given ? options_.max_tokens : 0);
    call.body = *body;
    return std::nullopt;
  }

  Text make_budget() {
    target_.call.region = target_.signer->region();
    const bool local = target_.endpoint.is_loopback();
    std::optional<harness::Money> limit;
    if (!options_.max_cost.empty()) {
      limit = harness::parse_money(options_.max_cost);
      if (!limit) limit = harness::parse_money(options_.max_cost + " USD");
      if (!limit) return "--max-cost: '" + options_.max_cost + "' is not like 0.50 or \"0.50 USD\"";
    } else if (!local) {
      limit = harness::kMostUnasked;
    }
    const harness::ModelPrice* price = prices_.find(target_.call.model);
    if (price == nullptr && limit) {
      return "there is no price for " + target_.call.model +
             ", so no limit can be kept: give --prices FILE (bedlam prices prints the built-in "
             "ones)";
    }
    const std::string body = harness::bench_request(target_, 0, environment_.now()).body;
    const int answers = harness::answers_in(target_.call.body.value_or(Json()));
    budget_ = std::make_unique<harness::CostLimit>(
        price, harness::worst_call(body.size(), target_.call.max_tokens, answers), limit);
    target_.budget = budget_.get();
    return std::nullopt;
  }

  // Only where it is somebody's money.
  Text ask_before_spending() {
    if (target_.endpoint.is_loopback()) return std::nullopt;
    std::cerr << harness::estimate_text(target_, *budget_,
                                        harness::calls_planned(stages_, settings_), prices_.date)
              << '\n';
    if (options_.yes) return std::nullopt;
    if (isatty(STDIN_FILENO) == 0) {
      return "it would spend money and there is nobody to ask: --yes agrees to it";
    }
    std::cerr << "Go on? [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (answer == "y" || answer == "Y" || answer == "yes") return std::nullopt;
    return "nothing was called";
  }

  int measure() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGINT, interrupt_bench);
    std::signal(SIGTERM, interrupt_bench);
    http::raise_descriptor_limit();
    facts_ = {target_.endpoint.url(),
              std::string(target_.operation->name),
              target_.call.model,
              to_iso8601(environment_.now()),
              target_.call.max_tokens,
              options_.seed,
              prices_.date,
              "",
              own_ ? "" : target_.signer->source()};
    if (target_.options.proxy) facts_.proxy = target_.options.proxy->name();
    facts_.max_cost = budget_->limit();
    facts_.request_sha256 =
        aws::sha256_hex(harness::bench_request(target_, 0, environment_.now()).body);
    std::cout << harness::heading_text(facts_) << std::flush;
    for (const harness::Stage& stage : stages_) {
      if (is_cut_short()) {
        facts_.left_out.push_back(stage.label());
      } else if (const Text mistake = measure_stage(stage)) {
        return complain(*mistake);
      }
    }
    std::cout << harness::undone_text(facts_, summaries_) << std::flush;
    return report();
  }

  Text measure_stage(const harness::Stage& stage) {
    const harness::Money before = budget_->spent();
    if (own_) own_->take_stalls();
    auto result = harness::run_stage(target_, stage, settings_, interrupted);
    if (!result) return result.error();
    const harness::Money spent{budget_->spent().picos - before.picos};
    std::optional<harness::Stalls> server_stalls;
    if (own_) server_stalls = own_->take_stalls();
    summaries_.push_back(harness::summarise(*std::move(result), spent, budget_->priced(),
                                            server_stalls, max_lateness_));
    std::cout << harness::stage_text(summaries_.back()) << std::flush;
    return std::nullopt;
  }

  bool is_cut_short() const {
    return !summaries_.empty() && summaries_.back().result.cut_short != harness::CutShort::kNo;
  }

  int report() {
    Json document = harness::bench_document(facts_, summaries_);
    bool worse = false;
    if (before_) {
      const auto comparison = harness::compare_runs(*before_, document, options_.seed);
      if (!comparison) return complain(comparison.error());
      std::cout << "\nagainst " << options_.compare_file << '\n'
                << harness::comparison_text(*comparison);
      document["comparison"] = to_json(*comparison);
      worse = comparison->worse() || comparison->changes.empty();
    }
    if (!json_.write([&] { return to_text(document) + "\n"; }) ||
        !html_.write([&] { return harness::bench_page(document); })) {
      return complain("a report could not be written");
    }
    const bool valid = std::all_of(summaries_.begin(), summaries_.end(), [](const auto& summary) {
      return summary.invalid.empty() && summary.result.cut_short != harness::CutShort::kMaxCost;
    });
    return valid && !(worse && options_.fail_if_worse) ? kAllHeld : kVerdictFailed;
  }

  const BenchOptions& options_;
  harness::MachineEnvironment environment_;
  std::vector<harness::Stage> stages_;
  harness::LoadSettings settings_;
  Duration max_lateness_{};
  std::optional<Json> before_;
  Report json_, html_;
  harness::Prices prices_;
  std::string diagnostics_;
  std::unique_ptr<harness::OwnServer> own_;
  std::unique_ptr<harness::Signer> own_signer_;
  std::unique_ptr<EndpointAccess> access_;
  std::unique_ptr<harness::CostLimit> budget_;
  harness::Target target_;
  harness::BenchFacts facts_;
  std::vector<harness::StageSummary> summaries_;
};

}  // namespace

void add_bench(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand(
      "bench", "Put a load on the emulator or on an endpoint: bench [SCENARIO | --endpoint URL]");
  auto options = std::make_shared<BenchOptions>();
  add_bench_options(*command, *options);
  command->callback([options, &exit_status] { exit_status = Bench(*options).run(); });
}

}  // namespace bedlam::cli
