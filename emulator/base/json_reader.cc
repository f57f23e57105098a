#include "emulator/base/json_reader.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "emulator/base/json_plain.h"

namespace bedlam {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void append_utf8(std::string& to, unsigned code) {
  const auto put = [&to](unsigned byte) { to += static_cast<char>(byte); };
  const auto tail = [&put](unsigned bits) { put(0x80U | (bits & 0x3fU)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) return put(0xc0U | code >> 6U), tail(code);
  if (code < 0x10000) return put(0xe0U | code >> 12U), tail(code >> 6U), tail(code);
  put(0xf0U | code >> 18U), tail(code >> 12U), tail(code >> 6U), tail(code);
}

// Bytes of the UTF-8 character at the start (RFC 3629 section 4); 0 where there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto within = [&byte](std::size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return within(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool second = within(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
    return second && within(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead < 0xf0 || lead > 0xf4) return 0;
  const bool second = within(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
  return second && within(2, 0x80, 0xbf) && within(3, 0x80, 0xbf) ? 4 : 0;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Each of these says whether it went well; if not, what was read is of no use.
  bool whole(Json& to) {
    if (!value(to)) return false;
    skip_space();
    return at_ == text_.size();
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }
  bool take(char c) {
    skip_space();
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view word, Json value, Json& to) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    to = std::move(value);
    return true;
  }

  bool value(Json& to) {
    skip_space();
    switch (peek()) {
      case '{':
        return nested(to, Json::value_t::object);
      case '[':
        return nested(to, Json::value_t::array);
      case '"':
        to = Json(Json::value_t::string);
        return string(to.get_ref<std::string&>());
      case 't':
        return word("true", true, to);
      case 'f':
        return word("false", false, to);
      case 'n':
        return word("null", nullptr, to);
      default:
        return number(to);
    }
  }

  bool nested(Json& to, Json::value_t type) {
    if (++depth_ > kMaxJsonDepth) return false;
    ++at_;
    to = Json(type);
    const bool good = type == Json::value_t::object ? object(to.get_ref<Json::object_t&>())
                                                    : array(to.get_ref<Json::array_t&>());
    --depth_;
    return good;
  }

  bool object(Json::object_t& to) {
    if (take('}')) return true;
    do {
      skip_space();
      std::string name;
      if (!string(name) || !take(':')) return false;
      make_room(to);
      to.emplace_back(std::move(name), nullptr);
      if (!value(to.back().second)) return false;
    } while (take(','));
    drop_repeated_names(to);
    return take('}');
  }

  bool array(Json::array_t& to) {
    if (take(']')) return true;
    do {
      if (!value(to.emplace_back())) return false;
    } while (take(','));
    return take(']');
  }

  bool string(std::string& to) {
    if (peek() != '"') return false;
    ++at_;
    std::size_t from = at_;
    while (true) {
      at_ += plain_size(text_.substr(at_));
      if (at_ == text_.size()) return false;
      const char c = text_[at_];
      if (c == '"') {
        to.append(text_, from, at_ - from);
        ++at_;
        return true;
      }
      if (c == '\\') {
        to.append(text_, from, at_ - from);
        if (!escape(to)) return false;
        from = at_;
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      const std::size_t size = character_size(text_.substr(at_));
      if (size == 0) return false;
      at_ += size;
    }
  }

  bool escape(std::string& to) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    ++at_;
    const char letter = peek();
    ++at_;
    if (letter == 'u') return unicode(to);
    const std::size_t known = kLetters.find(letter);
    if (known == std::string_view::npos || letter == '\0') return false;
    to += kMeanings[known];
    return true;
  }

  bool unicode(std::string& to) {
    unsigned code = 0;
    if (!four_digits(code)) return false;
    if (code >= 0xdc00 && code <= 0xdfff) return false;
    if (code >= 0xd800 && code <= 0xdbff) {
      unsigned low = 0;
      if (text_.substr(at_, 2) != "\\u") return false;
      at_ += 2;
      if (!four_digits(low) || low < 0xdc00 || low > 0xdfff) return false;
      code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
    }
    append_utf8(to, code);
    return true;
  }

  bool four_digits(unsigned& code) {
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = hex_value(peek());
      if (digit < 0) return false;
      code = code << 4U | static_cast<unsigned>(digit);
    }
    return true;
  }

  bool digits() {
    const std::size_t from = at_;
    while (is_digit(peek())) ++at_;
    return at_ > from;
  }

  bool number(Json& to) {
    const std::size_t from = at_;
    const bool negative = peek() == '-';
    if (negative) ++at_;
    const bool zero = peek() == '0';
    const std::size_t first = at_;
    if (!digits() || (zero && at_ > first + 1)) return false;
    bool whole = true;
    if (peek() == '.') {
      whole = false;
      ++at_;
      if (!digits()) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    const std::string_view text = text_.substr(from, at_ - from);
    if (!whole) return parsed<double>(text, to);
    return negative ? parsed<std::int64_t>(text, to) : parsed<std::uint64_t>(text, to);
  }

  template <typename Number>
  static bool parsed(std::string_view text, Json& to) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    to = number;
    return error == std::errc() && end == text.data() + text.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

bool has_repeated_name(const Json::object_t& object) {
  constexpr std::size_t kFew = 8;  // are compared each with each
  if (object.size() <= kFew) {
    for (std::size_t i = 1; i < object.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (object.data()[i].first == object.data()[j].first) return true;
      }
    }
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (const auto& [name, value] : object) names.push_back(name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

std::optional<Json> read_json(std::string_view text) {
  std::optional<Json> value(std::in_place);
  if (!Reader(text).whole(*value)) value.reset();
  return value;
}

// Left to itself the vector copies its members whenever it grows, all that is below them included,
// because a pair with a constant name cannot be moved without a throw.
void make_room(Json::object_t& object) {
  if (object.size() < object.capacity()) return;
  Json::object_t larger;
  larger.reserve(std::max<std::size_t>(4, object.size() * 2));
  for (auto& [name, value] : object) larger.emplace_back(name, std::move(value));
  object = std::move(larger);
}

void drop_repeated_names(Json::object_t& object) {
  if (!has_repeated_name(object)) return;
  Json::object_t kept;
  kept.reserve(object.size());
  std::map<std::string, std::size_t> places;
  for (auto& [name, value] : object) {
    const auto [place, is_new] = places.try_emplace(name, kept.size());
    if (is_new) kept.emplace_back(name, nullptr);
    std::next(kept.begin(), static_cast<std::ptrdiff_t>(place->second))->second = std::move(value);
  }
  object = std::move(kept);
}

}  // namespace bedlam
