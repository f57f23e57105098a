// Where each value of a JSON text stands, for messages about a part of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/diagnostic.h"

namespace bedlam {

// "/States/Rate/Choices[0]" as "/States/Rate/Choices/0".
std::string plain_pointer(std::string_view location);

// A name that stands in an object for a second time, where parse_json takes the last.
struct DuplicateName {
  std::string name, pointer;  // of the member
  Position first, second;     // of the names
};

class JsonPositions {
 public:
  // `text` is valid JSON (parse_json accepted it).
  explicit JsonPositions(std::string_view text);

  // Of the value at `pointer`, names joined by '/', indexes as names or in brackets:
  // "/States/Rate/Choices[0]/Next". Where there is no such value, of the nearest one around it.
  Position at(std::string_view pointer) const;
  // In the order of the text.
  const std::vector<DuplicateName>& duplicates() const { return duplicates_; }

 private:
  std::vector<DuplicateName> duplicates_;
  std::map<std::string, Position, std::less<>> positions_;
};

}  // namespace bedlam
