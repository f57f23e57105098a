#include "harness/calibrate/samples.h"

#include <algorithm>

namespace bedlam::harness {
namespace {

// Frames that come so near to each other came together: the first ones were held up on the way,
// which says nothing of the model.
constexpr Duration kTogether = std::chrono::microseconds(500);

// What came at a time.
struct Arrival {
  Duration at;
  int tokens;
};

std::vector<Arrival> arrivals_of(const std::vector<script::VerbatimFrame>& frames) {
  std::vector<Arrival> arrivals;
  for (const script::VerbatimFrame& frame : frames) {
    if (frame.tokens == 0) continue;
    if (!arrivals.empty() && *frame.at - arrivals.back().at < kTogether) {
      arrivals.back() = {*frame.at, arrivals.back().tokens + frame.tokens};
    } else {
      arrivals.push_back({*frame.at, frame.tokens});
    }
  }
  return arrivals;
}

// False where the frames have no times.
bool read_frames(const std::vector<script::VerbatimFrame>& frames, CallTimes& times) {
  for (const script::VerbatimFrame& frame : frames) {
    if (!frame.at || frame.exception) return false;
  }
  const std::vector<Arrival> arrivals = arrivals_of(frames);
  if (arrivals.empty()) {
    times.first_token = seconds(*frames.front().at);
    return true;
  }
  times.first_token = seconds(arrivals.front().at);
  int tokens = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    // All tokens of an arrival come with its last one.
    tokens += arrivals[i].tokens;
    times.gaps.push_back(seconds(arrivals[i].at - arrivals[i - 1].at) / arrivals[i].tokens);
  }
  if (tokens > 0) times.per_token = seconds(arrivals.back().at - arrivals.front().at) / tokens;
  return true;
}

}  // namespace

std::optional<CallTimes> times_of(const script::Outcome& outcome) {
  const auto* answer = std::get_if<script::Answer>(&outcome.result);
  const auto* verbatim =
      answer == nullptr ? nullptr : std::get_if<script::Verbatim>(&answer->content);
  if (verbatim == nullptr || verbatim->status != 200 || outcome.fault) return std::nullopt;
  CallTimes times;
  times.input_tokens = answer->input_tokens.value_or(0);
  times.output_tokens = answer->output_tokens.value_or(0);
  if (!verbatim->frames.empty()) {
    if (!read_frames(verbatim->frames, times)) return std::nullopt;
    return times;
  }
  const auto* total = outcome.latency && outcome.latency->total
                          ? std::get_if<script::Constant>(&*outcome.latency->total)
                          : nullptr;
  if (total == nullptr) return std::nullopt;
  times.whole = seconds(total->value);
  return times;
}

void ModelTimes::add(const script::Outcome& outcome) {
  ++calls;
  const auto* answer = std::get_if<script::Answer>(&outcome.result);
  const auto* verbatim =
      answer == nullptr ? nullptr : std::get_if<script::Verbatim>(&answer->content);
  const bool exception =
      verbatim != nullptr && !verbatim->frames.empty() && verbatim->frames.back().exception;
  if (verbatim == nullptr || verbatim->status != 200 || outcome.fault || exception) {
    ++failed;
  } else if (auto times = times_of(outcome)) {
    answered.push_back(std::move(*times));
  }
}

ModelTimes& times_among(std::vector<ModelTimes>& all, const std::string& model,
                        std::string_view operation) {
  const bool counting = operation == "CountTokens";
  const auto found = std::find_if(all.begin(), all.end(), [&](const ModelTimes& times) {
    return times.model == model && times.counting == counting;
  });
  if (found != all.end()) return *found;
  return all.emplace_back(ModelTimes{model, counting, {}});
}

void add_times(const std::vector<script::Behaviour>& models, std::vector<ModelTimes>& to) {
  for (const script::Behaviour& model : models) {
    if (!model.recorded) continue;
    for (const script::Rule& rule : model.rules) {
      ModelTimes& times = times_among(to, model.pattern, rule.when.operation.value_or(""));
      for (const script::Outcome& outcome : rule.outcomes) times.add(outcome);
    }
  }
}

}  // namespace bedlam::harness
