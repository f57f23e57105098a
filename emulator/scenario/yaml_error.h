// What yaml-cpp says about text that is no YAML, in words that help the author.
#pragma once

#include <string>

namespace bedlam::scenario {

struct YamlError {
  std::string message, hint;
};

// `said`: the text of the parser's exception; `at`: the file's text from its position to the end of
// the line.
YamlError explain_yaml_error(std::string_view said, std::string_view at);

}  // namespace bedlam::scenario
