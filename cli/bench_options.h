// What can be said to `bedlam bench`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/endpoint_options.h"

namespace CLI {
class App;
}

namespace bedlam::cli {

struct BenchOptions {
  std::string scenario;
  EndpointOptions endpoint;
  std::string operation = "converse-stream", model, prompt = "Write a tagline for a family SUV",
              body_file;
  int max_tokens = 256;
  bool max_tokens_given = false;
  std::vector<int> concurrency;
  std::vector<std::string> rates;
  std::string arrivals = "poisson";
  std::string warm_up = "1s", duration, requests;
  std::uint64_t seed = 1;
  std::string read_timeout = "60s";
  std::string json_file, html_file, compare_file, prices_file;
  bool fail_if_worse = false, yes = false;
  std::string max_cost, max_lateness = "10ms";
  std::size_t max_connections = 1000;
};

void add_bench_options(CLI::App& command, BenchOptions& options);

}  // namespace bedlam::cli
