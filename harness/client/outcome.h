// The one place that says what a call is called in the end: `complete`, `partial`, `timed out` or
// the name of an error.
#pragma once

#include <string>

#include "harness/client/answer.h"

namespace bedlam::harness {

enum class Ending {
  kWhole,        // the body ended in order
  kError,        // an error answer, a broken connection, an exception frame: `error` names it
  kReadTimeout,  // nothing came for the length of the read timeout
  kDeadline,     // the caller's own deadline passed
};

// Rules, first match wins:
//  1. `complete` only if the body ended in order and, of a stream, the marks of a whole answer were
//     seen: messageStop and metadata (ConverseStream), message_stop (Anthropic's chunks). An
//     iterator that ends is no proof.
//  2. Ended in order without the marks: `partial`, with or without text.
//  3. Text has arrived, then something went wrong: `partial`; the error says what.
//  4. Nothing has arrived and time ran out: `timed out`.
//  5. The error's name.
std::string outcome_of(Ending ending, bool saw_marks, const Heard& heard, const CallError& error);

}  // namespace bedlam::harness
