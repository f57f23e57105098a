#include "emulator/scenario/yaml_error.h"

#include <array>
#include <string_view>

namespace bedlam::scenario {
namespace {

struct Translation {
  std::string_view said;  // how the parser's text begins (yaml-cpp 0.7, exceptions.h)
  std::string_view message;
  std::string_view hint;
};

constexpr std::string_view kQuoteStar =
    "an unquoted * refers to an anchor (&name); a text that begins with * stands in quotes";
constexpr std::string_view kIndent = "lines that belong together begin in the same column";

constexpr std::array<Translation, 36> kTranslations{{
    {"the referenced anchor is not defined", "no anchor of that name stands above", kQuoteStar},
    {"alias not found after *", "a name is missing after *", kQuoteStar},
    {"illegal character found while scanning alias", "not the name of an anchor", kQuoteStar},
    {"illegal character found while scanning anchor", "not a name for an anchor", ""},
    {"anchor not found after &", "a name is missing after &",
     "a text that begins with & stands in quotes"},
    {"unexpected character in block scalar", "unexpected text after > or |",
     "these begin a block of text; a value such as \">= 3\" stands in quotes"},
    {"cannot set zero indentation", "the indentation of a block of text is at least 1", ""},
    {"illegal map value", "a ':' that belongs to nothing",
     "a text with ': ' in it stands in quotes; otherwise check the indentation, or the line above "
     "for a missing ':'"},
    {"illegal map key", "a key cannot stand here", kIndent},
    {"illegal block entry", "a list's '- ' cannot stand here",
     "begin a list on a line of its own, or write [a, b]"},
    {"illegal flow end", "a closing bracket that nothing opened", ""},
    {"end of map flow not found", "'}' or ',' is missing", ""},
    {"end of sequence flow not found", "']' or ',' is missing", ""},
    {"end of map not found", "this does not continue what stands above", kIndent},
    {"end of sequence not found", "this does not continue the list above", kIndent},
    {"illegal EOF in scalar", "the quote is never closed", ""},
    {"illegal document indicator in scalar",
     "the quote is not closed before the end of the document", ""},
    {"illegal tab", "a tab cannot indent", "indent with spaces"},
    {"unknown escape character", "an unknown escape in double quotes",
     "single quotes take a backslash as it is: '\\d'"},
    {"bad character found while scanning hex number", "not a hexadecimal digit", ""},
    {"invalid unicode", "no character has this number", ""},
    {"cannot assign multiple tags", "a value has one tag at most", ""},
    {"cannot assign multiple anchors", "a value has one anchor at most", ""},
    {"cannot assign multiple aliases", "a value is one alias at most", ""},
    {"aliases can't have any content", "an alias stands alone: its value is the anchor's", ""},
    {"bad file", "nested too deeply", ""},
    {"YAML directives must have", "not a %YAML line: write %YAML 1.2", ""},
    {"bad YAML version", "not a version of YAML: write %YAML 1.2", ""},
    {"YAML major version too large", "this is read as YAML 1.2", ""},
    {"repeated YAML directive", "a second %YAML line", ""},
    {"repeated TAG directive", "a second %TAG line for this handle", ""},
    {"TAG directives must have", "not a %TAG line", ""},
    {"illegal character found while scanning tag", "not the name of a tag", ""},
    {"tag handle with no suffix", "not the name of a tag", ""},
    {"end of verbatim tag not found", "'>' is missing", ""},
    {"invalid tag", "not the name of a tag", ""},
}};

}  // namespace

YamlError explain_yaml_error(std::string_view said, std::string_view at) {
  if (said.starts_with("unknown token")) {
    const std::string first(at.substr(0, 1));
    return {"a text cannot begin with " + (first.empty() ? "this" : "'" + first + "'"),
            "put it in quotes"};
  }
  for (const Translation& translation : kTranslations) {
    if (said.starts_with(translation.said)) {
      return {std::string(translation.message), std::string(translation.hint)};
    }
  }
  return {"not YAML: " + std::string(said), ""};
}

}  // namespace bedlam::scenario
