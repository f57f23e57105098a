#include "harness/runner/files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace bedlam::harness {
namespace {

namespace fs = std::filesystem;

std::string cannot_read(const std::string& path, const std::error_code& error) {
  return "cannot read " + path + ": " + error.message();
}

// A definition in Amazon States Language or a template of AWS SAM or CloudFormation, which
// `bedlam check` reads: States or Resources at its left edge is no word of a scenario.
bool holds_definitions(const std::string& path) {
  if (path.ends_with(".asl.yaml")) return true;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("Resources:") || line.starts_with("States:")) return true;
  }
  return false;
}

Result<std::vector<std::string>, std::string> below(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  fs::recursive_directory_iterator at(directory, error);
  for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    std::error_code ignored;  // an entry that vanished or cannot be looked at is no scenario
    if (at->path().extension() == ".yaml" && at->is_regular_file(ignored) &&
        !holds_definitions(at->path().string())) {
      files.push_back(at->path().lexically_normal().string());
    }
  }
  if (error) return cannot_read(directory, error);
  if (files.empty()) return "there is no scenario (*.yaml) in " + directory;
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<std::vector<std::string>, std::string> find_scenarios(
    const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (error) return cannot_read(path, error);
    if (!fs::is_directory(status)) {
      errno = 0;
      if (!std::ifstream(path)) {
        return cannot_read(path, std::error_code(errno, std::generic_category()));
      }
      all.push_back(path);
      continue;
    }
    auto files = below(path);
    if (!files) return files.error();
    all.insert(all.end(), files->begin(), files->end());
  }
  return all;
}

}  // namespace bedlam::harness
