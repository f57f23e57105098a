// JSON text read and written: what every call costs first and last. The library's own way stands
// beside ours.
#include <benchmark/benchmark.h>

#include "bench/in_memory.h"

namespace bedlam {
namespace {

const std::string& body() {
  static const std::string kBody = invoke_request("invoke").body;
  return kBody;
}

void json_read(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_json(body()));
}
BENCHMARK(json_read);

void json_read_by_the_library(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Json::parse(body()));
}
BENCHMARK(json_read_by_the_library);

void json_write(benchmark::State& state) {
  const Json value = *parse_json(body());
  for (auto _ : state) benchmark::DoNotOptimize(to_text(value));
}
BENCHMARK(json_write);

void json_write_by_the_library(benchmark::State& state) {
  const Json value = *parse_json(body());
  for (auto _ : state) benchmark::DoNotOptimize(value.dump());
}
BENCHMARK(json_write_by_the_library);

}  // namespace
}  // namespace bedlam
