#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "emulator/base/base64.h"
#include "emulator/states/language/intrinsic/functions.h"

namespace bedlam::states::intrinsic {
namespace {

struct Algorithm {
  std::string_view name;
  const EVP_MD* (*digest)();
};

constexpr std::array kAlgorithms{
    Algorithm{"MD5", EVP_md5},        Algorithm{"SHA-1", EVP_sha1},
    Algorithm{"SHA-256", EVP_sha256}, Algorithm{"SHA-384", EVP_sha384},
    Algorithm{"SHA-512", EVP_sha512},
};

std::string hexadecimal_digest(const EVP_MD* digest, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  EVP_Digest(data.data(), data.size(), bytes.data(), &length, digest, nullptr);
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 15U];
  }
  return text;
}

bool too_long(std::string_view text) {
  const auto continues = [](char c) { return (c & 0xC0) == 0x80; };
  const auto continuations = std::count_if(text.begin(), text.end(), continues);
  return text.size() - static_cast<std::size_t>(continuations) > kMaxEncodedCharacters;
}

Misuse refused_length() {
  return {"the string has more than " + std::to_string(kMaxEncodedCharacters) + " characters"};
}

}  // namespace

Result<Json, Misuse> base64_encode_text(const Arguments& arguments, Random&) {
  if (!arguments[0].is_string()) return Misuse{"the argument must be a string"};
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (too_long(text)) return refused_length();
  return Json(base64_encode(text));
}

Result<Json, Misuse> base64_decode_text(const Arguments& arguments, Random&) {
  if (!arguments[0].is_string()) return Misuse{"the argument must be a string"};
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (too_long(text)) return refused_length();
  auto bytes = base64_decode(text);
  if (!bytes) return Misuse{"the string is not Base64"};
  return Json(*std::move(bytes));
}

// Anything but a string is hashed as its JSON text.
Result<Json, Misuse> hash(const Arguments& arguments, Random&) {
  const std::string data =
      arguments[0].is_string() ? arguments[0].get<std::string>() : to_text(arguments[0]);
  if (too_long(data)) return refused_length();
  const std::string name = arguments[1].is_string() ? arguments[1].get<std::string>() : "";
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.name == name) return Json(hexadecimal_digest(algorithm.digest(), data));
  }
  return Misuse{"the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512"};
}

}  // namespace bedlam::states::intrinsic
