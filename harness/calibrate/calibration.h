// From recordings to distributions, model by model: what they are and how well they fit, and the
// same recordings with those distributions in place of the times.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/scenario/scenario.h"
#include "harness/calibrate/fit.h"
#include "harness/calibrate/samples.h"
#include "harness/record/recording.h"

namespace bedlam::harness {

struct ModelFit {
  ModelTimes times;
  // Each where there was anything to fit: streams, by tokens of the prompt; from token to token;
  // and answers in one piece, by their tokens.
  std::optional<Fit> first_token, per_token, whole;
};

std::vector<ModelFit> fit_models(std::vector<ModelTimes> times);

// A table for people.
std::string fits_text(const std::vector<ModelFit>& fits);

// What in the recordings calibrated() could not take over, in one line for the user; nullopt:
// nothing. A recording may have been edited into any scenario.
std::optional<std::string> why_not_writable(const std::vector<scenario::Scenario>& recordings);

// The recordings as one, with the fitted latencies. Errors keep their times, and so does what broke
// off.
Recording calibrated(const std::vector<scenario::Scenario>& recordings,
                     const std::vector<ModelFit>& fits);

}  // namespace bedlam::harness
