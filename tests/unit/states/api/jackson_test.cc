// Texts of jackson-core 2.x (ReaderBasedJsonParser); the first three are recorded from AWS.
#include "emulator/states/api/jackson.h"

#include <gtest/gtest.h>

#include <string>

namespace bedlam::states {
namespace {

const std::string kKinds =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

TEST(JacksonTest, SaysWhatJacksonSays) {
  const std::pair<std::string, std::string> cases[] = {
      {"not some json", "Unrecognized token 'not': was expecting " + kKinds},
      {"{'not': 'json'",
       "Unexpected character (''' (code 39)): was expecting double-quote to start field name"},
      {"", "Invalid execution input."},
      {"{\"a\":tru}", "Unrecognized token 'tru': was expecting " + kKinds},
      {"<x>", "Unexpected character ('<' (code 60)): expected a valid value " + kKinds},
      {"{\"a\" 1}",
       "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and "
       "value"},
      {"{\"a\":1 \"b\"}",
       "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries"},
      {"[1 2]",
       "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"},
      {"{\"a\":1,}",
       "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"},
      {"{\"a\":\"b", "Unexpected end-of-input: was expecting closing quote for a string value"},
      {"{\"a", "Unexpected end-of-input in field name"},
      {"[01]", "Invalid numeric value: Leading zeroes not allowed"},
      {"[1.]",
       "Unexpected character (']' (code 93)) in numeric value: Decimal point not followed by a "
       "digit"},
      {"[\"a\nb\"]",
       "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be "
       "included in string value"},
      {"[\"\\x\"]", "Unrecognized character escape 'x' (code 120)"},
      {"[{\"a\":[]},", "Unexpected end-of-input within/between Array entries"},
  };
  for (const auto& [text, complaint] : cases) EXPECT_EQ(jackson_complaint(text), complaint) << text;
}

TEST(JacksonTest, NeedsNoStackForDepth) {
  EXPECT_EQ(jackson_complaint(std::string(1'000'000, '[')),
            "Unexpected end-of-input within/between Array entries");
}

}  // namespace
}  // namespace bedlam::states
