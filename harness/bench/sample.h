// What is asked of a bench, and what one call gave.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/base/duration.h"
#include "harness/bench/arrivals.h"
#include "harness/bench/stalls.h"

namespace bedlam::harness {

// How long something goes on: a time, or a number of calls.
struct Extent {
  std::optional<Duration> time;
  std::optional<std::uint64_t> calls;
};
// "30s", "200"; nullopt for anything else.
std::optional<Extent> parse_extent(std::string_view text);

// One load of a run: so many calls at a time, each worker's next one when the last is over (closed
// loop), or so many a second, whatever the answers do (open loop).
struct Stage {
  int concurrency = 1;
  std::optional<double> a_second{};  // set: open loop
  ArrivalPattern pattern = ArrivalPattern::kPoisson;
  int repetition = 1;  // of a stage that is asked for several times

  bool open() const { return a_second.has_value(); }
  std::string label() const;  // "4 at a time", "50 a second", "4 at a time (2)"
};

// Gives stages with one label their repetitions.
void number_stages(std::vector<Stage>& stages);

// A call's answer, by its marks: "complete", or what went wrong by name.
inline constexpr const char* kCompleteCall = "complete";

struct CallSample {
  // From the start of the stage. Times of the answer count from here: of an open loop when the call
  // was meant to be made, of a closed one when it was.
  Duration due{};
  // How much later than it should it was made; nullopt of a worker's first call in a closed loop.
  std::optional<Duration> late{};
  Duration whole{};
  std::optional<Duration> first_token{};  // of a stream
  std::optional<Duration> gap{};          // mean pause between two pieces of text
  std::optional<double> tokens_a_second{};
  std::optional<int> input_tokens{}, output_tokens{};
  std::optional<int> cache_read_tokens{}, cache_written_tokens{};  // not among the input's
  std::string kind = kCompleteCall;
  bool answered = true;       // a head of an answer came
  bool has_signature = true;  // false: there were no credentials any more, and `kind` says why

  bool complete() const { return kind == kCompleteCall; }
};

// Why a stage ended before it was asked to.
enum class CutShort { kNo, kMaxCost, kInterrupted, kNoCredentials, kNoAnswers };

struct StageResult {
  Stage stage;
  std::vector<CallSample> calls;  // in the order of `due`, those of the warm-up left out
  std::vector<Duration> gaps;     // all of them, of complete streams
  std::uint64_t warm_up_calls = 0;
  std::size_t workers = 0;  // at most, at a time: connections
  Duration took{};          // from the end of the warm-up to the last answer
  CutShort cut_short = CutShort::kNo;
  std::string trouble;  // of kNoCredentials and of threads that could not be started; else ""
  Stalls stalls;        // of this process
};

}  // namespace bedlam::harness
