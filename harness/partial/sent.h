// What of a model's answer left the endpoint: the text and the tool input that a client could have
// read of the bytes that were sent, up to a fault. Frames count where they are whole; of a plain
// body that broke off nobody can read anything.
#pragma once

#include <string>
#include <string_view>

#include "emulator/rpc/journal.h"

namespace bedlam::harness {

struct SentAnswer {
  std::string text;
  std::string tool_input;   // JSON, as it was streamed or as it stood in the body
  bool whole = false;       // it ended in order, of a stream with the marks of a whole answer
  bool unknown = false;     // the journal did not keep all of it
  std::string reasoning{};  // what a model that thinks said before its text
};

SentAnswer sent_answer(const rpc::JournalEntry& entry);

// Whether a call of a model has an answer that somebody reads.
bool answers_in_words(std::string_view operation);

// Whether the caller got a whole answer: not an error, nor one of the function that was called, nor
// a stream that an exception or another fault ended.
bool arrived_whole(const rpc::JournalEntry& entry);
// The exception, or the error that is none, that a stream ended with; "": neither.
std::string exception_in_stream(const rpc::JournalEntry& entry);

}  // namespace bedlam::harness
