// What of a model's answer left the endpoint: the text and the tool input that a client could have
// read of the bytes that were sent, up to a fault. Frames count where they are whole; of a plain
// body that broke off nobody can read anything.
#pragma once

#include <string>

#include "emulator/rpc/journal.h"

namespace bedlam::harness {

struct SentAnswer {
  std::string text;
  std::string tool_input;  // JSON, as it was streamed or as it stood in the body
  bool whole = false;      // it ended in order, of a stream with the marks of a whole answer
  bool unknown = false;    // the journal did not keep all of it
};

SentAnswer sent_answer(const rpc::JournalEntry& entry);

}  // namespace bedlam::harness
