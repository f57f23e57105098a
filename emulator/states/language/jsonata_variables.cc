// Which variables an expression reads: a walk over its tokens, no parser. It knows strings, names
// in backticks, comments and what an expression binds itself, by `:=` or as a function's parameter.
#include <algorithm>
#include <array>
#include <cctype>

#include "emulator/states/language/jsonata_template.h"

namespace bedlam::states {
namespace {

// docs.jsonata.org, "Functions"; developer guide, "JSONata functions provided by Step Functions".
constexpr std::array<std::string_view, 66> kFunctions{
    "abs",       "append",   "assert",     "average",       "base64decode", "base64encode",
    "boolean",   "ceil",     "clone",      "contains",      "count",        "decodeUrl",
    "distinct",  "each",     "encodeUrl",  "error",         "eval",         "exists",
    "filter",    "floor",    "formatBase", "formatInteger", "formatNumber", "fromMillis",
    "hash",      "join",     "keys",       "length",        "lookup",       "lowercase",
    "map",       "match",    "max",        "merge",         "millis",       "min",
    "not",       "now",      "number",     "pad",           "parse",        "parseInteger",
    "partition", "power",    "random",     "range",         "reduce",       "replace",
    "reverse",   "round",    "shuffle",    "sift",          "single",       "sort",
    "split",     "spread",   "sqrt",       "string",        "substring",    "substringAfter",
    "sum",       "toMillis", "trim",       "type",          "uppercase",    "uuid"};
constexpr std::array<std::string_view, 5> kMoreFunctions{
    "substringBefore", "zip", "encodeUrlComponent", "decodeUrlComponent", "states"};

bool is_known_name(std::string_view name) {
  return std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end() ||
         std::find(kMoreFunctions.begin(), kMoreFunctions.end(), name) != kMoreFunctions.end();
}

bool is_name_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  std::set<std::string> run() {
    while (at_ < text_.size()) step();
    std::set<std::string> names;
    std::set_difference(read_.begin(), read_.end(), bound_.begin(), bound_.end(),
                        std::inserter(names, names.end()));
    return names;
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"' || c == '\'' || c == '`') {
      skip_quoted(c);
    } else if (text_.substr(at_, 2) == "/*") {
      const std::size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else if (c == '$') {
      ++at_;
      take_variable();
    } else if (is_name_character(c)) {
      take_word();
    } else {
      if (c == ')') in_parameters_ = false;
      ++at_;
    }
  }

  void skip_quoted(char quote) {
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && quote != '`') ++at_;
    }
    ++at_;
  }

  std::string_view take_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void take_variable() {
    const std::string name(take_name());
    if (name.empty()) return;
    std::size_t next = at_;
    while (next < text_.size() && std::isspace(static_cast<unsigned char>(text_[next])) != 0) {
      ++next;
    }
    const bool binds = in_parameters_ || text_.substr(next, 2) == ":=";
    if (binds) {
      bound_.insert(name);
    } else if (!is_known_name(name)) {
      read_.insert(name);
    }
  }

  void take_word() {
    const std::string_view word = take_name();
    in_parameters_ = in_parameters_ || word == "function" || word == "λ";
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_parameters_ = false;
  std::set<std::string> read_, bound_;
};

}  // namespace

std::set<std::string> variables_of_jsonata(std::string_view expression) {
  return Walk(expression).run();
}

}  // namespace bedlam::states
