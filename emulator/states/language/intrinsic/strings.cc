#include <algorithm>

#include "emulator/states/language/intrinsic/functions.h"
#include "emulator/states/language/java_text.h"

namespace bedlam::states::intrinsic {
namespace {

bool is_escapable(char c) {
  return c == '\'' || c == '{' || c == '}' || c == '\\';
}

// The characters of UTF-8 text, each as the bytes it is written with.
std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length < text.size() && (text[length] & 0xC0) == 0x80) ++length;
    result.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace

// The template still has its escapes, whether it was written in the call or came from a path.
Result<Json, Misuse> format(const Arguments& arguments, Random&) {
  if (!arguments[0].is_string()) return Misuse{"the template must be a string"};
  const auto& pattern = arguments[0].get_ref<const std::string&>();
  std::string text;
  std::size_t next = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size() && is_escapable(pattern[i + 1])) {
      text += pattern[++i];
    } else if (c == '{') {
      if (pattern.substr(i, 2) != "{}") return Misuse{"matching '}' not found for '{'"};
      ++i;
      if (next < arguments.size()) text += java_text(arguments[next]);
      ++next;
    } else if (c == '}') {
      return Misuse{"matching '{' not found for '}'"};
    } else {
      text += c;
    }
  }
  if (next != arguments.size()) {
    return Misuse{"number of arguments do not match the occurrences of {}"};
  }
  return Json(std::move(text));
}

// Every character of the second argument splits; empty pieces are dropped.
Result<Json, Misuse> string_split(const Arguments& arguments, Random&) {
  if (!arguments[0].is_string()) return Misuse{"the first argument must be a string"};
  if (!arguments[1].is_string()) return Misuse{"the delimiters must be a string"};
  const auto delimiters = characters(arguments[1].get_ref<const std::string&>());
  Json pieces = Json::array();
  std::string piece;
  const auto finish = [&] {
    if (!piece.empty()) pieces.push_back(std::move(piece));
    piece.clear();
  };
  for (const std::string_view character : characters(arguments[0].get_ref<const std::string&>())) {
    if (std::find(delimiters.begin(), delimiters.end(), character) != delimiters.end()) {
      finish();
    } else {
      piece += character;
    }
  }
  finish();
  return pieces;
}

}  // namespace bedlam::states::intrinsic
