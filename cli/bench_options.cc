#include "cli/bench_options.h"

#include <CLI/CLI.hpp>

namespace bedlam::cli {
namespace {

void add_load_options(CLI::App& command, BenchOptions& options) {
  command
      .add_option("--concurrency", options.concurrency,
                  "closed loop: so many calls at a time; 1,4,16 are three stages")
      ->delimiter(',')
      ->check(CLI::Range(1, 10'000));
  command.add_option("--rate", options.rates, "open loop: so many calls a second, such as 50/s")
      ->delimiter(',');
  command.add_option("--arrivals", options.arrivals, "of an open loop")
      ->check(CLI::IsMember({"poisson", "even"}))
      ->capture_default_str();
  command.add_option("--warm-up", options.warm_up, "of each stage, not measured: 2s, or 20 calls")
      ->capture_default_str();
  auto* duration = command.add_option("--duration", options.duration,
                                      "how long each stage is measured; 10s by default");
  command.add_option("--requests", options.requests, "how many calls of each stage are measured")
      ->excludes(duration);
  command.add_option("--max-connections", options.max_connections, "of an open loop")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      .add_option("--max-lateness", options.max_lateness,
                  "a run that was later itself (p99) is not valid")
      ->capture_default_str();
  command.add_option("--seed", options.seed, "of arrivals, and of everything random inside")
      ->capture_default_str();
}

void add_call_options(CLI::App& command, BenchOptions& options) {
  command
      .add_option("--operation", options.operation,
                  "invoke, invoke-stream, converse or converse-stream")
      ->capture_default_str();
  command.add_option("--model", options.model, "its id, inference profile or ARN");
  auto* prompt = command.add_option("--prompt", options.prompt, "what is asked, each time");
  command.add_option("--body", options.body_file, "a file with the request's body (JSON) instead")
      ->excludes(prompt);
  command.add_option("--max-tokens", options.max_tokens, "of an answer")
      ->check(CLI::Range(1, 1'000'000))
      ->each([&options](const std::string&) { options.max_tokens_given = true; })
      ->capture_default_str();
  add_endpoint_options(command, options.endpoint);
  command.add_option("--read-timeout", options.read_timeout, "for each pause of an answer")
      ->capture_default_str();
}

void add_result_options(CLI::App& command, BenchOptions& options) {
  command.add_option("--json", options.json_file, "also write a JSON document to this file");
  command.add_option("--html", options.html_file, "also write a page to this file");
  auto* compare = command.add_option("--compare", options.compare_file,
                                     "a document of a run before: what changed beyond noise");
  command.add_flag("--fail-if-worse", options.fail_if_worse, "exit status 1 where something did")
      ->needs(compare);
  command.add_option("--max-cost", options.max_cost,
                     "stop before more than this is spent, such as 0.50 (USD); 1 USD where the "
                     "endpoint is not on this machine");
  command.add_flag("--yes", options.yes, "do not ask before money is spent");
  command.add_option("--prices", options.prices_file,
                     "prices in place of the built-in ones; `bedlam prices` prints those");
}

}  // namespace

void add_bench_options(CLI::App& command, BenchOptions& options) {
  command.add_option("SCENARIO", options.scenario, "what answers, served inside");
  command.add_option("--endpoint", options.endpoint.url,
                     "what is called instead: a URL, or `aws` for the Region's own");
  add_call_options(command, options);
  add_load_options(command, options);
  add_result_options(command, options);
}

}  // namespace bedlam::cli
