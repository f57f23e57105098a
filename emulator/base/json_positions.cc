#include "emulator/base/json_positions.h"

#include "emulator/base/json.h"

namespace bedlam {
namespace {

// Walks the text once. Only what separates values is looked at; their validity is known.
class Walk {
 public:
  Walk(std::string_view text, std::map<std::string, Position, std::less<>>& positions,
       std::vector<DuplicateName>& duplicates)
      : text_(text), positions_(positions), duplicates_(duplicates) {}

  void value(const std::string& pointer) {
    skip_space();
    positions_[pointer] = here();
    if (peek() == '{') {
      members(pointer);
    } else if (peek() == '[') {
      elements(pointer);
    } else if (peek() == '"') {
      string();
    } else {
      while (offset_ < text_.size() && std::string_view(",]} \t\r\n").find(peek()) == kNone) next();
    }
  }

 private:
  static constexpr std::size_t kNone = std::string_view::npos;

  Position here() const { return {line_, offset_ - line_start_ + 1}; }
  char peek() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }

  void next() {
    if (peek() == '\n') {
      ++line_;
      line_start_ = offset_ + 1;
    }
    ++offset_;
  }

  void skip_space() {
    while (offset_ < text_.size() && std::string_view(" \t\r\n").find(peek()) != kNone) next();
  }

  std::string string() {
    const std::size_t begin = offset_;
    next();
    while (offset_ < text_.size() && peek() != '"') {
      if (peek() == '\\') next();
      next();
    }
    next();
    const auto name = parse_json(text_.substr(begin, offset_ - begin));
    return name && name->is_string() ? name->get<std::string>() : std::string();
  }

  void members(const std::string& pointer) {
    next();
    std::map<std::string, Position> names;
    for (skip_space(); offset_ < text_.size() && peek() != '}'; skip_space()) {
      const Position at = here();
      const std::string name = string();
      const auto [first, is_new] = names.emplace(name, at);
      if (!is_new) duplicates_.push_back({name, pointer + "/" + name, first->second, at});
      skip_space();
      next();  // the colon
      value(pointer + "/" + name);
      skip_space();
      if (peek() == ',') next();
    }
    next();
  }

  void elements(const std::string& pointer) {
    next();
    int index = 0;
    for (skip_space(); offset_ < text_.size() && peek() != ']'; skip_space()) {
      value(pointer + "/" + std::to_string(index++));
      skip_space();
      if (peek() == ',') next();
    }
    next();
  }

  std::string_view text_;
  std::map<std::string, Position, std::less<>>& positions_;
  std::vector<DuplicateName>& duplicates_;
  std::size_t offset_ = 0, line_ = 1, line_start_ = 0;
};

}  // namespace

std::string plain_pointer(std::string_view location) {
  std::string pointer;
  for (std::size_t i = 0; i < location.size(); ++i) {
    const std::size_t close = location[i] == '[' ? location.find(']', i) : std::string_view::npos;
    const std::string_view index =
        close == std::string_view::npos ? "" : location.substr(i + 1, close - i - 1);
    if (index.empty() || index.find_first_not_of("0123456789") != std::string_view::npos) {
      pointer += location[i];
    } else {
      pointer.append("/").append(index);
      i = close;
    }
  }
  return pointer;
}

JsonPositions::JsonPositions(std::string_view text) {
  Walk(text, positions_, duplicates_).value("");
}

Position JsonPositions::at(std::string_view location) const {
  const std::string plain = plain_pointer(location);
  std::string_view pointer = plain;
  while (!pointer.empty() && positions_.find(pointer) == positions_.end()) {
    pointer = pointer.substr(0, pointer.rfind('/'));
  }
  const auto found = positions_.find(pointer);
  return found == positions_.end() ? Position{} : found->second;
}

}  // namespace bedlam
