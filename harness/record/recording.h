// From calls that passed to a recording: a scenario whose models answer what was answered, at the
// same times, and whose steps are the requests. docs/record.md says what it keeps and what never
// gets into it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/scenario/scenario.h"
#include "harness/record/call.h"
#include "harness/record/secrets.h"

namespace bedlam::harness {

// What becomes of prompts.
enum class Prompts {
  kKeep,
  kHash,  // rules match by their SHA-256; the requests are left out
  kDrop,  // rules match in order; the requests are left out
};

// A request, to be made again.
struct AskedAgain {
  scenario::CallStep step;
  Json expect;     // as under `expect`; null: nothing
  std::string as;  // "": by default
};

struct Recording {
  std::vector<std::string> comment;  // the lines that the file opens with
  std::vector<script::Behaviour> models;
  std::vector<AskedAgain> run;
  std::size_t left_out = 0;  // calls whose answers are too long for any file
};

struct RecordingOptions {
  Prompts prompts = Prompts::kKeep;
  std::vector<std::string> secrets;  // beside those that the calls themselves carry
  std::string date;                  // for the comment: "2026-11-23"
};

Recording make_recording(const std::vector<PassedCall>& calls, const RecordingOptions& options);

// What a call was answered with, masked.
script::Outcome outcome_of_call(const PassedCall& call, const Secrets& secrets);

// Rules that match more than one prompt come behind the others.
void put_patterns_last(script::Behaviour& model);

// Whether an operation's calls are recorded: those of models that are one request and one answer.
bool is_recorded(std::string_view operation);

}  // namespace bedlam::harness
