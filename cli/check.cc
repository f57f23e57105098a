// `bedlam check`: scenarios and state machine definitions, without running anything.
#include "harness/lint/check.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <vector>

#include "cli/commands.h"
#include "cli/files.h"
#include "harness/lint/rule.h"
#include "harness/starter/starter.h"

namespace bedlam::cli {
namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::vector<std::string> allowed;
  bool mocks = false, strict = false, rules = false;
};

bool is_yaml(const std::string& file) {
  return file.ends_with(".yaml") || file.ends_with(".yml");
}

// A mistake may stand in another file than the one that was named.
std::string source_of(const std::string& file, const std::string& named, const std::string& text) {
  if (file == named) return text;
  const auto other = read_file(file);
  return other ? *other : std::string();
}

int check_all(const CheckOptions& options) {
  const harness::LintSilence silent(options.allowed.begin(), options.allowed.end());
  int status = kAllHeld;
  for (const std::string& file : options.files) {
    const auto text = read_file(file);
    if (!text) {
      status = complain(text.error().message);
      continue;
    }
    const Diagnostics diagnostics = harness::check_file(file, *text, silent);
    for (const Diagnostic& diagnostic : diagnostics) {
      std::cout << format(diagnostic, source_of(diagnostic.file, file, *text)) << '\n';
    }
    if (has_errors(diagnostics)) {
      status = kWrongUsage;
    } else if (!diagnostics.empty() && options.strict && status == kAllHeld) {
      status = kVerdictFailed;
    }
    if (diagnostics.empty()) std::cout << file << ": ok\n";
  }
  return status;
}

// What --allow may name.
std::string no_such_rule(const std::vector<std::string>& allowed) {
  std::vector<std::string_view> names;
  for (const harness::LintRule& rule : harness::lint_rules()) names.push_back(rule.name);
  for (const std::string& name : allowed) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    return "--allow: there is no rule '" + name + "'" + did_you_mean(name, names) +
           "; `bedlam check --rules` lists them";
  }
  return "";
}

// "dir/chain.asl.json" is "dir/chain".
std::string stem_of(const std::string& file) {
  const std::filesystem::path path(file);
  const std::string name = path.filename().string();
  return (path.parent_path() / name.substr(0, name.find('.'))).string();
}

// Writes a file that is not there yet; false where it is, or cannot be written.
bool write_new(const std::string& path, const std::string& text) {
  if (std::filesystem::exists(path)) {
    complain(path + ": is there already; move it, what stands in it would be lost");
    return false;
  }
  std::ofstream file(path);
  file << text;
  file.close();
  if (file) std::cout << path << ": written\n";
  if (!file) complain(path + ": cannot be written");
  return static_cast<bool>(file);
}

// A starting scenario and a MockConfigFile beside each definition.
int write_mocks(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const auto text = read_file(file);
    if (!text) return complain(text.error().message);
    if (is_yaml(file)) return complain(file + ": --mocks starts from a definition in JSON");
    const std::string stem = stem_of(file);
    const auto starter = harness::starter_of(*text, std::filesystem::path(file).filename().string(),
                                             std::filesystem::path(stem).filename().string());
    if (!starter) return complain(starter.error());
    if (!write_new(stem + ".scenario.yaml", starter->scenario)) return kWrongUsage;
    if (!write_new(stem + ".mocks.json", starter->mock_config)) return kWrongUsage;
  }
  return kAllHeld;
}

int check_command(const CheckOptions& options) {
  if (options.rules) {
    std::cout << harness::lint_rules_text();
    return kAllHeld;
  }
  if (options.files.empty()) return complain("check: name a scenario or a definition");
  if (const std::string mistake = no_such_rule(options.allowed); !mistake.empty()) {
    return complain(mistake);
  }
  const int status = check_all(options);
  if (!options.mocks || status == kWrongUsage) return status;
  return std::max(status, write_mocks(options.files));
}

}  // namespace

void add_check(CLI::App& app, int& exit_status) {
  CLI::App* command = app.add_subcommand("check", "Check scenarios and state machine definitions");
  auto options = std::make_shared<CheckOptions>();
  command->add_option("FILE", options->files,
                      "scenario, definition in Amazon States Language (JSON or YAML), or template "
                      "of AWS SAM or CloudFormation");
  command->add_flag("--mocks", options->mocks,
                    "also write a starting scenario and a MockConfigFile beside each definition");
  command->add_flag("--strict", options->strict, "exit with 1 where there are warnings");
  command->add_option("--allow", options->allowed, "a rule of the linter that is not asked")
      ->allow_extra_args(false);
  command->add_flag("--rules", options->rules, "print the linter's rules and nothing else");
  command->callback([options, &exit_status] { exit_status = check_command(*options); });
}

}  // namespace bedlam::cli
