#include "emulator/aws/sigv4.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace bedlam::aws {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kContentHash = "x-amz-content-sha256";
// Of presigned queries: everything but the signature itself is signed.
constexpr std::string_view kQuerySignature = "X-Amz-Signature";

bool unreserved(unsigned char c) {
  return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 3986, with upper-case digits.
std::string percent_encode(std::string_view text, std::string_view keep = {}) {
  constexpr std::string_view kUpperDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const unsigned char byte : text) {
    if (unreserved(byte) || keep.find(static_cast<char>(byte)) != std::string_view::npos) {
      encoded += static_cast<char>(byte);
    } else {
      encoded += {'%', kUpperDigits[byte >> 4U], kUpperDigits[byte & 15U]};
    }
  }
  return encoded;
}

// RFC 3986 section 5.2.4, and slashes in a row count as one.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!segment.empty() && segment != "." && segment != "..") kept.push_back(segment);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  std::string normal = "/";
  for (const std::string_view segment : kept) normal.append(segment) += '/';
  if (!kept.empty() && !path.ends_with('/')) normal.pop_back();
  return normal;
}

std::string_view query_of(const HttpRequest& request) {
  const std::size_t mark = request.target.find('?');
  return mark == std::string::npos ? std::string_view{}
                                   : std::string_view(request.target).substr(mark + 1);
}

// Without spaces at the ends, and with one for several in a row.
std::string trimmed(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (space && (text.empty() || text.back() == ' ')) continue;
    text += space ? ' ' : c;
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string canonical_headers(const Headers& headers, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    std::string values;
    bool first = true;
    for (const auto& [field, value] : headers) {
      if (!equals_ignoring_case(field, name)) continue;
      if (!std::exchange(first, false)) values += ',';
      values += trimmed(value);
    }
    text += name + ':' + values + '\n';
  }
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ";") + name;
  return text;
}

}  // namespace

std::string canonical_uri(std::string_view raw_path) {
  return percent_encode(without_dot_segments(raw_path), "/");
}

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view raw_query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!raw_query.empty()) {
    const std::size_t end = raw_query.find('&');
    const std::string_view pair = raw_query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      parameters.emplace_back(percent_decode(pair.substr(0, equals)),
                              percent_decode(pair.substr(std::min(equals + 1, pair.size()))));
    }
    if (end == std::string_view::npos) break;
    raw_query.remove_prefix(end + 1);
  }
  return parameters;
}

std::string canonical_query(std::string_view raw_query) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& [name, value] : query_parameters(raw_query)) {
    if (name == kQuerySignature) continue;
    encoded.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& [name, value] : encoded) {
    if (!text.empty()) text += '&';
    text += name + '=' + value;
  }
  return text;
}

std::string payload_hash(const HttpRequest& request) {
  const std::string_view stated = request.headers.get(kContentHash);
  const bool literal = stated == "UNSIGNED-PAYLOAD" || stated.starts_with("STREAMING-");
  return literal ? std::string(stated) : sha256_hex(request.body);
}

std::string canonical_request(const HttpRequest& request, const SigV4& sigv4) {
  return request.method + '\n' + canonical_uri(request.path()) + '\n' +
         canonical_query(query_of(request)) + '\n' +
         canonical_headers(request.headers, sigv4.signed_headers) + '\n' +
         joined(sigv4.signed_headers) + '\n' + payload_hash(request);
}

std::string string_to_sign(const SigV4& sigv4, std::string_view canonical_request) {
  return std::string(kSigV4Algorithm) + '\n' + sigv4.time + '\n' + scope_text(sigv4.scope) + '\n' +
         sha256_hex(canonical_request);
}

std::string signature(std::string_view secret, const SigV4& sigv4,
                      std::string_view string_to_sign) {
  std::string key = "AWS4" + std::string(secret);
  for (const std::string_view part :
       {std::string_view(sigv4.scope.date), std::string_view(sigv4.scope.region),
        std::string_view(sigv4.scope.service), std::string_view("aws4_request")}) {
    key = hmac_sha256(key, part);
  }
  return hex(hmac_sha256(key, string_to_sign));
}

std::string hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 15U];
  }
  return text;
}

std::string scope_text(const CredentialScope& scope) {
  return scope.date + '/' + scope.region + '/' + scope.service + "/aws4_request";
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string sha256_hex(std::string_view bytes) {
  return hex(sha256(bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace bedlam::aws
