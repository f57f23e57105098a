#include "emulator/base/json_text.h"

namespace bedlam {

void JsonText::push_back(const JsonText& element) {
  text_.reserve(text_.size() + element.text_.size() + 1);
  text_.pop_back();
  if (text_.size() > 1) text_ += ',';
  text_ += element.text_;
  text_ += ']';
}

Json JsonText::tree() const {
  return *parse_json(text_);
}

void JsonText::append(std::string_view text) {
  text_ += '"';
  append_escaped(text_, text);
  text_ += '"';
}

}  // namespace bedlam
