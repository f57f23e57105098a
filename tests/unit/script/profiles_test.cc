// The named latencies, and their table in docs/latency.md, which BEDLAM_UPDATE_CASES=1 rewrites.
#include "emulator/script/profiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace bedlam::script {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kBegin = "<!-- profiles: from emulator/script/profiles.cc -->\n";
constexpr std::string_view kEnd = "<!-- end of profiles -->\n";

std::string profile_table() {
  std::string text =
      "\n| profile | first token | from token to token | source | date |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const Profile& profile : profiles()) {
    for (const std::string_view cell :
         {profile.name, profile.first_token, profile.per_token, profile.source, profile.date}) {
      text += "| " + std::string(cell) + " ";
    }
    text += "|\n";
  }
  return text + "\n";
}

TEST(Profiles, StandInTheDocumentation) {
  const std::string path = std::string(BEDLAM_SOURCE_DIR) + "/docs/latency.md";
  std::ostringstream read;
  read << std::ifstream(path).rdbuf();
  const std::string text = read.str();
  const std::size_t begin = text.find(kBegin), end = text.find(kEnd);
  ASSERT_LT(begin, end);
  ASSERT_NE(end, std::string::npos);
  const std::size_t table = begin + kBegin.size();
  if (std::getenv("BEDLAM_UPDATE_CASES") != nullptr) {
    std::ofstream(path) << text.substr(0, table) << profile_table() << text.substr(end);
    return;
  }
  EXPECT_EQ(text.substr(table, end - table), profile_table())
      << "rewrite docs/latency.md with BEDLAM_UPDATE_CASES=1";
}

TEST(Profiles, AreSortedAndSayWhereTheyComeFrom) {
  EXPECT_TRUE(std::is_sorted(profiles().begin(), profiles().end(),
                             [](const Profile& a, const Profile& b) { return a.name < b.name; }));
  for (const Profile& profile : profiles()) {
    const Latency latency = latency_of(profile);
    EXPECT_TRUE(latency.first_token && latency.per_token) << profile.name;
    EXPECT_FALSE(profile.source.empty()) << profile.name;
    EXPECT_NE(profile.date.find("20"), std::string_view::npos) << profile.name;
    EXPECT_EQ(find_profile(profile.name), &profile);
  }
  EXPECT_EQ(find_profile("claude"), nullptr);
}

// The recorded totals of 90 and 137 tokens: 3,722 ms after 779 ms, 4,450 ms after 884 ms.
TEST(Profiles, RecordedOnesSpanTheRecordings) {
  const Latency latency = latency_of(*find_profile("claude-3-5-sonnet-recorded"));
  const auto& first = *std::get<Measured>(*latency.first_token).values;
  const auto& each = *std::get<Measured>(*latency.per_token).values;
  EXPECT_EQ(first.front(), 558ms);
  EXPECT_EQ(first.back(), 1'036ms);
  EXPECT_NEAR(seconds(779ms + 89 * each.back()), 3.722, 0.001);
  EXPECT_NEAR(seconds(884ms + 136 * each.front()), 4.450, 0.001);
}

}  // namespace
}  // namespace bedlam::script
