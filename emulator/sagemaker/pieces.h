// What an endpoint's container says, and what was said to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/random.h"
#include "emulator/script/script.h"

namespace bedlam::sagemaker {

// A text cut before every word, the space going with the word behind it. Put together they give
// the text again; never empty. These are an endpoint's tokens.
std::vector<std::string> split_words(std::string_view text);

// What a script wants said (nullptr: a default text), cut in the same way.
std::vector<std::string> said_pieces(const script::Answer* wanted, const Random& random);

// The words of a request: `inputs` or `prompt`, the last of `messages`, or a body that is a text.
std::string prompt_in(const Json& body);

}  // namespace bedlam::sagemaker
