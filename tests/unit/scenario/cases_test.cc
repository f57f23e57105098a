// The text cases below tests/cases/scenario: files that are right, with what was read from them as
// JSON; and files that are wrong, with the messages. BEDLAM_UPDATE_CASES=1 rewrites what is
// expected; the difference is then reviewed by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/scenario/scenario_dump.h"

namespace bedlam::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(BEDLAM_SOURCE_DIR) / "tests/cases/scenario";

std::string contents(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> cases(const char* directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCases / directory)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// Every path begins at the cases' directory, wherever the tree is.
std::string without_root(std::string text) {
  const std::string root = kCases.string() + "/";
  for (std::size_t at = text.find(root); at != std::string::npos; at = text.find(root, at)) {
    text.erase(at, root.size());
  }
  return text;
}

void compare(const std::string& actual, const fs::path& expected) {
  if (std::getenv("BEDLAM_UPDATE_CASES") != nullptr) {
    std::ofstream(expected, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(actual, contents(expected)) << "rewrite " << expected << " with BEDLAM_UPDATE_CASES=1";
}

class InvalidScenario : public testing::TestWithParam<std::string> {};

TEST_P(InvalidScenario, IsAnsweredWithPositionsAndHelp) {
  const fs::path file = kCases / "invalid" / (GetParam() + ".yaml");
  const auto scenario = read_scenario(file.string());
  ASSERT_FALSE(scenario.ok());
  std::string messages;
  for (Diagnostic diagnostic : scenario.error()) {
    EXPECT_LE(diagnostic.position.line, 100u);
    const std::string source = contents(diagnostic.file);
    diagnostic.file = without_root(diagnostic.file);
    messages += without_root(format(diagnostic, source)) + "\n";
  }
  compare(messages, kCases / "invalid" / (GetParam() + ".expected"));
}

INSTANTIATE_TEST_SUITE_P(Cases, InvalidScenario, testing::ValuesIn(cases("invalid")), test_name);

class ValidScenario : public testing::TestWithParam<std::string> {};

TEST_P(ValidScenario, IsReadAsItIsMeant) {
  const fs::path file = kCases / "ok" / (GetParam() + ".yaml");
  const auto scenario = read_scenario(file.string());
  if (!scenario.ok()) {
    for (const Diagnostic& diagnostic : scenario.error()) ADD_FAILURE() << format(diagnostic);
    return;
  }
  compare(without_root(dump(*scenario).dump(2)) + "\n", kCases / "ok" / (GetParam() + ".expected"));
}

INSTANTIATE_TEST_SUITE_P(Cases, ValidScenario, testing::ValuesIn(cases("ok")), test_name);

}  // namespace
}  // namespace bedlam::scenario
