#include "emulator/aws/xml.h"

#include <algorithm>
#include <array>

namespace bedlam::aws {
namespace {

struct XmlEntity {
  char character;
  std::string_view text;
};
constexpr std::array<XmlEntity, 6> kXmlEntities{{{'&', "&amp;"},
                                                 {'<', "&lt;"},
                                                 {'>', "&gt;"},
                                                 {'"', "&quot;"},
                                                 {'\'', "&apos;"},
                                                 {'\r', "&#13;"}}};

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto* entity = std::find_if(kXmlEntities.begin(), kXmlEntities.end(),
                                      [c](const XmlEntity& known) { return known.character == c; });
    if (entity == kXmlEntities.end()) {
      escaped += c;
    } else {
      escaped += entity->text;
    }
  }
  return escaped;
}

std::string unescape_xml(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto* entity =
        std::find_if(kXmlEntities.begin(), kXmlEntities.end(),
                     [text](const XmlEntity& known) { return text.starts_with(known.text); });
    const bool found = entity != kXmlEntities.end();
    plain += found ? entity->character : text.front();
    text.remove_prefix(found ? entity->text.size() : 1);
  }
  return plain;
}

std::string xml_element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + escape_xml(text) + "</" + tag + ">";
}

std::vector<std::string_view> xml_blocks(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  std::vector<std::string_view> blocks;
  for (std::size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at)) {
    at += open.size();
    const std::size_t end = xml.find(close, at);
    if (end == std::string_view::npos) break;
    blocks.push_back(xml.substr(at, end - at));
  }
  return blocks;
}

std::vector<std::string> xml_texts(std::string_view xml, std::string_view name) {
  std::vector<std::string> texts;
  for (const std::string_view block : xml_blocks(xml, name)) texts.push_back(unescape_xml(block));
  return texts;
}

std::string xml_text(std::string_view xml, std::string_view name) {
  const std::vector<std::string_view> blocks = xml_blocks(xml, name);
  return blocks.empty() ? "" : unescape_xml(blocks.front());
}

}  // namespace bedlam::aws
