// Rules that another takes every call from.
#include "emulator/script/shadows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bedlam::script {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

When asking(std::optional<std::string> prompt, std::optional<std::string> operation = {}) {
  When when;
  when.prompt = std::move(prompt);
  when.operation = std::move(operation);
  return when;
}

std::vector<std::string> shadows(const std::vector<Behaviour>& behaviours) {
  std::vector<std::string> texts;
  for (const Shadow& shadow : find_shadows(behaviours)) {
    texts.push_back(shadow.rule + " by " + shadow.by);
  }
  return texts;
}

// The second of these rules of one entry.
std::vector<std::string> second(When first, When then) {
  const std::vector<Outcome> hello{{Answer{"Hello", ""}, {}, {}}};
  return shadows({{"*", {}, {{"f:1", std::move(first), hello}, {"f:2", std::move(then), hello}}}});
}

TEST(Shadows, WhatAWiderRuleTakes) {
  const auto shadowed = ElementsAre("f:2 by f:1");
  EXPECT_THAT(second({}, asking("*car*")), shadowed);
  EXPECT_THAT(second(asking("*car*"), asking("*car*")), shadowed);
  EXPECT_THAT(second(asking("*car*"), asking("a car", "Converse")), shadowed);
  EXPECT_THAT(second(asking("*a*"), asking("*car*")), shadowed);
  EXPECT_THAT(second(asking({}, "Converse*"), asking("x", "ConverseStream")), shadowed);
  EXPECT_THAT(second(asking("/c.r/"), asking("a car")), shadowed);
}

TEST(Shadows, WhatIsLeftToALaterRule) {
  EXPECT_THAT(second(asking("*car*"), {}), IsEmpty());
  EXPECT_THAT(second(asking("a car"), asking("*car*")), IsEmpty());
  EXPECT_THAT(second(asking("car*"), asking("*car*")), IsEmpty());
  EXPECT_THAT(second(asking("*car*", "Converse"), asking("*car*")), IsEmpty());
  EXPECT_THAT(second(asking("/car/"), asking("*car*")), IsEmpty()) << "not looked into";
}

TEST(Shadows, CountsAndOtherConditions) {
  When once;
  once.call = 1;
  EXPECT_THAT(second(once, once), IsEmpty()) << "each counts the calls that reach it";
  EXPECT_THAT(second({}, once), ElementsAre("f:2 by f:1"));
  When retried;
  retried.attempt = 2;
  EXPECT_THAT(second(retried, {}), IsEmpty());
  EXPECT_THAT(second(retried, retried), ElementsAre("f:2 by f:1"));
  When wide, narrow;
  wide.body = {{"$.a", Json(1)}};
  narrow.body = {{"$.a", Json(1)}, {"$.b", Json("x")}};
  EXPECT_THAT(second(wide, narrow), ElementsAre("f:2 by f:1"));
  EXPECT_THAT(second(narrow, wide), IsEmpty());
  wide.headers = {{"x-test", "a"}};
  EXPECT_THAT(second(wide, narrow), IsEmpty());
}

TEST(Shadows, AcrossEntries) {
  const std::vector<Outcome> hello{{Answer{"Hello", ""}, {}, {}}};
  const auto entry = [&](const char* pattern, const char* label) {
    return Behaviour{pattern, {}, {{label, {}, hello}}};
  };
  EXPECT_THAT(shadows({entry("anthropic.*", "f:1"), entry("anthropic.claude-3-*", "f:2")}),
              ElementsAre("f:2 by f:1"));
  EXPECT_THAT(shadows({entry("anthropic.*", "f:1"), entry("us.anthropic.*", "f:2")}), IsEmpty());
}

}  // namespace
}  // namespace bedlam::script
