#include "emulator/scenario/values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "emulator/base/utf8.h"

namespace bedlam::scenario {
namespace {

constexpr std::size_t kMaxShownText = 40;  // of a value in a message
// Positions beyond this fall back to the part around them; keeps hostile nesting of long keys
// small.
constexpr std::size_t kMaxPointerBytes = 16 * 1024 * 1024;

bool all_digits(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

template <typename Integer>
std::optional<Json> integer(std::string_view text, int base) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Integer value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value, base);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return Json(value);
}

std::optional<Json> core_integer(std::string_view text) {
  constexpr std::string_view kDecimal = "0123456789";
  if (text.starts_with("0x") && all_digits(text.substr(2), "0123456789abcdefABCDEF")) {
    return integer<std::uint64_t>(text.substr(2), 16);
  }
  if (text.starts_with("0o") && all_digits(text.substr(2), "01234567")) {
    return integer<std::uint64_t>(text.substr(2), 8);
  }
  if (!all_digits(without_sign(text), kDecimal)) return std::nullopt;
  if (auto value = integer<std::int64_t>(text, 10)) return value;
  return integer<std::uint64_t>(text, 10);  // else it is as large as only a double can be
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool core_float(std::string_view text) {
  constexpr std::string_view kDecimal = "0123456789";
  text = without_sign(text);
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    if (!all_digits(without_sign(text.substr(exponent + 1)), kDecimal)) return false;
    text = text.substr(0, exponent);
  }
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return all_digits(text, kDecimal);
  const std::string_view whole = text.substr(0, point), fraction = text.substr(point + 1);
  return (whole.empty() || all_digits(whole, kDecimal)) &&
         (fraction.empty() ? !whole.empty() : all_digits(fraction, kDecimal));
}

bool outside_json(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  text = without_sign(text);
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

Json scalar_to_json(const Node& node, Mistakes& mistakes) {
  const std::string& text = node.text;
  if (!node.plain) return text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto value = core_integer(text)) return *value;
  if (core_float(text)) {
    double value = 0;
    const std::string_view digits = text.starts_with('+') ? std::string_view(text).substr(1) : text;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec == std::errc()) return value;
    mistakes.add(node.position, "the number " + text + " is too large or too small",
                 "if it is a text, put it in quotes");
    return nullptr;
  }
  if (outside_json(text)) {
    mistakes.add(node.position, "JSON has no number " + text, "if it is a text, put it in quotes");
    return nullptr;
  }
  return text;
}

// As JSON pointers write names (RFC 6901).
std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

class Locator {
 public:
  explicit Locator(Located& located) : located_(located) {}

  void visit(const Node& node, const std::string& pointer) {
    bytes_ += pointer.size() + 1;
    if (bytes_ > kMaxPointerBytes) return;
    located_.positions[pointer] = node.position;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      visit(*node.items[i], pointer + "/" + std::to_string(i));
    }
    for (const Member& member : node.members) {
      visit(*member.value, pointer + "/" + escaped(member.name));
    }
  }

 private:
  Located& located_;
  std::size_t bytes_ = 0;
};

}  // namespace

Json to_json(const Node& node, Mistakes& mistakes) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return nullptr;
    case Node::Kind::kScalar:
      return scalar_to_json(node, mistakes);
    case Node::Kind::kList: {
      Json list = Json::array();
      for (const Node* item : node.items) list.push_back(to_json(*item, mistakes));
      return list;
    }
    case Node::Kind::kMap:
      break;
  }
  // An ordered_json looks through all its members on every insertion; names are unique here.
  Json::object_t object;
  object.reserve(node.members.size());
  for (const Member& member : node.members) {
    object.Container::emplace_back(member.name, to_json(*member.value, mistakes));
  }
  return Json(std::move(object));
}

Located locate(const Node& node, Mistakes& mistakes) {
  Located located{to_json(node, mistakes), {}};
  Locator(located).visit(node, "");
  return located;
}

Position Located::at(const std::string& pointer) const {
  for (std::string path = pointer;; path.erase(path.rfind('/'))) {
    const auto found = positions.find(path);
    if (found != positions.end()) return found->second;
    if (path.rfind('/') == std::string::npos) return {};
  }
}

std::string describe(const Node& node) {
  if (node.kind == Node::Kind::kNull) return "nothing";
  if (node.kind == Node::Kind::kList) return "a list";
  if (node.kind == Node::Kind::kMap) return "an object";
  Mistakes ignored("");
  const Json value = to_json(node, ignored);
  if (value.is_boolean()) return node.text;
  if (value.is_null()) return "nothing";
  if (value.is_number()) return "the number " + node.text;
  if (node.text.empty()) return "an empty text";
  std::string shown = node.text.substr(0, node.text.find('\n'));
  if (shown.size() > kMaxShownText) {
    std::size_t end = kMaxShownText;
    while (end > 0 && continues_character(shown[end])) --end;
    shown.resize(end);
  }
  return "the text '" + shown + (shown.size() < node.text.size() ? "…'" : "'");
}

}  // namespace bedlam::scenario
