// What of a request's blocks is counted, and is text of a person's: the one place that knows it,
// for those who read requests and for the prompt cache.
#pragma once

#include "emulator/bedrock/conversation/conversation.h"

namespace bedlam::bedrock {

// Adds a block of Converse (Nova's bodies have the same), or of Messages, to a turn. The block is
// valid; members that are not of its form are passed over. Documents and the like count by their
// JSON text, films as one picture.
void add_converse_block(const Json& block, Turn& to);
void add_messages_block(const Json& block, Turn& to);
// The content of a message or of a tool's result: a text, or a list of blocks.
void add_messages_content(const Json& content, Turn& to);

// The same of one block by itself.
inline int converse_block_tokens(const Json& block, script::TokenRule rule) {
  Turn turn;
  add_converse_block(block, turn);
  return tokens_of(turn, rule);
}
inline int messages_content_tokens(const Json& content, script::TokenRule rule) {
  Turn turn;
  add_messages_content(content, turn);
  return tokens_of(turn, rule);
}

}  // namespace bedlam::bedrock
