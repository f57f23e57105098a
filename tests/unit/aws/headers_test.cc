// Header fields: their order, their names, and texts that are a part of the headers themselves.
#include <gtest/gtest.h>

#include "emulator/aws/http_message.h"

namespace bedlam::aws {
namespace {

std::string written(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) text.append(name).append("=").append(value).append(";");
  return text;
}

TEST(Headers, StandInTheOrderOfTheirComing) {
  Headers headers{{"Host", "localhost"}, {"X-Empty", ""}};
  headers.add("Accept", "*/*");
  headers.add_first("Date", "today");
  headers.add("accept", "again");
  EXPECT_EQ(written(headers), "Date=today;Host=localhost;X-Empty=;Accept=*/*;accept=again;");
  EXPECT_EQ(headers.size(), 5U);
}

TEST(Headers, AreFirstAmongNone) {
  Headers headers;
  headers.add_first("Date", "today");
  headers.add_first("Host", "localhost");
  EXPECT_EQ(written(headers), "Host=localhost;Date=today;");
}

TEST(Headers, AreFoundWhateverTheCaseOfTheirNames) {
  const Headers headers{{"Content-Type", "a"}, {"content-type", "b"}, {"X", ""}};
  EXPECT_EQ(headers.find("CONTENT-TYPE"), "a");
  EXPECT_EQ(headers.find("x"), "");
  EXPECT_EQ(headers.find("Content-Typ"), std::nullopt);
  EXPECT_EQ(headers.get("y", "otherwise"), "otherwise");
  EXPECT_EQ(Headers().find(""), std::nullopt);
}

TEST(Headers, TakeAValueOfTheirOwn) {
  Headers headers{{":authority", std::string(100, 'a')}};
  const std::string expected(headers.get(":authority"));
  // Their text grows several times on the way.
  for (int i = 0; i < 100; ++i) headers.add("host", headers.get(":authority"));
  int same = 0;
  for (const auto& [name, value] : headers) same += value == expected ? 1 : 0;
  EXPECT_EQ(same, 101);
}

TEST(Headers, AreCopiedWithTheirTexts) {
  Headers copy;
  {
    const Headers headers{{"Host", "localhost"}};
    copy = headers;
  }
  EXPECT_EQ(written(copy), "Host=localhost;");
}

}  // namespace
}  // namespace bedlam::aws
