#include "harness/upstream/endpoint.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace bedlam::harness {
namespace {

constexpr std::string_view kHowToWriteUrls = "write it as https://host or http://127.0.0.1:4566";
constexpr std::uint16_t kHttpPort = 80, kHttpsPort = 443;

std::string lower_case_of(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

bool visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// "host", "host:80" and "[::1]:80" into `endpoint`; what is wrong, or "".
std::string read_authority(std::string_view text, Endpoint& endpoint) {
  std::string_view host = text, port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return "an IPv6 address ends with ]";
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    has_port = !port.empty();
    if (has_port && port.front() != ':') return "behind ] there is a port or nothing";
    if (has_port) port.remove_prefix(1);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  if (host.empty()) return "it names no host";
  endpoint.host = lower_case_of(host);
  if (!has_port) return "";
  const auto number = port_of(port);
  if (!number) return "its port is no number from 1 to 65535";
  endpoint.port = *number;
  return "";
}

}  // namespace

std::string Endpoint::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? kHttpsPort : kHttpPort)) text += ":" + std::to_string(port);
  return text;
}

std::string Endpoint::url() const {
  return (tls ? "https://" : "http://") + authority() + prefix;
}

bool Endpoint::is_loopback() const {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::string Endpoint::region() const {
  std::string_view name = host;
  for (const std::string_view suffix : {".amazonaws.com.cn", ".amazonaws.com", ".api.aws"}) {
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    // "…vpce.amazonaws.com" of an interface endpoint has its Region before that.
    if (name.ends_with(".vpce")) name.remove_suffix(std::string_view(".vpce").size());
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? "" : std::string(name.substr(dot + 1));
  }
  return "";
}

Result<Endpoint, std::string> parse_endpoint(std::string_view url) {
  const auto mistake = [](const std::string& what) {
    return "the endpoint's URL is mistaken: " + what + "; " + std::string(kHowToWriteUrls);
  };
  Endpoint endpoint;
  std::string_view rest = url;
  const std::string scheme = lower_case_of(rest.substr(0, rest.find("://")));
  if (scheme != "http" && scheme != "https") return mistake("it begins with http:// or https://");
  endpoint.tls = scheme == "https";
  endpoint.port = endpoint.tls ? kHttpsPort : kHttpPort;
  rest.remove_prefix(scheme.size() + 3);
  if (!visible_ascii(rest)) return mistake("it has a character that no URL has");
  if (rest.find_first_of("?#") != std::string_view::npos) return mistake("it has a query");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  if (authority.find('@') != std::string_view::npos) {
    return mistake("it has a user name, and requests are signed instead");
  }
  const std::string wrong = read_authority(authority, endpoint);
  if (!wrong.empty()) return mistake(wrong);
  endpoint.prefix = rest.substr(slash);
  while (endpoint.prefix.ends_with('/')) endpoint.prefix.pop_back();
  return endpoint;
}

Endpoint aws_endpoint(std::string_view service, std::string_view region) {
  const std::string_view suffix =
      region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  return {true, std::string(service) + "." + std::string(region) + std::string(suffix), kHttpsPort,
          ""};
}

}  // namespace bedlam::harness
