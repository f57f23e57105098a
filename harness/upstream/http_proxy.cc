#include "harness/upstream/http_proxy.h"

#include <algorithm>
#include <cctype>

#include "emulator/aws/http_message.h"
#include "emulator/base/base64.h"
#include "harness/upstream/environment.h"

namespace bedlam::harness {
namespace {

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return capitals;
}

struct Variable {
  std::string name, value;
};

// The one in small letters counts before, also where it is set and empty: then there is none. A
// web server sets HTTP_PROXY from a request's header, so a CGI program does not look at it
// (CVE-2016-1000110).
Variable proxy_variable(const Environment& environment, const std::string& name) {
  if (auto value = environment.variable(name)) return {name, *std::move(value)};
  const std::string capitals = in_capitals(name);
  const bool forged = name == "http_proxy" && environment.variable("REQUEST_METHOD").has_value();
  return {capitals, forged ? "" : environment.text(capitals)};
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// proxy_bypass_environment(): names of hosts, with all below them, with a port or without.
bool bypasses(std::string_view no_proxy, const Endpoint& endpoint) {
  if (no_proxy == "*") return true;
  const std::string host = endpoint.authority();
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.back() != ']';
  const std::string alone = host.substr(0, has_port ? colon : host.size());
  while (!no_proxy.empty()) {
    const std::size_t comma = std::min(no_proxy.find(','), no_proxy.size());
    std::string_view entry = without_blanks(no_proxy.substr(0, comma));
    no_proxy.remove_prefix(std::min(comma + 1, no_proxy.size()));
    if (entry.empty()) continue;
    entry.remove_prefix(std::min(entry.find_first_not_of('.'), entry.size()));
    const std::string name = in_small_letters(entry);
    for (const std::string& asked : {alone, host}) {
      if (asked == name || asked.ends_with("." + name)) return true;
    }
  }
  return false;
}

// Nobody else's proxy can reach them. AWS's metadata services: of instances 169.254.169.254 and
// fd00:ec2::254, of containers 169.254.170.2, 169.254.170.23 and fd00:ec2::23.
bool is_of_this_machine(const Endpoint& endpoint) {
  return endpoint.is_loopback() || endpoint.host.starts_with("169.254.") ||
         endpoint.host.starts_with("fd00:ec2::");
}

// "http://user:password@host:8080"; nullopt where it is no URL of such a proxy.
std::optional<HttpProxy> parse_proxy(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    if (in_small_letters(url.substr(0, scheme)) != "http") return std::nullopt;
    url.remove_prefix(scheme + 3);
  } else if (url.starts_with("//")) {
    url.remove_prefix(2);
  }
  const std::string_view authority = url.substr(0, url.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  const std::string_view host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  const auto endpoint = parse_endpoint("http://" + std::string(host));
  if (!endpoint) return std::nullopt;
  HttpProxy proxy{endpoint->host, endpoint->port, ""};
  if (at == std::string_view::npos) return proxy;
  const std::string_view user_info = authority.substr(0, at);
  const std::size_t colon = std::min(user_info.find(':'), user_info.size());
  const std::string user = aws::percent_decode(user_info.substr(0, colon));
  const std::string password =
      aws::percent_decode(user_info.substr(std::min(colon + 1, user_info.size())));
  // As botocore: one of the two alone is no credential.
  if (!user.empty() && !password.empty()) {
    proxy.authorization = "Basic " + base64_encode(user + ":" + password);
  }
  return proxy;
}

}  // namespace

std::string HttpProxy::name() const {
  const bool address = host.find(':') != std::string::npos;
  return (address ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<std::optional<HttpProxy>, std::string> proxy_for(const Environment& environment,
                                                        const Endpoint& endpoint) {
  if (is_of_this_machine(endpoint)) return std::optional<HttpProxy>();
  const Variable variable =
      proxy_variable(environment, endpoint.tls ? "https_proxy" : "http_proxy");
  if (variable.value.empty()) return std::optional<HttpProxy>();
  if (bypasses(proxy_variable(environment, "no_proxy").value, endpoint)) {
    return std::optional<HttpProxy>();
  }
  auto proxy = parse_proxy(variable.value);
  if (!proxy) {
    return variable.name +
           ": it names no proxy that is spoken to over http; write it as "
           "http://host:8080 or http://user:password@host:8080, or put the endpoint's host into "
           "NO_PROXY";
  }
  return proxy;
}

}  // namespace bedlam::harness
