#include "emulator/bedrock/conversation/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/base/base64.h"
#include "emulator/bedrock/conversation/conversation.h"
#include "tests/unit/bedrock/piece_texts.h"
#include "tests/unit/bedrock/runtime_fixture.h"

namespace bedlam::bedrock {
namespace {

using testing::ElementsAre;

TEST(Tokens, AreWordsAndMarks) {
  EXPECT_THAT(test::texts(tokenize("Room for everyone.")),
              ElementsAre("Room", " for", " everyo", "ne", "."));
  EXPECT_THAT(test::texts(tokenize("a  b\n\n c\t")),
              ElementsAre("a", " ", " b", "\n\n", " c", "\t"));
  EXPECT_THAT(test::texts(tokenize("{\"n\":12}")),
              ElementsAre("{", "\"", "n", "\"", ":", "12", "}"));
  EXPECT_THAT(test::texts(tokenize(" ")), ElementsAre(" "));
  EXPECT_TRUE(tokenize("").empty());
}

TEST(Tokens, NeverCutACharacter) {
  EXPECT_THAT(test::texts(tokenize("東京都")), ElementsAre("東京", "都"));
  EXPECT_THAT(test::texts(tokenize("déjà-vu")), ElementsAre("déjà", "-", "vu"));
  EXPECT_THAT(test::texts(tokenize("🚗🚗")), ElementsAre("🚗", "🚗"));
}

TEST(Tokens, PiecesGiveTheTextAgain) {
  for (const std::string text :
       {"Hello, world!  Two  spaces\r\nand\ttabs ", "   ", "é", "x\xff\x80y"}) {
    EXPECT_EQ(tokenize(text).text(), text);
    EXPECT_EQ(count_tokens(text), static_cast<int>(tokenize(text).size()));
  }
}

TEST(Filler, HasExactlyAsManyTokens) {
  for (const int count : {0, 1, 2, 7, 8, 15, 16, 50, 700}) {
    const Pieces pieces = filler(count, Random(3));
    EXPECT_EQ(static_cast<int>(pieces.size()), count);
    EXPECT_EQ(test::texts(tokenize(pieces.text())), test::texts(pieces)) << pieces.text();
  }
  EXPECT_THAT(filler(50, Random(3)).text(), testing::MatchesRegex("([A-Z][a-z ]+\\. ?)+"));
  EXPECT_EQ(filler(50, Random(3)).text(), filler(50, Random(3)).text());
  EXPECT_NE(filler(50, Random(3)).text(), filler(50, Random(4)).text());
}

// Headers written by hand after the formats' specifications.
TEST(Images, AreCountedByTheirSize) {
  const std::string png = std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) +
                          std::string("\0\0\x03\xe8\0\0\x02\xee", 8);  // 1000 × 750
  EXPECT_EQ(image_format(png), "png");
  EXPECT_EQ(image_tokens(png), 1000);
  const std::string jpeg = std::string("\xff\xd8\xff\xe0\0\x04\0\0", 8) +         // APP0, then SOF0
                           std::string("\xff\xc0\0\x11\x08\x01\xf4\x02\x58", 9);  // 600 × 500
  EXPECT_EQ(image_format(jpeg), "jpeg");
  EXPECT_EQ(image_tokens(jpeg), 400);
  EXPECT_EQ(image_tokens(std::string("GIF89a\x96\0\x0a\0", 10)), 2);  // 150 × 10
  EXPECT_EQ(image_tokens("RIFF????WEBP"), kMaxImageTokens);
  EXPECT_EQ(image_tokens(png.substr(0, 20)), kMaxImageTokens) << "cut short";
  EXPECT_EQ(image_tokens(base64_decode(test::kPng).value()), 1);
  EXPECT_EQ(image_format("not a picture"), "");
}

TEST(Images, TheirHeadersAreAllThatIsDecoded) {
  const std::string png = std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) +
                          std::string("\0\0\x03\xe8\0\0\x02\xee", 8) + std::string(1'000'000, 'x');
  EXPECT_LT(image_header(base64_encode(png)).size(), 100'000U);
  EXPECT_EQ(image_tokens(image_header(base64_encode(png))), 1000);
  // A profile of several segments before SOF0.
  std::string jpeg("\xff\xd8");
  for (int i = 0; i < 3; ++i) {
    jpeg += std::string("\xff\xe2\xff\xff", 4) + std::string(65'533, 'p');
  }
  jpeg += std::string("\xff\xc0\0\x11\x08\x01\xf4\x02\x58", 9);  // 600 × 500
  EXPECT_EQ(image_tokens(image_header(base64_encode(jpeg))), 400);
  EXPECT_EQ(image_header("no base64"), "");
}

}  // namespace
}  // namespace bedlam::bedrock
