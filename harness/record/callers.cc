#include "harness/record/callers.h"

#include "harness/upstream/endpoint.h"

namespace bedlam::harness {
namespace {

bool is_every_address(const std::string& host) {
  return host == "0.0.0.0" || host == "::";
}

bool is_own(std::string_view url, const std::string& listens_on) {
  const auto named = parse_endpoint(url);
  return named.ok() && (named->is_loopback() || aws::equals_ignoring_case(named->host, listens_on));
}

}  // namespace

std::string refusal_of_caller(const aws::Headers& headers, const std::string& listens_on) {
  const auto origin = headers.find("origin");
  if (origin && !is_own(*origin, listens_on)) {
    return "calls of web pages of other machines are not sent on (Origin)";
  }
  const auto host = headers.find("host");
  if (host && !is_every_address(listens_on) &&
      !is_own("http://" + std::string(*host), listens_on)) {
    return "calls are sent on that name this machine or --host (Host)";
  }
  return "";
}

}  // namespace bedlam::harness
