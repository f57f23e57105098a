// Whether an endpoint still looks like a recording of it: the same calls made again, and each
// quantity of each model compared.
//
// Times are compared by the two-sample Kolmogorov–Smirnov test, one value a call: the times between
// the tokens of one stream belong together, so their mean counts once. Failed calls are compared by
// Fisher's exact test. All tests of a comparison together keep the level (Holm's rule).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "emulator/scenario/scenario.h"
#include "harness/calibrate/samples.h"
#include "harness/upstream/connection.h"
#include "harness/upstream/credentials.h"

namespace bedlam::harness {

// The chance of calling drift what is none, over all quantities of a comparison.
inline constexpr double kDriftLevel = 0.01;

// A shift that is smaller is none: other ways through the network, other machines. The larger of
// the share of the recorded median and the time.
inline constexpr double kDriftShare = 0.02;
inline constexpr double kDriftSeconds = 0.002;           // of a first token and a whole answer
inline constexpr double kDriftSecondsPerToken = 0.0001;  // of a mean over the tokens of a stream

struct Quantity {
  std::string model;                  // ModelTimes::title()
  std::string name;                   // "first token", "per token", "whole answer", "failed calls"
  std::size_t recorded = 0, now = 0;  // values, or calls
  double recorded_median = 0, now_median = 0;  // seconds, or shares
  double distance = 0, p = 1;
  double adjusted = 1;         // by Holm's rule
  bool too_few = false;        // no difference at all could be told at this level
  bool none_answered = false;  // now, of calls that had been: drift, however few they are
  bool drifted = false;
};

// In the order of the recorded models.
std::vector<Quantity> find_drift(const std::vector<ModelTimes>& recorded,
                                 const std::vector<ModelTimes>& now, double level);
std::string drift_text(const std::vector<Quantity>& quantities, double level);

// The requests of recordings, and the model entry that each belongs to.
struct RequestAgain {
  scenario::CallStep step;
  std::string model;  // a pattern
};
std::vector<RequestAgain> requests_of(const std::vector<scenario::Scenario>& recordings);

// A recording has kMaskedAccount for every account. The first ARN of a model or a guardrail that a
// request would name with it; "" where there is none.
std::string masked_arn_of(std::vector<RequestAgain> requests);
// Puts the account into those ARNs.
void put_account_back(std::vector<RequestAgain>& requests, const std::string& account);

struct AnswersAgain {
  std::vector<ModelTimes> times;
  std::size_t made = 0;
  std::size_t refused = 0;  // for who asked, not for what
  std::string refusal;      // the first: "AccessDeniedException: …"
};

// Makes them, one after the other, `times` times over. The error: the endpoint could not be
// reached at all, or the credentials failed. `made` hears how many are done.
Result<AnswersAgain, std::string> ask_again(const std::vector<RequestAgain>& requests, int times,
                                            Connection& connection, Signer& signer,
                                            const std::function<void(std::size_t)>& made);

}  // namespace bedlam::harness
