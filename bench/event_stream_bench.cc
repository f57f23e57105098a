// Frames of streamed answers, of the size that a token's has: encoded, and decoded as a client
// does.
#include <benchmark/benchmark.h>

#include <string>

#include "emulator/aws/event_stream.h"

namespace bedlam {
namespace {

constexpr std::string_view kDelta =
    R"({"contentBlockIndex":0,"delta":{"text":" everyone"},"p":"abcdefghijklmnopqrstuvwxyzABCDEF"})";

void set_rates(benchmark::State& state, std::int64_t frames, std::size_t bytes) {
  state.SetBytesProcessed(frames * static_cast<std::int64_t>(bytes));
  state.counters["frames/s"] =
      benchmark::Counter(static_cast<double>(frames), benchmark::Counter::kIsRate);
}

void frame_encode(benchmark::State& state) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    const std::string frame = aws::encode_event("contentBlockDelta", kDelta);
    bytes = frame.size();
    benchmark::DoNotOptimize(frame.data());
  }
  set_rates(state, state.iterations(), bytes);
}
BENCHMARK(frame_encode);

// One decoder over a long stream that comes in pieces of this many bytes.
void frame_decode(benchmark::State& state) {
  const std::string frame = aws::encode_event("contentBlockDelta", kDelta);
  std::string stream;
  for (int i = 0; i < 1'000; ++i) stream += frame;
  const auto piece = static_cast<std::size_t>(state.range(0));
  std::int64_t frames = 0;
  for (auto _ : state) {
    aws::EventStreamDecoder decoder;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      decoder.feed(std::string_view(stream).substr(at, piece));
      for (auto next = decoder.next(); next && *next; next = decoder.next()) ++frames;
    }
    if (decoder.finish()) state.SkipWithError("the stream did not decode");
  }
  if (frames != state.iterations() * 1'000) state.SkipWithError("frames were lost");
  set_rates(state, frames, frame.size());
}
BENCHMARK(frame_decode)->ArgName("piece")->Arg(64)->Arg(1'400)->Arg(65'536);

}  // namespace
}  // namespace bedlam
