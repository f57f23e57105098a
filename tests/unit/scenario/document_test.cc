// Hostile and odd files: bounded, positioned, never a crash. What well-formed scenarios mean stands
// in the text cases.
#include "emulator/scenario/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/scenario.h"
#include "emulator/scenario/source_text.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

using testing::HasSubstr;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

Diagnostics mistakes_of(const std::string& text) {
  const auto scenario = parse_scenario(text, "test.yaml");
  return scenario.ok() ? Diagnostics{} : scenario.error();
}

std::string first_message(const std::string& text) {
  const Diagnostics found = mistakes_of(text);
  return found.empty() ? "" : found.front().message;
}

Json json_of(const std::string& text) {
  Mistakes mistakes("test.yaml");
  const auto document = read_document(text, mistakes);
  EXPECT_TRUE(document != nullptr && mistakes.empty());
  return document == nullptr ? Json() : to_json(*document->root, mistakes);
}

TEST(Document, NestingIsBounded) {
  EXPECT_EQ(first_message(repeated("[", 100'000)), "nested too deeply");
  EXPECT_EQ(first_message(repeated("{a: ", 100'000)), "nested too deeply");
  EXPECT_EQ(first_message(repeated("- ", 100'000)), "nested too deeply");
  EXPECT_EQ(first_message(repeated("? ", 10'000)), "nested too deeply");
}

TEST(Document, NestingIsCountedThroughAliases) {
  std::string text = "a0: &a0 {x: 1}\n";
  for (int i = 1; i <= 101; ++i) {
    const std::string name = "a" + std::to_string(i), before = "a" + std::to_string(i - 1);
    text += name + ": &" + name + " {x: *" + before + "}\n";
  }
  EXPECT_EQ(first_message(text), "nested too deeply");
}

// The "billion laughs": ten levels of ten aliases each.
TEST(Document, AliasesAreCountedWrittenOut) {
  std::string text = "a0: &a0 [" + repeated("lol, ", 10) + "]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1) + ", ";
    text +=
        "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before, 10) + "]\n";
  }
  EXPECT_THAT(first_message(text), HasSubstr("too large with its aliases"));
}

TEST(Document, MergesAndLongTextsAreCountedToo) {
  std::string members;
  for (int i = 0; i < 1'000; ++i) members += "k" + std::to_string(i) + ": 1, ";
  EXPECT_THAT(
      first_message("a: &a {" + members + "}\nb: [" + repeated("{<<: *a}, ", 1'000) + "]\n"),
      HasSubstr("too large with its aliases"));
  EXPECT_THAT(
      first_message("a: &a " + repeated("x", 1 << 20) + "\nb: [" + repeated("*a, ", 100) + "]"),
      HasSubstr("too large with its aliases"));
}

TEST(Document, FilesAndKeysAreBounded) {
  EXPECT_EQ(first_message("a: " + std::string(kMaxFileBytes, 'x')),
            "the file is larger than 4 MiB");
  EXPECT_EQ(first_message("? " + std::string(kMaxKeyBytes + 1, 'x') + "\n: 1"),
            "this key is too long");
}

TEST(Document, MistakesAreBounded) {
  std::string text = "models: {}\n";
  for (std::size_t i = 0; i < kMaxMistakes + 20; ++i) text += "x" + std::to_string(i) + ": 1\n";
  const Diagnostics found = mistakes_of(text);
  ASSERT_EQ(found.size(), kMaxMistakes + 1);
  EXPECT_EQ(found.back().message, "20 more mistakes");
}

TEST(Document, AnAliasedMistakeIsReportedOnce) {
  EXPECT_EQ(mistakes_of("models:\n  a: &a {latency: 3}\n  b: *a\n  c: *a\n").size(), 1u);
}

TEST(Document, MergedMembersYieldToTheNodesOwn) {
  const Json json = json_of("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], z: 5}\n");
  EXPECT_EQ(json["c"], (Json{{"z", 5}, {"x", 1}, {"y", 2}}));
}

TEST(Document, AQuotedMergeKeyIsAKey) {
  EXPECT_EQ(json_of("{\"<<\": {x: 1}}"), (Json{{"<<", {{"x", 1}}}}));
}

TEST(Document, AnEmptyValueStandsAtItsKey) {
  Mistakes mistakes("test.yaml");
  const auto document = read_document("a:\n  b:\n\n  c: 1\n", mistakes);
  const Position position = document->root->members[0].value->members[0].value->position;
  EXPECT_EQ(position.line, 2u);
  EXPECT_EQ(position.column, 3u);
}

TEST(Document, APositionWithoutPartFallsBackToThePartAround) {
  Mistakes mistakes("test.yaml");
  const auto document = read_document("a:\n  - {b/c: 1}\n", mistakes);
  const Located located = locate(*document->root, mistakes);
  EXPECT_EQ(located.at("/a/0/b~1c").column, 11u);
  EXPECT_EQ(located.at("/a/0/missing/deeper").column, 5u);
  EXPECT_EQ(located.at("/elsewhere").line, 1u);
}

TEST(SourceText, ColumnsCountCharacters) {
  const SourceText source("ab\näöü x\n価格");
  EXPECT_EQ(source.position_at(source.offset(1, 7)).column, 5u);
  EXPECT_EQ(source.position_at(source.offset(1, 2)).column, 2u);
  EXPECT_EQ(source.position(2, 3).column, 2u);
  EXPECT_EQ(source.position(99, 99).line, 3u);
}

TEST(SourceText, OnlyShortestFormsOfUnicodeAreText) {
  for (const std::string_view bytes : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                                       "\xF4\x90\x80\x80", "\xE4\xBE", "\x80", "\xFF\xFE"}) {
    EXPECT_TRUE(SourceText(bytes).foreign_byte().has_value());
  }
  EXPECT_FALSE(SourceText("\tä価\U0001F600\r\n").foreign_byte().has_value());
}

TEST(ReadScenario, WhatCannotBeReadIsOneLine) {
  const auto missing = read_scenario("/nowhere/at-all.yaml");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(format(missing.error().front()),
            "/nowhere/at-all.yaml: error: cannot read the file: No such file or directory");
  const auto directory = read_scenario(BEDLAM_SOURCE_DIR);
  ASSERT_FALSE(directory.ok());
  EXPECT_THAT(directory.error().front().message, HasSubstr("it is a directory"));
}

TEST(ParseScenario, AByteOrderMarkIsNoPartOfTheText) {
  const auto scenario = parse_scenario("\xEF\xBB\xBF# About.\nmodels: {}\n", "test.yaml");
  ASSERT_TRUE(scenario.ok());
  EXPECT_EQ(scenario->description, "About.");
  EXPECT_EQ(scenario->text.front(), '#');
}

TEST(ParseScenario, AnInlineDefinitionKnowsWhereItsPartsStand) {
  const auto scenario = parse_scenario(
      "workflows:\n  hello:\n    definition:\n      StartAt: A\n      States:\n        A: {Type: "
      "Pass}\n",
      "test.yaml");
  ASSERT_TRUE(scenario.ok());
  ASSERT_TRUE(scenario->workflows.front().source.has_value());
  EXPECT_EQ(scenario->workflows.front().source->at("/States/A/Type").line, 6u);
}

}  // namespace
}  // namespace bedlam::scenario
