// JUnit XML, in the dialect that Jenkins, GitLab and GitHub's reporters share.
#include <array>
#include <cstdio>

#include "emulator/aws/xml.h"
#include "harness/report/failure_text.h"
#include "harness/report/report.h"

namespace bedlam::harness {
namespace {

// Bytes of the UTF-8 character at `at`, or 0 where there is none or where XML 1.0 forbids it
// (section 2.2).
std::size_t xml_character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  std::size_t length = 0;
  if (first >= 0xC2 && first < 0xE0)
    length = 2;
  else if (first >= 0xE0 && first < 0xF0)
    length = 3;
  else if (first >= 0xF0 && first < 0xF5)
    length = 4;
  else
    return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool too_large = first == 0xF4 && byte(1) > 0x8F;
  const bool surrogate = first == 0xED && byte(1) > 0x9F;
  const bool no_character = first == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE;
  return overlong || too_large || surrogate || no_character ? 0 : length;
}

std::string xml(std::string_view text) {
  std::string escaped;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = xml_character(text, at);
    if (length == 0) {
      escaped += "\uFFFD";
      ++at;
      continue;
    }
    // An attribute keeps its line ends and tabs (XML 1.0 section 3.3.3).
    const std::string_view character = text.substr(at, length);
    if (character == "\n") {
      escaped += "&#10;";
    } else if (character == "\t") {
      escaped += "&#9;";
    } else {
      escaped += aws::escape_xml(character);
    }
    at += length;
  }
  return escaped;
}

std::string time_text(Duration duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", seconds(duration));
  return text.data();
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  Duration time{};

  std::string attributes() const {
    return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
           "\" errors=\"" + std::to_string(errors) + "\" skipped=\"" + std::to_string(skipped) +
           "\" time=\"" + time_text(time) + "\"";
  }
};

class JunitReport final : public Report {
 public:
  explicit JunitReport(std::ostream& out) : out_(out) {}

  void scenario_finished(const ScenarioResult& result) override {
    Counts counts;
    std::string cases;
    if (result.status == ScenarioResult::Status::kSkipped) {
      ++counts.skipped;
      cases = test_case(result, "scenario", {}, "<skipped message=\"" + xml(result.reason) + "\"/>",
                        counts);
    } else if (result.status == ScenarioResult::Status::kInvalid) {
      ++counts.errors;
      cases = test_case(result, "scenario", {},
                        "<error type=\"invalid\" message=\"the scenario is invalid\">" +
                            xml(diagnostics_text(result)) + "</error>",
                        counts);
    }
    for (const StepResult& step : result.steps) {
      if (!step.held()) ++counts.failures;
      cases += test_case(result, step.name, step.took, failures_of(result, step), counts);
    }
    counts.time = result.took;
    suites_ += "  <testsuite name=\"" + xml(result.file) + "\"" + counts.attributes() + ">\n" +
               cases + "  </testsuite>\n";
    total_.tests += counts.tests;
    total_.failures += counts.failures;
    total_.errors += counts.errors;
    total_.skipped += counts.skipped;
    total_.time += counts.time;
  }

  void run_finished(const Json& /*coverage*/) override {
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"bedlam\""
         << total_.attributes() << ">\n"
         << suites_ << "</testsuites>\n";
    out_.flush();
  }

 private:
  // One element for the step, as readers of JUnit show no more: the first failure is its message,
  // all of them are its text.
  static std::string failures_of(const ScenarioResult& result, const StepResult& step) {
    if (step.held()) return "";
    std::string text;
    for (const Verdict& verdict : step.failed) text += failure_text(result, verdict) + "\n";
    const Verdict& first = step.failed.front();
    return "<failure type=\"" + xml(first.field) + "\" message=\"" + xml(failure_line(first)) +
           "\">" + xml(text) + "</failure>";
  }

  static std::string test_case(const ScenarioResult& result, const std::string& name, Duration took,
                               const std::string& inside, Counts& counts) {
    ++counts.tests;
    std::string text = "    <testcase classname=\"" + xml(result.file) + "\" name=\"" + xml(name) +
                       "\" time=\"" + time_text(took) + "\"";
    return inside.empty() ? text + "/>\n" : text + ">\n      " + inside + "\n    </testcase>\n";
  }

  std::ostream& out_;
  std::string suites_;
  Counts total_;
};

}  // namespace

std::unique_ptr<Report> junit_report(std::ostream& out) {
  return std::make_unique<JunitReport>(out);
}

}  // namespace bedlam::harness
