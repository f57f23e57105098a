#include "emulator/base/utf8.h"

#include <gtest/gtest.h>

namespace bedlam {
namespace {

TEST(Utf8, CharactersOfOneToFourBytes) {
  EXPECT_EQ(characters_in(""), 0U);
  EXPECT_EQ(characters_in("plain"), 5U);
  EXPECT_EQ(characters_in("\xc3\xbc\xe2\x80\xa6\xf0\x9f\x98\x80"), 3U);  // ü…😀
  EXPECT_EQ(characters_in("\xff\xc3"), 2U);
}

}  // namespace
}  // namespace bedlam
