// Why a text is no JSON, in the words of Jackson, the Java parser behind the API: its messages are
// what callers of Step Functions see.
#pragma once

#include <string>
#include <string_view>

namespace bedlam::states {

// For a text that parse_json refuses, what AWS says of it as an execution's input. Recorded for
// unknown words, single quotes and the empty text; the others follow Jackson's own texts.
std::string jackson_complaint(std::string_view text);

}  // namespace bedlam::states
