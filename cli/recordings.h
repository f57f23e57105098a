// Recordings on the disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/scenario/scenario.h"
#include "harness/record/recording.h"

namespace bedlam::cli {

// The scenarios; nullopt where one cannot be read or none of its models is recorded, and then a
// message has been printed.
std::optional<std::vector<scenario::Scenario>> read_recordings(
    const std::vector<std::string>& files);

// Writes OUT.yaml and what stands beside it, and reads it again. Gives the names of the scenario
// files; the error is one line.
Result<std::vector<std::string>, std::string> write_recording_files(
    const harness::Recording& recording, const std::string& file);

}  // namespace bedlam::cli
