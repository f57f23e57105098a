#include "emulator/states/language/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace bedlam::states {
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

}  // namespace

std::optional<std::string> hexadecimal_digest(std::string_view algorithm, std::string_view data) {
  const auto* known =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                   [&](const Algorithm& candidate) { return candidate.name == algorithm; });
  if (known == kAlgorithms.end()) return std::nullopt;
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  EVP_Digest(data.data(), data.size(), bytes.data(), &length, known->digest(), nullptr);
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace bedlam::states
