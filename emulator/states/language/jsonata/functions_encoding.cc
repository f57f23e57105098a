#include <array>

#include "emulator/states/language/jsonata/functions.h"
#include "emulator/states/language/jsonata/lexer.h"

namespace bedlam::states::jsonata {
namespace {

constexpr std::string_view kUnreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
constexpr std::string_view kReserved = ";/?:@&=+$,#";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// A text as bytes, one for each UTF-16 code unit: what does not fit into one loses its upper half.
std::string to_latin1(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    char32_t c = next_code_point(text, i);
    if (c >= 0x10000) {
      bytes += static_cast<char>(0xD800U + ((c - 0x10000) >> 10U));
      c = 0xDC00U + ((c - 0x10000) & 0x3FFU);
    }
    bytes += static_cast<char>(c & 0xFFU);
  }
  return bytes;
}

Value base64_encode(Call& call) {
  if (!call[0].is_string()) return {};
  const std::string bytes = to_latin1(call[0].text());
  std::string result;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
    };
    const unsigned group = (byte(i) << 16U) | (byte(i + 1) << 8U) | byte(i + 2);
    result += kBase64[group >> 18U];
    result += kBase64[(group >> 12U) & 63U];
    result += i + 1 < bytes.size() ? kBase64[(group >> 6U) & 63U] : '=';
    result += i + 2 < bytes.size() ? kBase64[group & 63U] : '=';
  }
  return call.evaluator.text(result);
}

// Both alphabets; what belongs to none is passed over, as node's Buffer does.
Value base64_decode(Call& call) {
  if (!call[0].is_string()) return {};
  std::string result;
  unsigned group = 0;
  int bits = 0;
  for (const char c : call[0].text()) {
    if (c == '=') break;
    const std::size_t digit = kBase64.find(c == '-' ? '+' : c == '_' ? '/' : c);
    if (digit == kBase64.npos) continue;
    group = (group << 6U) | static_cast<unsigned>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      append_code_point(result, (group >> static_cast<unsigned>(bits)) & 0xFFU);
    }
  }
  return call.evaluator.text(result);
}

Value malformed(Call& call, std::string_view function) {
  Fault fault("D3140");
  fault.with("value", call.evaluator.shown(call[0])).with("functionName", function);
  return call.evaluator.fail(std::move(fault));
}

Value encode(Call& call, std::string_view function, bool whole_url) {
  if (!call[0].is_string()) return {};
  std::string result;
  const std::string_view text = call[0].text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (kUnreserved.find(c) != kUnreserved.npos ||
        (whole_url && kReserved.find(c) != kReserved.npos)) {
      result += c;
      continue;
    }
    // Half of a surrogate pair has no UTF-8.
    if (c == '\xED' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0) {
      return malformed(call, function);
    }
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    result += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return call.evaluator.text(result);
}

int escaped_byte(std::string_view text, std::size_t position) {
  if (position + 3 > text.size() || text[position] != '%') return -1;
  int value = 0;
  for (const char c : text.substr(position + 1, 2)) {
    const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
    if (digit == std::string_view::npos) return -1;
    value = value * 16 + static_cast<int>(digit > 15 ? digit - 6 : digit);
  }
  return value;
}

// The bytes of the one UTF-8 character whose escapes stand at `position`; "" where they are none.
std::string escaped_character(std::string_view text, std::size_t position) {
  const int lead = escaped_byte(text, position);
  const int length = lead < 0      ? 0
                     : lead < 0x80 ? 1
                     : lead < 0xC2 ? 0
                     : lead < 0xE0 ? 2
                     : lead < 0xF0 ? 3
                     : lead < 0xF5 ? 4
                                   : 0;
  std::string bytes;
  for (int i = 0; i < length; ++i) {
    const std::size_t at = position + static_cast<std::size_t>(i) * 3;
    const int byte = at < text.size() ? escaped_byte(text, at) : -1;
    if (byte < 0 || (i > 0 && (byte & 0xC0) != 0x80)) return "";
    bytes += static_cast<char>(byte);
  }
  if (length < 3) return bytes;
  std::size_t start = 0;
  const char32_t c = next_code_point(bytes, start);
  const bool valid =
      length == 3 ? c >= 0x800 && (c < 0xD800 || c > 0xDFFF) : c >= 0x10000 && c <= 0x10FFFF;
  return valid ? bytes : "";
}

Value decode(Call& call, std::string_view function, bool whole_url) {
  if (!call[0].is_string()) return {};
  const std::string_view text = call[0].text();
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '%') {
      result += text[i++];
      continue;
    }
    const std::string character = escaped_character(text, i);
    if (character.empty()) return malformed(call, function);
    const bool keep = whole_url && kReserved.find(character[0]) != kReserved.npos;
    result += keep ? std::string(text.substr(i, 3)) : character;
    i += character.size() * 3;
  }
  return call.evaluator.text(result);
}

Value encode_url_component(Call& call) {
  return encode(call, "encodeUrlComponent", false);
}
Value encode_url(Call& call) {
  return encode(call, "encodeUrl", true);
}
Value decode_url_component(Call& call) {
  return decode(call, "decodeUrlComponent", false);
}
Value decode_url(Call& call) {
  return decode(call, "decodeUrl", true);
}

constexpr std::array kEncodingFunctions{
    Builtin{"base64encode", "<s-:s>", 1, base64_encode},
    Builtin{"base64decode", "<s-:s>", 1, base64_decode},
    Builtin{"encodeUrlComponent", "<s-:s>", 1, encode_url_component},
    Builtin{"encodeUrl", "<s-:s>", 1, encode_url},
    Builtin{"decodeUrlComponent", "<s-:s>", 1, decode_url_component},
    Builtin{"decodeUrl", "<s-:s>", 1, decode_url},
};

}  // namespace

std::span<const Builtin> encoding_functions() {
  return kEncodingFunctions;
}

}  // namespace bedlam::states::jsonata
