#include "emulator/s3/wire.h"

#include <cctype>
#include <charconv>

namespace bedlam::s3 {
namespace {

std::string decoded(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '+') c = ' ';
  }
  return aws::percent_decode(spaced);
}

// The line at the front, taken off with its CR LF; nullopt where none ends.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

void read_trailer(std::string_view rest, aws::Headers& trailer) {
  while (const auto line = take_line(rest)) {
    const std::size_t colon = line->find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line->substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    trailer.add(std::string(line->substr(0, colon)), std::string(value));
  }
}

}  // namespace

std::string url_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-_.*/";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x80 && std::isalnum(byte) != 0) || kPlain.find(c) != std::string_view::npos) {
      encoded += c;
    } else if (c == ' ') {
      encoded += '+';
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4U];
      encoded += kDigits[byte & 15U];
    }
  }
  return encoded;
}

aws::Headers query_parameters(std::string_view target) {
  aws::Headers parameters;
  const std::size_t mark = target.find('?');
  std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    parameters.add(decoded(pair.substr(0, equals)), decoded(value));
  }
  return parameters;
}

std::optional<Unchunked> decode_aws_chunked(std::string_view body) {
  Unchunked result;
  while (const auto line = take_line(body)) {
    const std::string_view digits = line->substr(0, line->find(';'));
    constexpr int kHexadecimal = 16;
    std::size_t size = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), size, kHexadecimal);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (size == 0) {
      read_trailer(body, result.trailer);
      return result;
    }
    if (body.size() < 2 || size > body.size() - 2) return std::nullopt;
    if (body.substr(size, 2) != "\r\n") return std::nullopt;
    result.body += body.substr(0, size);
    body.remove_prefix(size + 2);
  }
  return std::nullopt;
}

}  // namespace bedlam::s3
