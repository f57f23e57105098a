// What stands already where a recording is to be written: the file itself, further parts
// (OUT-2.yaml, …), and the long requests and answers beside them (OUT.requests/, OUT.answers/).
#pragma once

#include <string>
#include <vector>

namespace bedlam::cli {

// Empty where nothing does.
std::vector<std::string> earlier_recording(const std::string& out);

// Takes away what belongs to that recording alone, so that the next one does not seem to have it:
// parts that say of themselves which they are, and what stands beside. OUT itself is left, to be
// replaced in one go.
void remove_earlier_parts(const std::string& out);

}  // namespace bedlam::cli
