// What `bedlam check` says of whole files: tests/cases/lint/, beside each file NAME a
// NAME.expected, written by hand, with the text that its reader gets.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "harness/lint/check.h"
#include "harness/lint/rule.h"

namespace bedlam::harness {
namespace {

namespace fs = std::filesystem;

const fs::path kLintCases = fs::path(BEDLAM_SOURCE_DIR) / "tests/cases/lint";

std::string lint_case_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// As the program prints it, without the directory.
std::string said_of(const fs::path& path) {
  std::string said;
  for (Diagnostic diagnostic : check_file(path.string(), lint_case_text(path))) {
    const fs::path file = diagnostic.file;
    diagnostic.file = file.filename().string();
    said += format(diagnostic, lint_case_text(file)) + "\n";
  }
  return said.empty() ? path.filename().string() + ": ok\n" : said;
}

std::vector<fs::path> lint_cases() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(kLintCases)) {
    if (fs::exists(entry.path().string() + ".expected")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Lint, SaysWhatEachCaseExpects) {
  ASSERT_FALSE(lint_cases().empty());
  for (const fs::path& path : lint_cases()) {
    EXPECT_EQ(said_of(path), lint_case_text(path.string() + ".expected")) << path;
  }
}

// Every rule has a case in which it speaks, and one that it leaves alone.
TEST(Lint, HasACaseForEveryRule) {
  std::string all;
  for (const fs::path& path : lint_cases()) all += said_of(path);
  for (const LintRule& rule : lint_rules()) {
    EXPECT_NE(all.find("[" + std::string(rule.name) + "]"), std::string::npos) << rule.name;
    EXPECT_FALSE(rule.why.empty() || rule.source.empty()) << rule.name;
  }
}

TEST(Lint, IsSilentAboutRulesThatAreAllowed) {
  const fs::path path = kLintCases / "model-calls.asl.json";
  LintSilence silent;
  for (const LintRule& rule : lint_rules()) silent.emplace(rule.name);
  EXPECT_TRUE(check_file(path.string(), lint_case_text(path), silent).empty());
  silent.erase("retry-without-jitter");
  for (const Diagnostic& found : check_file(path.string(), lint_case_text(path), silent)) {
    EXPECT_NE(found.message.find("[retry-without-jitter]"), std::string::npos) << found.message;
  }
}

}  // namespace
}  // namespace bedlam::harness
