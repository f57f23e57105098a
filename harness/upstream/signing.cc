#include "harness/upstream/signing.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "emulator/aws/sigv4.h"

namespace bedlam::harness {
namespace {

constexpr std::array<std::string_view, 18> kUnsignedHeaders{"accept",
                                                            "accept-encoding",
                                                            "authorization",
                                                            "cache-control",
                                                            "connection",
                                                            "content-length",
                                                            "expect",
                                                            "from",
                                                            "keep-alive",
                                                            "max-forwards",
                                                            "pragma",
                                                            "referer",
                                                            "te",
                                                            "trailer",
                                                            "transfer-encoding",
                                                            "upgrade",
                                                            "user-agent",
                                                            "x-amzn-trace-id"};

// What a client says of itself to whom it believes to talk to.
constexpr std::array<std::string_view, 6> kCredentialHeaders{
    "authorization",        "proxy-authorization", "x-amz-date",
    "x-amz-security-token", "x-api-key",           "cookie"};

std::string lower_case_name(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "2024-10-04T09:00:00.123Z" → "20241004T090000Z".
std::string amz_date(WallTime time) {
  std::string text = to_iso8601(time);
  text.resize(text.find('.'));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::vector<std::string> headers_to_sign(const aws::Headers& headers) {
  std::set<std::string> names;
  for (const auto& [name, value] : headers) {
    std::string lower = lower_case_name(name);
    if (!is_one_of(kUnsignedHeaders, lower)) names.insert(std::move(lower));
  }
  return {names.begin(), names.end()};
}

void sign_with_key(aws::HttpRequest& request, const aws::AccessKey& key, const SigningScope& scope,
                   WallTime now) {
  aws::SigV4 sigv4;
  sigv4.time = amz_date(now);
  sigv4.scope = {key.id, sigv4.time.substr(0, 8), scope.region, scope.service};
  request.headers.add("X-Amz-Date", sigv4.time);
  if (!key.session_token.empty()) request.headers.add("X-Amz-Security-Token", key.session_token);
  sigv4.signed_headers = headers_to_sign(request.headers);
  std::string names;
  for (const std::string& name : sigv4.signed_headers) names += (names.empty() ? "" : ";") + name;
  const std::string signature = aws::signature(
      key.secret, sigv4, aws::string_to_sign(sigv4, aws::canonical_request(request, sigv4)));
  request.headers.add("Authorization", std::string(aws::kSigV4Algorithm) + " Credential=" + key.id +
                                           "/" + sigv4.scope.date + "/" + scope.region + "/" +
                                           scope.service + "/aws4_request, SignedHeaders=" + names +
                                           ", Signature=" + signature);
}

// The path and what of its query is no signature.
std::string unsigned_target(const std::string& target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return target;
  std::string kept = target.substr(0, mark);
  char separator = '?';
  std::string_view query = std::string_view(target).substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    if (!pair.empty() && !lower_case_name(pair).starts_with("x-amz-")) {
      kept += separator + std::string(pair);
      separator = '&';
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return kept;
}

}  // namespace

aws::HttpRequest without_credentials(const aws::HttpRequest& request) {
  aws::HttpRequest plain{request.method, unsigned_target(request.target), {}, request.body};
  for (const auto& [name, value] : request.headers) {
    if (!is_one_of(kCredentialHeaders, lower_case_name(name))) plain.headers.add(name, value);
  }
  return plain;
}

void sign(aws::HttpRequest& request, const Identity& identity, const SigningScope& scope,
          WallTime now) {
  request = without_credentials(request);
  if (const auto* key = std::get_if<aws::AccessKey>(&identity)) {
    sign_with_key(request, *key, scope, now);
  } else {
    request.headers.add("Authorization", "Bearer " + std::get<aws::BearerToken>(identity).token);
  }
}

}  // namespace bedlam::harness
