#include "cli/earlier_recording.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace bedlam::cli {
namespace {

namespace files = std::filesystem;

files::path part_of(const files::path& out, int number) {
  return out.parent_path() /
         (out.stem().string() + "-" + std::to_string(number) + out.extension().string());
}

// Its first comment lines end with "# Part 2." (harness/record/writer.cc).
bool says_it_is_part(const files::path& file, int number) {
  std::ifstream text(file);
  std::string line;
  while (std::getline(text, line) && line.starts_with('#')) {
    if (line == "# Part " + std::to_string(number) + ".") return true;
  }
  return false;
}

std::array<files::path, 2> directories_beside(const files::path& out) {
  const std::string stem = out.stem().string();
  return {out.parent_path() / (stem + ".requests"), out.parent_path() / (stem + ".answers")};
}

// Named as the writer names them: 12.json.
bool is_numbered(const files::path& file) {
  const std::string stem = file.stem().string();
  return file.extension() == ".json" && !stem.empty() &&
         stem.find_first_not_of("0123456789") == std::string::npos;
}

void remove_numbered_files(const files::path& directory) {
  std::error_code failed;
  std::vector<files::path> numbered;
  for (const auto& entry : files::directory_iterator(directory, failed)) {
    if (is_numbered(entry.path())) numbered.push_back(entry.path());
  }
  for (const files::path& file : numbered) files::remove(file, failed);
  files::remove(directory, failed);  // where nothing else stands in it
}

}  // namespace

std::vector<std::string> earlier_recording(const std::string& out) {
  std::vector<std::string> there;
  std::error_code failed;
  const files::path path(out);
  if (files::exists(path, failed)) there.push_back(out);
  for (int part = 2; files::exists(part_of(path, part), failed); ++part) {
    there.push_back(part_of(path, part).string());
  }
  for (const files::path& directory : directories_beside(path)) {
    if (files::exists(directory, failed)) there.push_back(directory.string() + "/");
  }
  return there;
}

void remove_earlier_parts(const std::string& out) {
  std::error_code failed;
  const files::path path(out);
  for (int part = 2; files::exists(part_of(path, part), failed); ++part) {
    if (says_it_is_part(part_of(path, part), part)) files::remove(part_of(path, part), failed);
  }
  for (const files::path& directory : directories_beside(path)) remove_numbered_files(directory);
}

}  // namespace bedlam::cli
