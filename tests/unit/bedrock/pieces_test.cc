#include "emulator/bedrock/conversation/pieces.h"

#include <gmock/gmock.h>

#include "tests/unit/bedrock/piece_texts.h"

namespace bedlam::bedrock::test {
namespace {

using testing::ElementsAre;

Pieces pieces_of(const std::vector<Piece>& all) {
  Pieces pieces;
  for (const Piece& piece : all) pieces.push_back(piece);
  return pieces;
}

std::vector<int> tokens_of_each(const Pieces& pieces) {
  std::vector<int> tokens;
  for (const Piece piece : pieces) tokens.push_back(piece.tokens);
  return tokens;
}

TEST(Pieces, GiveBackTheirTextsAndTokens) {
  const Pieces pieces = pieces_of({{"a"}, {"bc"}, {"", 0}, {"d", 3}, {"e"}});
  EXPECT_THAT(texts(pieces), ElementsAre("a", "bc", "", "d", "e"));
  EXPECT_THAT(tokens_of_each(pieces), ElementsAre(1, 1, 0, 3, 1));
  EXPECT_EQ(pieces.text(), "abcde");
  EXPECT_EQ(pieces.tokens(), 6);
  EXPECT_EQ(pieces.tokens_before(3), 2);
  EXPECT_EQ(pieces_of({{"a"}, {"b"}}).tokens(), 2);
  EXPECT_EQ(Pieces().tokens(), 0);
  EXPECT_TRUE(Pieces().empty());
}

TEST(Pieces, AreCutByCount) {
  Pieces pieces = pieces_of({{"a"}, {"bc", 2}, {"d"}});
  pieces.cut(3);
  EXPECT_EQ(pieces.size(), 3U);
  pieces.cut(2);
  EXPECT_EQ(pieces.text(), "abc");
  EXPECT_EQ(pieces.tokens(), 3);
  pieces.cut(0);
  EXPECT_EQ(pieces.text(), "");
  EXPECT_EQ(pieces.tokens(), 0);
}

TEST(Pieces, AreCutInTheirTexts) {
  const Pieces whole = pieces_of({{"ab"}, {"cd", 2}, {"ef"}});
  Pieces pieces = whole;
  pieces.cut_text(6);
  EXPECT_EQ(pieces.size(), 3U);
  pieces.cut_text(3);
  EXPECT_THAT(texts(pieces), ElementsAre("ab", "c"));
  EXPECT_EQ(pieces.tokens(), 3) << "the token that was begun";
  pieces = whole;
  pieces.cut_text(2);
  EXPECT_THAT(texts(pieces), ElementsAre("ab"));
  pieces.cut_text(0);
  EXPECT_TRUE(pieces.empty());
  EXPECT_EQ(pieces.text(), "");
}

TEST(Pieces, AreEnclosed) {
  Pieces pieces = pieces_of({{"a"}, {"b"}});
  pieces.enclose("<t>", "</t>");
  EXPECT_THAT(texts(pieces), ElementsAre("<t>a", "b</t>"));
  Pieces none;
  none.enclose("<t>", "</t>");
  EXPECT_TRUE(none.empty());
}

TEST(Pieces, AreAppended) {
  Pieces pieces = pieces_of({{"a"}});
  pieces.append(pieces_of({{"b", 2}, {"c"}}));
  EXPECT_THAT(texts(pieces), ElementsAre("a", "b", "c"));
  EXPECT_THAT(tokens_of_each(pieces), ElementsAre(1, 2, 1));
}

}  // namespace
}  // namespace bedlam::bedrock::test
