// The partial-result verdict: what a program handed back, compared with what of the answer left the
// endpoint before a fault.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/partial/sent.h"

namespace bedlam::harness {

enum class HandedBack {
  kComplete,          // all of a whole answer
  kHonestPartial,     // all that came of an answer that broke off, and it says so
  kSilentTruncation,  // less than the whole answer, and nothing says so
  kLostText,          // text had come, and is missing
  kDuplicatedText,    // text of one attempt beside the same text of another
  kForeignText,       // text that no attempt sent
};

inline constexpr std::string_view kHandedBackWords[] = {"complete",          "honest partial",
                                                        "silent truncation", "lost text",
                                                        "duplicated text",   "foreign text"};
std::string_view word_of(HandedBack verdict);
std::optional<HandedBack> handed_back_named(std::string_view word);

struct PartialVerdict {
  HandedBack verdict = HandedBack::kComplete;
  std::string because;  // "it ends 3 words before what was sent"
};

// `shown`: what the program's user sees, without what flags it. `attempts`: the texts that the
// attempts of one request sent, in order; those that sent nothing may be among them. `flagged`: the
// program told its user that something is missing. White space at the ends is not looked at.
// What a model that thinks said first may stand before its text; where both a text and the input of
// a tool were sent, JSON is compared with the latter.
PartialVerdict judge_handed_back(std::string_view shown, const std::vector<SentAnswer>& attempts,
                                 bool flagged);

// The same of a program that may have asked the model to go on where an answer broke off: of the
// last of its requests, and behind what was sent of those before it that broke off.
PartialVerdict judge_last(std::string_view shown,
                          const std::vector<std::vector<SentAnswer>>& requests, bool flagged);

}  // namespace bedlam::harness
