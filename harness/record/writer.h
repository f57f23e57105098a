// A recording as the text of scenario files. The same recording gives the same text.
#pragma once

#include <string>
#include <vector>

#include "harness/record/recording.h"

namespace bedlam::harness {

// A file of its own that the recording names: the body of a long request or answer.
struct BesideFile {
  std::string name;  // relative to the recording
  std::string text;
};

struct RecordingText {
  // The first is the recording; what a scenario file is too small for stands in further ones, each
  // complete by itself. Never empty.
  std::vector<std::string> parts;
  std::vector<BesideFile> beside;
};

// `name`: of the recording without its extension; names the directory of what stands beside it.
RecordingText write_recording(const Recording& recording, const std::string& name);

// Whether one scenario file can hold the answer, which cannot be spread over several.
bool fits_one_file(const script::When& when, const script::Outcome& outcome);

// "lognormal(median 800ms, p99 2.5s)", as a scenario reads it.
std::string yaml_distribution(const script::Distribution& distribution);

}  // namespace bedlam::harness
