#include "emulator/scenario/scenario.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "emulator/scenario/sections.h"

namespace bedlam::scenario {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;  // at a time
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// A comment for editors (yaml-language-server), not for people.
constexpr std::string_view kEditorComment = "yaml-language-server:";

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The block of comment lines at the top, without their marks.
std::string opening_comment(std::string_view text) {
  std::string comment;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.empty() && comment.empty()) continue;
    if (!line.starts_with('#')) break;
    line.remove_prefix(1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (line.starts_with(kEditorComment)) continue;
    if (!comment.empty()) comment += '\n';
    comment += line;
  }
  return comment;
}

std::vector<Need> read_needs(const Node& node, Reader& reader) {
  std::vector<Need> needs;
  for (const Node* item : read_list(node, "needs", reader.mistakes)) {
    const Fields fields(*item, object("need"), reader.mistakes);
    const Node* check = fields.get("check");
    const Node* because = fields.get("because");
    Need need;
    if (check) need.check = read_text(*check, "check", reader.mistakes).value_or("");
    if (because) need.because = read_text(*because, "because", reader.mistakes).value_or("");
    needs.push_back(std::move(need));
  }
  return needs;
}

void read_sections(const Node& root, Scenario& scenario, Reader& reader) {
  const Fields fields(root, object("scenario"), reader.mistakes);
  if (const Node* needs = fields.get("needs")) scenario.needs = read_needs(*needs, reader);
  if (const Node* models = fields.get("models")) scenario.models = read_models(*models, reader);
  if (const Node* guardrails = fields.get("guardrails")) {
    scenario.guardrails = read_guardrails(*guardrails, reader);
  }
  if (const Node* endpoints = fields.get("endpoints")) {
    scenario.endpoints = read_endpoints(*endpoints, reader);
  }
  if (const Node* functions = fields.get("functions")) {
    scenario.functions = read_functions(*functions, reader);
  }
  if (const Node* tasks = fields.get("tasks")) scenario.tasks = read_tasks(*tasks, reader);
  if (const Node* mocks = fields.get("mock_config")) {
    scenario.mock_config = read_mock_config(*mocks, reader);
  }
  if (const Node* buckets = fields.get("buckets")) {
    scenario.buckets = read_buckets(*buckets, reader);
  }
  if (const Node* workflows = fields.get("workflows")) {
    scenario.workflows = read_workflows(*workflows, reader);
  }
  if (const Node* run = fields.get("run")) scenario.run = read_run(*run, scenario, reader);
  if (const Node* expect = fields.get("expect")) {
    scenario.expect = read_expectations(*expect, object("file expectations"), reader);
  }
}

}  // namespace

Result<Scenario, Diagnostics> parse_scenario(const std::string& text, const std::string& file,
                                             NamedFiles named_files) {
  Mistakes mistakes(file);
  Scenario scenario;
  scenario.file = file;
  scenario.text = text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
  scenario.description = opening_comment(scenario.text);
  Reader reader{file, std::filesystem::path(file).parent_path().string(), named_files, mistakes};
  if (const std::unique_ptr<Document> document = read_document(scenario.text, mistakes)) {
    if (document->root == nullptr || document->root->kind == Node::Kind::kNull) {
      mistakes.add({}, "the file says nothing",
                   "a scenario has at least one of " + enumerate(object("scenario").names()));
    } else {
      read_sections(*document->root, scenario, reader);
    }
  }
  if (!mistakes.empty()) return std::move(mistakes).sorted();
  return scenario;
}

Result<Scenario, Diagnostics> read_scenario(const std::string& file) {
  const auto refuse = [&](const std::string& why) {
    return Diagnostics{{Severity::kError, file, {}, "cannot read the file: " + why, ""}};
  };
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return refuse("it is a directory");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return refuse(std::strerror(errno));
  // One byte more than is allowed tells a file that is too large, whatever kind of file it is.
  std::string text;
  std::array<char, kReadBytes> part;
  while (stream && text.size() <= kMaxFileBytes) {
    stream.read(part.data(), part.size());
    text.append(part.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) return refuse(std::strerror(errno));
  return parse_scenario(text, file);
}

}  // namespace bedlam::scenario
