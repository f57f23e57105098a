#include "emulator/base/json_text.h"

namespace bedlam {

Json JsonText::tree() const {
  return *parse_json(text_);
}

void JsonText::append(std::string_view text) {
  text_ += '"';
  append_escaped(text_, text);
  text_ += '"';
}

}  // namespace bedlam
