#include "emulator/base/base64.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace bedlam {
namespace {

// RFC 4648 section 10, and the bytes of section 9's illustration that need '+' and '/'.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kVectors{{
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\x14\xfb\x9c\x03\xd9\x7e", "FPucA9l+"},
    {"\x14\xfb\x9c\x03\xd9", "FPucA9k="},
    {"\xff\xff\xff", "////"},
}};

TEST(Base64, MatchesThePublishedVectorsBothWays) {
  for (const auto& [bytes, text] : kVectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), std::string(bytes)) << text;
  }
}

TEST(Base64, KeepsEveryByteValue) {
  std::string bytes;
  for (int round = 0; round < 3; ++round) {
    for (int value = 0; value < 256; ++value) bytes += static_cast<char>(value);
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    bytes += 'x';  // another length modulo three
  }
}

TEST(Base64, SizesAndStartsAreThoseOfTheWhole) {
  for (const auto& [bytes, text] : kVectors) {
    EXPECT_EQ(base64_size(text), bytes.size()) << text;
    EXPECT_EQ(base64_decode_start(text, 3), std::string(bytes.substr(0, 3))) << text;
    EXPECT_EQ(base64_decode_start(text, 60), std::string(bytes)) << text;
  }
  EXPECT_EQ(base64_decode_start("Zm9vYm!!", 4), "foo") << "what follows is not looked at";
  EXPECT_EQ(base64_decode_start("Zm9vYm!!", 6), std::nullopt);
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const std::string_view text : {"Zg", "Zg=", "Z===", "====", "=Zg=", "Zg==Zg==", "Zm9v\n",
                                      "Zm 9v===", "Zm9v    ", "    ", "Zm-v", "Zm_v", "Zm9vZm9!"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
    EXPECT_EQ(base64_size(text), std::nullopt) << text;
  }
  EXPECT_EQ(base64_decode(std::string_view("Zm9\0", 4)), std::nullopt);
}

}  // namespace
}  // namespace bedlam
