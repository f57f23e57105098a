// The times that a recording holds, call by call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/script/script.h"

namespace bedlam::harness {

// Of one call that was answered. In seconds.
struct CallTimes {
  int input_tokens = 0, output_tokens = 0;
  // Of a stream.
  std::optional<double> first_token;  // when the first frame with a token came
  // From token to token, of all that came at a time behind it.
  std::vector<double> gaps;
  std::optional<double> per_token;  // the mean of them all
  // Of an answer in one piece.
  std::optional<double> whole;
};

// nullopt for errors, for what broke off, and where no times are known.
std::optional<CallTimes> times_of(const script::Outcome& outcome);

// Of a model: what was answered, and how often it was not. Counting tokens takes no time worth
// comparing with answering, so it stands by itself.
struct ModelTimes {
  std::string model;  // the pattern of its entry
  bool counting = false;
  std::vector<CallTimes> answered;
  std::size_t calls = 0, failed = 0;
  void add(const script::Outcome& outcome);
  std::string title() const { return model + (counting ? ", CountTokens" : ""); }
};

// The one with that name; added where it is missing.
ModelTimes& times_among(std::vector<ModelTimes>& all, const std::string& model,
                        std::string_view operation);
// Adds those of recorded models.
void add_times(const std::vector<script::Behaviour>& models, std::vector<ModelTimes>& to);

}  // namespace bedlam::harness
