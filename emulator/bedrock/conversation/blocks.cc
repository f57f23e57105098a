#include "emulator/bedrock/conversation/blocks.h"

#include "emulator/bedrock/conversation/tokens.h"

namespace bedlam::bedrock {
namespace {

// An absent or null member is as if not there.
const Json* set_member(const Json& object, std::string_view name) {
  const Json* value = find(object, name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

// `member`: of the image's source, where its bytes are. Elsewhere, as in S3, they are not looked
// at.
int picture_tokens(const Json& image, std::string_view member) {
  const Json* source = set_member(image, "source");
  const Json* data = source == nullptr ? nullptr : find(*source, member);
  if (data == nullptr || !data->is_string()) return kMaxImageTokens;
  return image_tokens(image_header(data->get_ref<const std::string&>()));
}

void add_result_part(const Json& part, Turn& to) {
  if (const Json* text = set_member(part, "text"); text != nullptr && text->is_string()) {
    to.texts.push_back(text->get<std::string>());
  } else if (const Json* json = set_member(part, "json")) {
    to.texts.push_back(to_text(*json));
  } else if (const Json* image = set_member(part, "image")) {
    to.other_tokens += picture_tokens(*image, "bytes");
  } else {
    to.counted.push_back(to_text(part));
  }
}

}  // namespace

void add_converse_block(const Json& block, Turn& to) {
  const Json* text = set_member(block, "text");
  if (text != nullptr && text->is_string()) {
    to.texts.push_back(text->get<std::string>());
  } else if (const Json* image = set_member(block, "image")) {
    to.other_tokens += picture_tokens(*image, "bytes");
  } else if (set_member(block, "video") != nullptr) {
    to.other_tokens += kMaxImageTokens;
  } else if (const Json* use = set_member(block, "toolUse")) {
    const Json* input = set_member(*use, "input");
    if (input != nullptr) to.counted.push_back(to_text(*input));
  } else if (const Json* result = set_member(block, "toolResult")) {
    const Json* parts = set_member(*result, "content");
    if (parts == nullptr || !parts->is_array()) return;
    for (const Json& part : *parts) add_result_part(part, to);
  } else if (const Json* guarded = set_member(block, "guardContent")) {
    // What a guardrail is to look at is a text of the message.
    const Json* inside = set_member(*guarded, "text");
    if (inside != nullptr) to.texts.push_back(text_member(*inside, "text"));
  } else if (set_member(block, "cachePoint") == nullptr) {  // which is nothing of it
    to.counted.push_back(to_text(block));
  }
}

void add_messages_block(const Json& block, Turn& to) {
  const std::string type = text_member(block, "type");
  if (type == "text") {
    to.texts.push_back(text_member(block, "text"));
  } else if (type == "image") {
    to.other_tokens += picture_tokens(block, "data");
  } else if (type == "tool_use") {
    const Json* input = find(block, "input");
    if (input != nullptr) to.counted.push_back(to_text(*input));
  } else if (type == "tool_result") {
    const Json* content = find(block, "content");
    if (content != nullptr) add_messages_content(*content, to);
  } else {
    to.counted.push_back(to_text(block));
  }
}

void add_messages_content(const Json& content, Turn& to) {
  if (content.is_string()) to.texts.push_back(content.get<std::string>());
  if (!content.is_array()) return;
  for (const Json& block : content) add_messages_block(block, to);
}

}  // namespace bedlam::bedrock
