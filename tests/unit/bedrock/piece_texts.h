#pragma once

#include <string>
#include <vector>

#include "emulator/bedrock/conversation/pieces.h"

namespace bedlam::bedrock::test {

inline std::vector<std::string> texts(const Pieces& pieces) {
  std::vector<std::string> texts;
  for (const Piece piece : pieces) texts.emplace_back(piece.text);
  return texts;
}

}  // namespace bedlam::bedrock::test
