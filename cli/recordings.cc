#include "cli/recordings.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/commands.h"
#include "cli/files.h"
#include "harness/record/writer.h"

namespace bedlam::cli {
namespace {

namespace fs = std::filesystem;

bool has_recorded_model(const scenario::Scenario& scenario) {
  return std::any_of(scenario.models.begin(), scenario.models.end(),
                     [](const script::Behaviour& model) { return model.recorded; });
}

// What we wrote is a scenario; anything else is a bug, told as such.
std::optional<std::string> unreadable(const std::string& file) {
  const auto read = scenario::read_scenario(file);
  if (read.ok()) return std::nullopt;
  return file +
         " was written and cannot be read again; please report it: " + read.error().front().message;
}

}  // namespace

std::optional<std::vector<scenario::Scenario>> read_recordings(
    const std::vector<std::string>& files) {
  std::vector<scenario::Scenario> recordings;
  for (const std::string& file : files) {
    auto read = scenario::read_scenario(file);
    if (!read) {
      const auto text = read_file(file);
      for (const Diagnostic& diagnostic : read.error()) {
        std::cerr << format(diagnostic, text ? *text : std::string()) << '\n';
      }
      return std::nullopt;
    }
    recordings.push_back(*std::move(read));
  }
  if (std::none_of(recordings.begin(), recordings.end(), has_recorded_model)) {
    complain(files.front() + ": none of its models is recorded; `bedlam record` writes recordings");
    return std::nullopt;
  }
  return recordings;
}

Result<std::vector<std::string>, std::string> write_recording_files(
    const harness::Recording& recording, const std::string& file) {
  const fs::path path(file);
  const std::string stem = path.stem().string();
  const harness::RecordingText text = harness::write_recording(recording, stem);
  std::error_code failed;
  for (const harness::BesideFile& beside : text.beside) {
    const fs::path where = path.parent_path() / beside.name;
    fs::create_directories(where.parent_path(), failed);
    if (!write_whole_file(where.string(), beside.text)) {
      return where.string() + ": cannot be written";
    }
  }
  std::vector<std::string> files(text.parts.size(), file);
  // The first one last: where it stands, everything does. What cannot be read again does not take
  // the rest with it.
  std::optional<std::string> trouble;
  for (std::size_t i = text.parts.size(); i-- > 0;) {
    const std::string name = stem + "-" + std::to_string(i + 1) + path.extension().string();
    if (i > 0) files[i] = (path.parent_path() / name).string();
    if (!write_whole_file(files[i], text.parts[i])) return files[i] + ": cannot be written";
    if (auto found = unreadable(files[i])) trouble = std::move(found);
  }
  if (trouble) return *trouble;
  return files;
}

}  // namespace bedlam::cli
