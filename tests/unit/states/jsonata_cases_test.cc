// JSONata by cases: those of tests/cases/jsonata, whose values come from docs.jsonata.org and AWS's
// developer guide, and the official test suite where it is at hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "emulator/states/language/jsonata/jsonata.h"

namespace bedlam::states {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kJsonataCasesNow = 1'510'067'557'121;  // 2017-11-07T15:12:37.121Z

// "= value", "= undefined" or "! code", as cases say what comes of an expression.
std::string outcome_of(const std::string& text, const Json* input, const Json* bindings,
                       const jsonata::Limits& limits, jsonata::Dialect dialect) {
  Random random(1);
  const auto expression = jsonata::compile(text);
  if (!expression.ok()) return "! " + expression.error().code;
  const jsonata::Environment environment{random, kJsonataCasesNow, dialect, limits};
  const auto outcome = expression->evaluate(input, bindings, environment);
  if (!outcome.ok()) return "! " + outcome.error().code;
  return outcome->value ? "= " + to_text(*outcome->value) : "= undefined";
}

// Lines of a file: `input JSON` and `limits {"steps": N, "memory_bytes": N}` for what follows,
// `> expression` (more lines of it start with two blanks), then `= JSON`, `= undefined` or
// `! CODE`. Others are comments.
class JsonataCaseFile : public testing::TestWithParam<fs::path> {};

TEST_P(JsonataCaseFile, GivesWhatItSays) {
  std::ifstream file(GetParam());
  std::optional<Json> input;
  jsonata::Limits limits;
  std::string line, expression;
  int cases = 0;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.starts_with("input ")) {
      input = Json::parse(line.substr(6));
    } else if (line.starts_with("limits ")) {
      const Json given = Json::parse(line.substr(7));
      limits.steps = given.value("steps", limits.steps);
      limits.memory_bytes = given.value("memory_bytes", limits.memory_bytes);
    } else if (line.starts_with("> ")) {
      expression = line.substr(2);
    } else if (line.starts_with("  ")) {
      expression += "\n" + line;
    } else if (line.starts_with("= ") || line.starts_with("! ")) {
      ++cases;
      std::string expected = line;
      if (line.starts_with("= ") && line != "= undefined") {
        expected = "= " + to_text(Json::parse(line.substr(2)));
      }
      EXPECT_EQ(outcome_of(expression, input ? &*input : nullptr, nullptr, limits,
                           jsonata::Dialect::kStepFunctions),
                expected)
          << GetParam().filename() << ":" << number << ": " << expression;
    }
  }
  EXPECT_GT(cases, 0);
}

std::vector<fs::path> jsonata_case_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(BEDLAM_SOURCE_DIR "/tests/cases/jsonata")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Topics, JsonataCaseFile, testing::ValuesIn(jsonata_case_files()),
                         [](const auto& file) { return file.param.stem().string(); });

// Json holds no half of a surrogate pair; as an escape sequence of JSONata it means the same.
Json suite_case(std::string line) {
  if (Json::accept(line)) return Json::parse(line);
  for (std::size_t at = line.find("\\ud"); at != line.npos; at = line.find("\\ud", at + 4)) {
    line.insert(at, "\\");
  }
  return Json::parse(line);
}

bool same_result(Json result, Json expected, bool unordered) {
  if (unordered && result.is_array() && expected.is_array()) {
    const auto by_text = [](const Json& a, const Json& b) { return to_text(a) < to_text(b); };
    std::sort(result.begin(), result.end(), by_text);
    std::sort(expected.begin(), expected.end(), by_text);
  }
  return same_value(result, expected);
}

// The suite's limits of time, as nodes evaluated.
constexpr std::uint64_t kStepsPerMillisecond = 200;

bool suite_case_passes(const Json& suite_case, const Json* input) {
  jsonata::Limits limits;
  if (suite_case.contains("timelimit") && suite_case.contains("code")) {
    limits.steps = suite_case["timelimit"].get<std::uint64_t>() * kStepsPerMillisecond;
    limits.depth = suite_case["depth"].get<std::uint32_t>();
  }
  const auto text = suite_case["expr"].get<std::string>();
  const Json* bindings = find(suite_case, "bindings");
  // $eval is not part of Step Functions.
  const auto dialect = suite_case["id"].get<std::string>().starts_with("function-eval")
                           ? jsonata::Dialect::kPlain
                           : jsonata::Dialect::kStepFunctions;
  const std::string outcome = outcome_of(text, input, bindings, limits, dialect);
  const Json* error = find(suite_case, "error");
  const Json* code = error != nullptr ? find(*error, "code") : find(suite_case, "code");
  if (code != nullptr) return outcome == "! " + code->get<std::string>();
  if (suite_case.contains("undefinedResult")) return outcome == "= undefined";
  if (!outcome.starts_with("= ") || outcome == "= undefined") return false;
  return same_result(Json::parse(outcome.substr(2)), suite_case["result"],
                     suite_case.value("unordered", false));
}

TEST(JsonataSuite, EveryCasePasses) {
  const fs::path directory = BEDLAM_JSONATA_SUITE_DIR;
  std::ifstream file(directory / "cases.jsonl");
  if (!file) GTEST_SKIP() << "no official test suite at " << directory;
  std::map<std::string, Json> datasets;
  std::string line;
  int passed = 0;
  while (std::getline(file, line)) {
    const Json current = suite_case(line);
    const Json* input = find(current, "data");
    if (const Json* name = find(current, "dataset"); name != nullptr && name->is_string()) {
      Json& dataset = datasets[name->get<std::string>()];
      if (dataset.is_null()) {
        std::ifstream text(directory / "datasets" / (name->get<std::string>() + ".json"));
        dataset = Json::parse(text);
      }
      input = &dataset;
    }
    if (suite_case_passes(current, input)) {
      ++passed;
    } else {
      ADD_FAILURE() << current["id"] << ": " << current["expr"];
    }
  }
  EXPECT_GT(passed, 0);
}

}  // namespace
}  // namespace bedlam::states
