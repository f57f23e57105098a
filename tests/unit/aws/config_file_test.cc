// Shared config and credentials files, with what botocore.configloader (1.43.11) makes of the same
// text.
#include "emulator/aws/config_file.h"

#include <gtest/gtest.h>

namespace bedlam::aws {
namespace {

using ConfigSettings = std::map<std::string, std::string>;

TEST(ConfigFile, IsReadAsBotocoreReadsIt) {
  const ConfigFile file = read_config_file(
      "# mine\n"
      "  ; too\n"
      "[default]\n"
      "  aws_access_key_id = A\n"
      "  aws_secret_access_key: B=:\n"
      "[profile \"two  words\"]\r\n"
      "Region=x # no comment\r\n"
      "s3 =\n"
      "  addressing_style = path\n"
      "  # inside\n"
      "\n"
      "  max = 2\n"
      "output = json\n"
      "[profile   dev]\n"
      "role_arn = arn:aws:iam::1:role/x");
  ASSERT_EQ(file.sections.size(), 3U);
  EXPECT_EQ(file.sections[0].name, "default");
  EXPECT_EQ(file.sections[0].line, 3U);
  EXPECT_EQ(file.sections[0].settings,
            (ConfigSettings{{"aws_access_key_id", "A"}, {"aws_secret_access_key", "B=:"}}));
  EXPECT_EQ(file.sections[1].name, "profile two  words");
  EXPECT_EQ(file.sections[1].settings,
            (ConfigSettings{{"region", "x # no comment"}, {"s3", ""}, {"output", "json"}}));
  EXPECT_EQ(file.sections[2].name, "profile dev");
  EXPECT_EQ(file.sections[2].settings, (ConfigSettings{{"role_arn", "arn:aws:iam::1:role/x"}}));
  EXPECT_TRUE(file.mistakes.empty());
}

TEST(ConfigFile, WhatIsMistakenIsSaidAndTheRestIsRead) {
  const ConfigFile file = read_config_file("a = 1\n[x\nb = 2\nwhat\n\nc = 3\n");
  ASSERT_EQ(file.mistakes.size(), 3U);
  EXPECT_EQ(file.mistakes[0].line, 1U);
  EXPECT_EQ(file.mistakes[0].message, "a setting stands in a section");
  EXPECT_EQ(file.mistakes[1].line, 2U);
  EXPECT_EQ(file.mistakes[1].message, "a section ends with ]");
  EXPECT_EQ(file.mistakes[2].line, 4U);
  EXPECT_EQ(file.mistakes[2].message, "a line is `name = value`");
  ASSERT_EQ(file.sections.size(), 1U);
  EXPECT_EQ(file.sections[0].name, "x");
  EXPECT_EQ(file.sections[0].settings, (ConfigSettings{{"b", "2"}, {"c", "3"}}));
}

TEST(ConfigFile, NothingIsNothing) {
  EXPECT_TRUE(read_config_file("").sections.empty());
  EXPECT_TRUE(read_config_file("[").sections.front().name.empty());
  EXPECT_TRUE(read_config_file("[a]\n = b\n").sections.front().settings.empty());
}

}  // namespace
}  // namespace bedlam::aws
