#include "emulator/base/base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace bedlam {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0x80;  // a bit that no digit's value has

constexpr std::array<std::uint8_t, 256> digit_values() {
  std::array<std::uint8_t, 256> values{};
  for (std::uint8_t& value : values) value = kNoDigit;
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = digit_values();

std::uint32_t value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

// All characters are looked at before the answer: a branch for each takes three times as long.
bool are_digits(std::string_view text) {
  std::uint32_t seen = 0;
  for (const char c : text) seen |= value_of(c);
  return (seen & kNoDigit) == 0;
}

// Up to two at the end.
std::size_t padding_of(std::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return padding;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a final NUL
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::size_t> base64_size(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = padding_of(text);
  if (!are_digits(text.substr(0, text.size() - padding))) return std::nullopt;
  return text.size() / 4 * 3 - padding;
}

std::optional<std::string> base64_decode(std::string_view text) {
  const std::optional<std::size_t> size = base64_size(text);
  if (!size) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  char* to = bytes.data();
  for (std::size_t at = 0; at < text.size(); at += 4) {
    // What padding stands for is cut off below.
    const std::uint32_t third = value_of(text[at + 2]) & ~kNoDigit;
    const std::uint32_t fourth = value_of(text[at + 3]) & ~kNoDigit;
    const std::uint32_t bits =
        value_of(text[at]) << 18U | value_of(text[at + 1]) << 12U | third << 6U | fourth;
    *to++ = static_cast<char>(bits >> 16U);
    *to++ = static_cast<char>(bits >> 8U);
    *to++ = static_cast<char>(bits);
  }
  bytes.resize(*size);
  return bytes;
}

std::optional<std::string> base64_decode_start(std::string_view text, std::size_t most) {
  return base64_decode(text.substr(0, std::min(text.size(), most / 3 * 4)));
}

}  // namespace bedlam
