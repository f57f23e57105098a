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

}  // namespace

std::optional<FileText> read_named_file(const Node& node, std::string_view what, Reader& reader) {
  const std::optional<std::string> name = read_text(node, what, reader.mistakes);
  if (!name) return std::nullopt;
  if (reader.named_files == NamedFiles::kRefused) {
    reader.mistakes.add(node.position, "a scenario that is sent here cannot name files",
                        "write what '" + *name + "' holds in its place");
    return std::nullopt;
  }
  const fs::path path = fs::path(reader.directory) / *name;
  std::string why = name->empty() ? "the name is empty" : unreadable(path);
  std::string text;
  if (why.empty()) {
    std::ifstream stream(path, std::ios::binary);
    if (stream) text.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream && !stream.eof()) why = std::strerror(errno);
  }
  if (why.empty()) return FileText{path.string(), std::move(text)};
  reader.mistakes.add(node.position, "cannot read '" + *name + "': " + why,
                      "paths are relative to the scenario's directory");
  return std::nullopt;
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
