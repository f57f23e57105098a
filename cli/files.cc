#include "cli/files.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace bedlam::cli {

Result<std::string, FileError> read_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) return FileError{path + ": is a directory"};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    const std::string reason =
        errno == 0 ? "cannot be read" : std::generic_category().message(errno);
    return FileError{path + ": " + reason};
  }
  return text.str();
}

bool write_whole_file(const std::string& path, const std::string& text) {
  const std::string partial = path + ".partial";
  std::ofstream file(partial, std::ios::binary);
  file << text;
  file.close();
  return file && std::rename(partial.c_str(), path.c_str()) == 0;
}

}  // namespace bedlam::cli
