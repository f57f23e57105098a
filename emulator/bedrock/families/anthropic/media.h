// Pictures and documents in a Messages body.
#pragma once

#include <optional>
#include <string>

#include "emulator/base/json.h"
#include "emulator/bedrock/families/anthropic/anthropic.h"

namespace bedlam::bedrock {

// Pictures and documents together. Others tried it on AWS in December 2025 (idp-on-aws 147); until
// then, and in the API reference, it was 20.
inline constexpr int kMaxClaudeMedia = 100;

// The pictures and documents of a Messages body, block by block: those in results of tools too.
class MessagesMedia {
 public:
  explicit MessagesMedia(ClaudeGeneration generation) : generation_(generation) {}

  // `at`: of the block's source, "messages.0.content.1.image.source".
  Objection check_image(const Json& source, const std::string& at);
  void add_document() { ++documents_; }
  // Once all blocks are checked.
  Objection check_whole() const;

 private:
  ClaudeGeneration generation_;
  int images_ = 0, documents_ = 0;
  std::string large_at_;  // the first picture that is too large to be one of many
};

}  // namespace bedlam::bedrock
