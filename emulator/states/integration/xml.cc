#include "emulator/states/integration/xml.h"

#include <array>

namespace bedlam::states {
namespace {

struct XmlEntity {
  std::string_view text;
  char character;
};
constexpr std::array<XmlEntity, 5> kXmlEntities{
    {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};

std::string resolved(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    std::size_t taken = 0;
    for (const XmlEntity& entity : kXmlEntities) {
      if (taken > 0 || !text.starts_with(entity.text)) continue;
      plain += entity.character;
      taken = entity.text.size();
    }
    if (taken == 0) {
      plain += text.front();
      taken = 1;
    }
    text.remove_prefix(taken);
  }
  return plain;
}

}  // namespace

std::vector<std::string_view> blocks_in(std::string_view xml, std::string_view name) {
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

std::string text_in(std::string_view xml, std::string_view name) {
  const std::vector<std::string_view> blocks = blocks_in(xml, name);
  return blocks.empty() ? "" : resolved(blocks.front());
}

}  // namespace bedlam::states
