#include "harness/upstream/providers/sso_token.h"

#include <openssl/evp.h>

#include <array>

#include "emulator/base/json.h"
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {
namespace {

constexpr Duration kTokenTimeout = std::chrono::seconds(60);
constexpr std::chrono::minutes kRenewBefore(15);  // SSOTokenProvider._REFRESH_WINDOW
// A token that is said to be good for longer is none. Ours.
constexpr std::int64_t kLongestTokenSeconds = 366L * 24 * 60 * 60;

std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4U];
    hex += "0123456789abcdef"[digest[i] & 15U];
  }
  return hex;
}

struct CachedToken {
  std::string path;
  Json json;
  std::chrono::sys_seconds until;

  std::string text(const char* name) const {
    const Json* member = find(json, name);
    return member != nullptr && member->is_string() ? member->get<std::string>() : "";
  }
};

Result<CachedToken, CredentialError> cached_token(const Search& search, const Settings& settings) {
  const std::string session = setting(settings, "sso_session");
  const std::string key = session.empty() ? setting(settings, "sso_start_url") : session;
  CachedToken token;
  token.path = search.environment.expanded("~/.aws/sso/cache/" + sha1_hex(key) + ".json");
  const auto json = parse_json(search.environment.file(token.path).value_or(""));
  if (json.ok()) token.json = *json;
  if (token.text("accessToken").empty() || token.text("expiresAt").empty()) {
    return CredentialError{"SSO: there is no token at " + token.path + sso_way_out(search)};
  }
  // One that cannot be read is over.
  token.until = parse_expiration(token.text("expiresAt")).value_or(std::chrono::sys_seconds{});
  return token;
}

std::chrono::sys_seconds seconds_now(const Search& search) {
  return std::chrono::floor<std::chrono::seconds>(search.environment.now());
}

bool can_be_renewed(const CachedToken& token, const Search& search) {
  for (const char* name : {"refreshToken", "clientId", "clientSecret"}) {
    if (token.text(name).empty()) return false;
  }
  const auto registered = parse_expiration(token.text("registrationExpiresAt"));
  return registered && *registered > seconds_now(search);
}

// The token that an answer of CreateToken gives; the cache has no other members.
std::optional<CachedToken> token_of_answer(const CachedToken& before, const std::string& body,
                                           const Search& search, const Settings& settings) {
  const auto answer = parse_json(body);
  const Json* text = answer ? find(*answer, "accessToken") : nullptr;
  const Json* lives = answer ? find(*answer, "expiresIn") : nullptr;
  if (text == nullptr || !text->is_string() || lives == nullptr || !lives->is_number_integer()) {
    return std::nullopt;
  }
  const auto lives_s = lives->get<std::int64_t>();
  if (lives_s <= 0 || lives_s > kLongestTokenSeconds) return std::nullopt;
  CachedToken token;
  token.path = before.path;
  token.until = seconds_now(search) + std::chrono::seconds(lives_s);
  std::string until = to_iso8601(WallTime(token.until));
  until.replace(until.find('.'), std::string::npos, "Z");
  token.json = {{"startUrl", setting(settings, "sso_start_url")},
                {"region", setting(settings, "sso_region")},
                {"accessToken", *text},
                {"expiresAt", until},
                {"clientId", before.text("clientId")},
                {"clientSecret", before.text("clientSecret")},
                {"registrationExpiresAt", before.text("registrationExpiresAt")}};
  const Json* refresh = find(*answer, "refreshToken");
  if (refresh != nullptr && refresh->is_string()) token.json["refreshToken"] = *refresh;
  return token;
}

Result<CachedToken, CredentialError> renewed(const CachedToken& token, const Search& search,
                                             const Settings& settings) {
  const auto endpoint = endpoint_of(search, "sso_oidc", "oidc", setting(settings, "sso_region"));
  if (!endpoint) return endpoint.error();
  const aws::HttpRequest request{
      "POST",
      target_at(*endpoint, "/token"),
      {{"Host", endpoint->authority()}, {"Content-Type", "application/json"}},
      to_text(Json{{"grantType", "refresh_token"},
                   {"clientId", token.text("clientId")},
                   {"clientSecret", token.text("clientSecret")},
                   {"refreshToken", token.text("refreshToken")}})};
  const auto answer = search.environment.ask(*endpoint, request, kTokenTimeout);
  if (!answer) return CredentialError{answer.error()};
  if (answer->status != 200) {
    return CredentialError{"CreateToken was answered with status " +
                           std::to_string(answer->status)};
  }
  auto fresh = token_of_answer(token, answer->body, search, settings);
  if (!fresh) return CredentialError{"there is no token in CreateToken's answer"};
  if (!search.environment.write_private(fresh->path, to_text(fresh->json))) {
    return CredentialError{"the new one cannot be written to " + fresh->path};
  }
  return *std::move(fresh);
}

}  // namespace

std::string sso_way_out(const Search& search) {
  return "; run `aws sso login --profile " + search.profile +
         "`, or set what `aws configure export-credentials --profile " + search.profile +
         " --format env` prints";
}

Result<std::string, CredentialError> sso_access_token(const Search& search,
                                                      const Settings& settings) {
  auto token = cached_token(search, settings);
  if (!token) return token.error();
  const auto now = seconds_now(search);
  std::string trouble;
  const bool of_session = !setting(settings, "sso_session").empty();
  if (of_session && token->until - now < kRenewBefore && can_be_renewed(*token, search)) {
    const auto fresh = renewed(*token, search, settings);
    if (fresh.ok()) return fresh->text("accessToken");
    trouble = ", and renewing it failed: " + fresh.error().message;
  }
  if (token->until <= now) {
    return CredentialError{"SSO: the token at " + token->path + " has run out" + trouble +
                           sso_way_out(search)};
  }
  return token->text("accessToken");
}

}  // namespace bedlam::harness
