// Texts and JSON as YAML that is read back as the same (yaml.org/spec/1.2.2; scenario/values.h).
#pragma once

#include <string>
#include <string_view>

#include "emulator/base/duration.h"
#include "emulator/base/json.h"

namespace bedlam::harness {

// In double quotes, on one line, whatever is in it; invalid UTF-8 becomes U+FFFD.
std::string yaml_quoted(std::string_view text);
// Whether yaml_quoted() keeps every byte: what is no UTF-8 is no text to YAML.
bool is_utf8(std::string_view text);
// Without quotes where it is a plain word that means nothing else: a model's id, an operation.
std::string yaml_word(std::string_view text);
// In flow style, on one line: {role: user, content: [{text: "Hi"}]}. Texts are in quotes.
std::string yaml_flow(const Json& value);
// Whether a scenario file takes that JSON: nothing too deep, no name too long.
bool fits_yaml(const Json& value);
// "312.4ms".
std::string yaml_duration(Duration duration);

}  // namespace bedlam::harness
