#include "emulator/base/diagnostic.h"

#include <gtest/gtest.h>

namespace bedlam {
namespace {

TEST(FormatDiagnostic, NamesFileLineAndColumn) {
  EXPECT_EQ(format({Severity::kError, "a.yaml", {3, 7}, "unknown word 'latensy'", ""}),
            "a.yaml:3:7: error: unknown word 'latensy'");
  EXPECT_EQ(format({Severity::kWarning, "a.yaml", {3, 7}, "never used", ""}),
            "a.yaml:3:7: warning: never used");
}

TEST(FormatDiagnostic, LineZeroIsTheFileAsAWhole) {
  EXPECT_EQ(format({Severity::kError, "a.yaml", {}, "no such file", ""}, "text\n"),
            "a.yaml: error: no such file");
  EXPECT_EQ(format({Severity::kError, "", {}, "nothing to do", ""}), "error: nothing to do");
}

TEST(FormatDiagnostic, MarksTheColumnAndAddsTheHint) {
  EXPECT_EQ(format({Severity::kError, "a.yaml", {2, 3}, "unknown word", "allowed: latency"},
                   "models:\n  latensy: 1s\nrun:\n"),
            "a.yaml:2:3: error: unknown word\n"
            "  2 |   latensy: 1s\n"
            "    |   ^\n"
            "  allowed: latency");
}

TEST(FormatDiagnostic, WidensTheMarginForLongLineNumbers) {
  EXPECT_EQ(format({Severity::kError, "f", {100, 1}, "m", ""}, std::string(99, '\n') + "x"),
            "f:100:1: error: m\n"
            "  100 | x\n"
            "      | ^");
}

TEST(FormatDiagnostic, KeepsTabsAndCountsCharactersUnderTheMark) {
  EXPECT_EQ(format({Severity::kError, "f", {1, 3}, "m", ""}, "\tax"),
            "f:1:3: error: m\n"
            "  1 | \tax\n"
            "    | \t ^");
  EXPECT_EQ(format({Severity::kError, "f", {1, 5}, "m", ""}, "\xc3\xa4\xc3\xb6x"),
            "f:1:5: error: m\n"
            "  1 | \xc3\xa4\xc3\xb6x\n"
            "    |   ^");
}

TEST(FormatDiagnostic, LeavesOutTheCarriageReturn) {
  EXPECT_EQ(format({Severity::kError, "f", {1, 1}, "m", ""}, "x\r\ny\r\n"),
            "f:1:1: error: m\n  1 | x\n    | ^");
}

TEST(FormatDiagnostic, ShowsNoLineThatIsNotThere) {
  EXPECT_EQ(format({Severity::kError, "f", {9, 1}, "m", ""}, "x\n"), "f:9:1: error: m");
  EXPECT_EQ(format({Severity::kError, "f", {2, 1}, "m", ""}, "x\n\ny"), "f:2:1: error: m");
}

// A column beyond the line points just behind it.
TEST(FormatDiagnostic, KeepsTheMarkInsideTheLine) {
  EXPECT_EQ(format({Severity::kError, "f", {1, 4'000'000'000}, "m", ""}, "xy"),
            "f:1:4000000000: error: m\n  1 | xy\n    |   ^");
  EXPECT_EQ(format({Severity::kError, "f", {1, 0}, "m", ""}, "xy"),
            "f:1:0: error: m\n  1 | xy\n    | ^");
}

TEST(FormatDiagnostic, ShowsPartOfAVeryLongLine) {
  const std::string source = std::string(50'000, '-') + "X" + std::string(50'000, '+');
  const std::string text = format({Severity::kError, "f", {1, 50'001}, "m", ""}, source);
  EXPECT_EQ(text, "f:1:50001: error: m\n  1 | …" + std::string(60, '-') + "X" +
                      std::string(59, '+') + "…\n    |  " + std::string(60, ' ') + "^");
  // Cut between characters, not inside of one.
  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "\xe2\x82\xac";
  const std::string cut = format({Severity::kError, "f", {1, 301}, "m", ""}, wide);
  EXPECT_EQ(cut.find("…\x82"), std::string::npos);
  EXPECT_EQ(cut.find("…\xac"), std::string::npos);
  EXPECT_NE(cut.find("\xe2\x82\xac…\n"), std::string::npos);
}

TEST(HasErrors, CountsNoWarnings) {
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({{Severity::kWarning, "f", {}, "m", ""}}));
  EXPECT_TRUE(has_errors({{Severity::kWarning, "f", {}, "m", ""}, {}}));
}

TEST(DidYouMean, NamesTheNearest) {
  EXPECT_EQ(did_you_mean("latensy", {"fault", "latency", "script"}), ", did you mean 'latency'?");
  EXPECT_EQ(did_you_mean("trottle", {"throttle", "bottle"}), ", did you mean 'throttle'?");
  EXPECT_EQ(did_you_mean("promt", {"prompt"}), ", did you mean 'prompt'?");
}

TEST(DidYouMean, IgnoresCase) {
  EXPECT_EQ(did_you_mean("succeeded", {"FAILED", "SUCCEEDED"}), ", did you mean 'SUCCEEDED'?");
  EXPECT_EQ(did_you_mean("RESET", {"reset"}), ", did you mean 'reset'?");
}

TEST(DidYouMean, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(did_you_mean("banana", {"latency", "fault"}), "");
  EXPECT_EQ(did_you_mean("x", {"latency"}), "");
  EXPECT_EQ(did_you_mean("latency", {}), "");
  EXPECT_EQ(did_you_mean("", {"latency"}), "");
}

TEST(DidYouMean, TakesTheFirstOfEquallyNear) {
  EXPECT_EQ(did_you_mean("cat", {"bat", "hat"}), ", did you mean 'bat'?");
}

}  // namespace
}  // namespace bedlam
