#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSuggestedFrom = 1'000;  // files looked at for "did you mean"

std::string near_file(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(path.parent_path(), error), end;
       !error && entry != end && names.size() < kMaxSuggestedFrom; entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return did_you_mean(path.filename().string(), {names.begin(), names.end()});
}

// Files of a directory that a scenario names. Ours: a fixture, not an archive.
constexpr std::size_t kMaxDirectoryFiles = 10'000;

// Whether a scenario that is sent here, without a directory of its own, may not say this.
bool refuse_names(const Node& node, const std::string& name, Reader& reader) {
  if (reader.named_files != NamedFiles::kRefused) return false;
  reader.mistakes.add(node.position, "a scenario that is sent here cannot name files",
                      "write what '" + name + "' holds in its place");
  return true;
}

// Why it cannot be read; "" where it can.
std::string unreadable(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return "there is no such file" + near_file(path);
  if (error) return error.message();
  if (status.type() == fs::file_type::directory) return "it is a directory";
  if (status.type() != fs::file_type::regular) return "it is not a regular file";
  if (fs::file_size(path, error) > kMaxNamedFileBytes) {
    return "it is larger than " + std::to_string(kMaxNamedFileBytes) + " bytes";
  }
  return "";
}

// What went wrong, or "".
std::string read_into(std::string& text, const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (stream) text.assign(std::istreambuf_iterator<char>(stream), {});
  return !stream && !stream.eof() ? std::strerror(errno) : "";
}

}  // namespace

std::optional<FileText> read_named_file(const Node& node, std::string_view what, Reader& reader) {
  const std::optional<std::string> name = read_text(node, what, reader.mistakes);
  if (!name) return std::nullopt;
  if (refuse_names(node, *name, reader)) return std::nullopt;
  const fs::path path = fs::path(reader.directory) / *name;
  std::string why = name->empty() ? "the name is empty" : unreadable(path);
  std::string text;
  if (why.empty()) why = read_into(text, path);
  if (why.empty()) return FileText{path.string(), std::move(text)};
  reader.mistakes.add(node.position, "cannot read '" + *name + "': " + why,
                      "paths are relative to the scenario's directory");
  return std::nullopt;
}

std::optional<std::vector<FileText>> read_named_directory(const Node& node, std::string_view what,
                                                          Reader& reader) {
  const std::optional<std::string> name = read_text(node, what, reader.mistakes);
  if (!name || refuse_names(node, *name, reader)) return std::nullopt;
  const fs::path root = fs::path(reader.directory) / *name;
  const auto refuse = [&](const std::string& why) {
    reader.mistakes.add(node.position, "cannot read '" + *name + "': " + why,
                        "paths are relative to the scenario's directory");
  };
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    refuse(fs::exists(root, error)
               ? "it is no directory"
               : "there is no such directory" +
                     near_file(root.has_filename() ? root : root.parent_path()));
    return std::nullopt;
  }
  std::vector<std::string> paths;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!fs::is_regular_file(entry->path(), error)) continue;
    if (paths.size() == kMaxDirectoryFiles) {
      refuse("it has more than " + std::to_string(kMaxDirectoryFiles) + " files");
      return std::nullopt;
    }
    paths.push_back(entry->path().lexically_relative(root).generic_string());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<FileText> files;
  for (const std::string& path : paths) {
    std::string text;
    std::string why = unreadable(root / path);
    if (why.empty()) why = read_into(text, root / path);
    if (!why.empty()) {
      refuse(path + ": " + why);
      return std::nullopt;
    }
    files.push_back({path, std::move(text)});
  }
  return files;
}

std::optional<Json> parse_json_file(const FileText& file, Reader& reader) {
  Result<Json, JsonError> json = parse_json(file.text);
  if (json) return std::move(*json);
  reader.mistakes.add_in(fs::path(file.path).lexically_normal().string(),
                         {json.error().line, json.error().column},
                         "not JSON: " + json.error().message, "");
  return std::nullopt;
}

std::optional<Json> read_json_file(const Node& node, std::string_view what, Reader& reader) {
  const std::optional<FileText> file = read_named_file(node, what, reader);
  return file ? parse_json_file(*file, reader) : std::nullopt;
}

std::optional<Json> read_json_object(const Node& node, std::string_view what, Reader& reader) {
  if (node.kind == Node::Kind::kMap) return to_json(node, reader.mistakes);
  reader.mistakes.add(node.position, std::string(what) + " is an object, not " + describe(node));
  return std::nullopt;
}

}  // namespace bedlam::scenario
