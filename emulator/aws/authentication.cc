#include "emulator/aws/authentication.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <map>

#include "emulator/aws/front_door_errors.h"
#include "emulator/aws/sigv4.h"
#include "emulator/base/base64.h"
#include "emulator/base/result.h"

namespace bedlam::aws {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kBedrock = "bedrock";
constexpr std::string_view kSecurityToken = "x-amz-security-token";
constexpr std::string_view kRedacted = "redacted";
// Short-term API keys: a presigned call in base64 (aws/aws-bedrock-token-generator-python). Long
// ones begin with "ABSK".
constexpr std::string_view kApiKeyPrefix = "bedrock-api-key-";
constexpr std::string_view kApiKeyVersion = "&Version=1";  // comes after signing
constexpr std::string_view kSignedEvents = "STREAMING-AWS4-HMAC-SHA256-EVENTS";
// Bedrock user guide, api-keys.
constexpr std::chrono::hours kMaxApiKeyLife{12};
// S3 API reference, sigv4-query-string-auth: X-Amz-Expires is from 1 to 604800.
constexpr std::chrono::seconds kMaxPresigned = std::chrono::days(7);

AuthenticationFailure plain(Error error) {
  return {std::move(error), ""};
}

std::string_view query_text(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const std::size_t end = list.find(';');
    names.emplace_back(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return names;
}

Result<CredentialScope, Error> parse_scope(const std::string& credential) {
  std::vector<std::string> parts;
  std::string_view rest = credential;
  for (;;) {
    const std::size_t slash = rest.find('/');
    parts.emplace_back(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (parts.size() != 5) return front_door::malformed_credential(credential);
  if (parts[4] != "aws4_request") return front_door::wrong_terminator(parts[4]);
  return CredentialScope{parts[0], parts[1], parts[2], parts[3]};
}

// `X-Amz-Date` in basic form, else `Date` in either; as basic form.
Result<std::string, Error> time_of(const Headers& headers) {
  if (const auto date = headers.find("x-amz-date")) {
    if (!parse_utc(*date)) return front_door::malformed_date(*date);
    return std::string(*date);
  }
  const auto date = headers.find("date");
  if (!date) return std::string();
  if (parse_utc(*date)) return std::string(*date);
  std::tm parts{};
  const std::string text(*date);
  const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return front_door::malformed_date(*date);
  return front_door::basic_time(std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts))));
}

// The `name=value` parts behind the algorithm; nullopt where one has no `=`.
std::optional<std::map<std::string, std::string>> parameters_of(std::string_view authorization) {
  std::map<std::string, std::string> parameters;
  std::string_view rest =
      authorization.substr(std::min(authorization.find(' '), authorization.size()));
  for (;;) {
    const std::size_t start = rest.find_first_not_of(", ");
    if (start == std::string_view::npos) return parameters;
    rest.remove_prefix(start);
    const std::string_view part = rest.substr(0, rest.find_first_of(", "));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    parameters.emplace(part.substr(0, equals), part.substr(equals + 1));
    rest.remove_prefix(part.size());
  }
}

Result<SigV4, Error> read_authorization(const HttpRequest& request,
                                        std::string_view authorization) {
  if (!authorization.starts_with(kSigV4Algorithm)) {
    return front_door::no_key_value_pairs(authorization);
  }
  const auto parameters = parameters_of(authorization);
  if (!parameters) return front_door::no_key_value_pairs(authorization);
  auto time = time_of(request.headers);
  if (!time) return time.error();
  std::vector<std::string_view> lacking;
  for (const char* name : {"Credential", "Signature", "SignedHeaders"}) {
    const auto found = parameters->find(name);
    if (found == parameters->end() || found->second.empty()) lacking.emplace_back(name);
  }
  if (!lacking.empty() || time->empty()) {
    return front_door::lacking_parameters(lacking, time->empty(), authorization);
  }
  auto scope = parse_scope(parameters->at("Credential"));
  if (!scope) return scope.error();
  SigV4 sigv4{*scope, split_list(parameters->at("SignedHeaders")),      parameters->at("Signature"),
              *time,  std::string(request.headers.get(kSecurityToken)), false};
  return sigv4;
}

struct Presigned {
  SigV4 sigv4;
  std::chrono::seconds life{};
};

// How long a presigned request is good for; without a word, as long as another signature.
Result<std::chrono::seconds, Error> read_life(const std::string& expires,
                                              std::chrono::seconds most) {
  if (expires.empty()) return std::chrono::seconds(front_door::kMaxSkew);
  std::int64_t count = 0;
  const char* end = expires.data() + expires.size();
  const auto parsed = std::from_chars(expires.data(), end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end) return front_door::expires_is_no_number();
  const std::chrono::seconds life(count);
  if (life < std::chrono::seconds(1)) return front_door::expires_too_small(life);
  if (life > most) return front_door::expires_too_large(most);
  return life;
}

Result<Presigned, Error> read_query(std::string_view query, std::chrono::seconds max_life) {
  std::map<std::string, std::string> parameters;
  for (auto& [name, value] : query_parameters(query)) parameters.emplace(name, value);
  std::vector<std::string_view> lacking;
  for (const char* name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                           "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (parameters[name].empty()) lacking.emplace_back(name);
  }
  if (!lacking.empty()) return front_door::lacking_query_parameters(lacking);
  const std::string& date = parameters["X-Amz-Date"];
  if (!parse_utc(date)) return front_door::malformed_date(date);
  auto scope = parse_scope(parameters["X-Amz-Credential"]);
  if (!scope) return scope.error();
  const auto life = read_life(parameters["X-Amz-Expires"], max_life);
  if (!life) return life.error();
  return Presigned{{*scope, split_list(parameters["X-Amz-SignedHeaders"]),
                    parameters["X-Amz-Signature"], date, parameters["X-Amz-Security-Token"], true},
                   *life};
}

// What can be said of a signature without knowing the key.
std::optional<Error> check_form(const SigV4& sigv4, std::chrono::seconds life,
                                const Occasion& occasion) {
  if (sigv4.scope.service != occasion.signing_name) {
    return front_door::wrong_service(occasion.signing_name);
  }
  if (!sigv4.time.starts_with(sigv4.scope.date + "T")) {
    return front_door::wrong_scope_date(sigv4.scope.date, sigv4.time);
  }
  const bool signs_host = std::any_of(
      sigv4.signed_headers.begin(), sigv4.signed_headers.end(), [](const std::string& name) {
        return equals_ignoring_case(name, "host") || name == ":authority";
      });
  if (!signs_host) return front_door::host_not_signed();
  if (!occasion.compare_times) return std::nullopt;
  const std::chrono::sys_seconds signed_at = parse_utc(sigv4.time).value_or(occasion.now);
  if (signed_at > occasion.now + front_door::kMaxSkew) {
    return front_door::signed_in_the_future(signed_at, occasion.now);
  }
  if (signed_at < occasion.now - life) {
    return front_door::signed_too_early(signed_at, occasion.now, life);
  }
  return std::nullopt;
}

// Headers whose values tell no secret. A client may sign any other: a cookie, a key of its own.
bool is_harmless(std::string_view name) {
  constexpr std::array<std::string_view, 10> kHarmless = {"host",
                                                          ":authority",
                                                          "content-type",
                                                          "content-length",
                                                          "content-md5",
                                                          "x-amz-content-sha256",
                                                          "x-amz-date",
                                                          "x-amz-target",
                                                          "amz-sdk-request",
                                                          "amz-sdk-invocation-id"};
  return std::any_of(kHarmless.begin(), kHarmless.end(), [name](std::string_view harmless) {
    return equals_ignoring_case(name, harmless);
  });
}

// The canonical request as it may be shown.
std::string shown_canonical(const HttpRequest& request, const SigV4& sigv4) {
  HttpRequest shown;
  shown.method = request.method;
  shown.target = redacted_target(request.target);
  shown.body = request.body;
  for (const auto& [name, value] : request.headers) {
    shown.headers.add(name, is_harmless(name) ? value : std::string(kRedacted));
  }
  return canonical_request(shown, sigv4);
}

std::string explain(const HttpRequest& request, const SigV4& sigv4) {
  std::string text = "the canonical request here was\n" + shown_canonical(request, sigv4);
  const std::string_view stated = request.headers.get("x-amz-content-sha256");
  if (!stated.empty() && stated != payload_hash(request)) {
    text += "\nand x-amz-content-sha256 is not the hash of the body";
  }
  return text;
}

std::optional<AuthenticationFailure> check_signature(const HttpRequest& request, const SigV4& sigv4,
                                                     const Credentials& credentials,
                                                     const Occasion& occasion) {
  const AccessKey* key = credentials.find(sigv4.scope.access_key);
  if (key == nullptr) {
    return AuthenticationFailure{front_door::unrecognized_client(),
                                 "there is no access key " + sigv4.scope.access_key};
  }
  if (!equal_secrets(key->session_token, sigv4.security_token)) {
    return AuthenticationFailure{front_door::unrecognized_client(),
                                 key->session_token.empty()
                                     ? "this access key has no session token"
                                     : "the session token is not this access key's"};
  }
  if (key->expires && occasion.now >= *key->expires) return plain(front_door::expired_token());
  const std::string to_sign = string_to_sign(sigv4, canonical_request(request, sigv4));
  if (equal_secrets(signature(key->secret, sigv4, to_sign), sigv4.signature)) return std::nullopt;
  return AuthenticationFailure{front_door::signature_mismatch(), explain(request, sigv4)};
}

std::optional<AuthenticationFailure> check_presigned(const HttpRequest& request,
                                                     const Credentials& credentials,
                                                     const Occasion& occasion,
                                                     std::chrono::seconds max_life) {
  const auto presigned = read_query(query_text(request.target), max_life);
  if (!presigned) return plain(presigned.error());
  if (auto error = check_form(presigned->sigv4, presigned->life, occasion)) return plain(*error);
  return check_signature(request, presigned->sigv4, credentials, occasion);
}

// The call that a short-term API key stands for; nullopt where it is none.
std::optional<HttpRequest> call_in(std::string_view api_key) {
  const auto url = base64_decode(api_key.substr(kApiKeyPrefix.size()));
  if (!url || !url->ends_with(kApiKeyVersion)) return std::nullopt;
  const std::size_t path = url->find('/');
  if (path == std::string::npos) return std::nullopt;
  HttpRequest call;
  call.method = "POST";
  call.target = url->substr(path, url->size() - path - kApiKeyVersion.size());
  call.headers.add("host", url->substr(0, path));
  const auto parameters = query_parameters(query_text(call.target));
  const bool calls = std::find(parameters.begin(), parameters.end(),
                               std::pair<std::string, std::string>(
                                   "Action", "CallWithBearerToken")) != parameters.end();
  if (!calls) return std::nullopt;
  return call;
}

std::optional<AuthenticationFailure> check_bearer(std::string_view token,
                                                  const Credentials& credentials,
                                                  const Occasion& occasion) {
  for (const BearerToken& known : credentials.bearer_tokens) {
    if (!equal_secrets(known.token, token)) continue;
    if (known.expires && occasion.now >= *known.expires)
      return plain(front_door::expired_api_key());
    return std::nullopt;
  }
  if (!token.starts_with(kApiKeyPrefix)) {
    return plain(token.starts_with("ABSK") ? front_door::invalid_api_key()
                                           : front_door::malformed_api_key());
  }
  const auto call = call_in(token);
  if (!call) return plain(front_door::invalid_api_key());
  const auto refusal = check_presigned(*call, credentials, occasion, kMaxApiKeyLife);
  if (!refusal) return std::nullopt;
  const bool over = refusal->error.code == "ExpiredTokenException" ||
                    refusal->error.message.starts_with("Signature expired");
  return AuthenticationFailure{over ? front_door::expired_api_key() : front_door::invalid_api_key(),
                               refusal->error.message};
}

}  // namespace

std::optional<AuthenticationFailure> authenticate(const HttpRequest& request,
                                                  const Credentials& credentials,
                                                  const Occasion& occasion) {
  const auto authorization = request.headers.find("authorization");
  if (!authorization || authorization->empty()) {
    const bool presigned = request.target.find("X-Amz-Signature=") != std::string::npos;
    if (!presigned) return plain(front_door::missing_token());
    return check_presigned(request, credentials, occasion, kMaxPresigned);
  }
  const std::string_view scheme = authorization->substr(0, kBearer.size());
  if (occasion.signing_name == kBedrock && equals_ignoring_case(scheme, kBearer)) {
    const std::string_view token = authorization->substr(kBearer.size());
    return check_bearer(token, credentials, occasion);
  }
  const auto sigv4 = read_authorization(request, *authorization);
  if (!sigv4) return plain(sigv4.error());
  if (auto error = check_form(*sigv4, front_door::kMaxSkew, occasion)) return plain(*error);
  return check_signature(request, *sigv4, credentials, occasion);
}

std::optional<EventChain::Seed> event_seed(const HttpRequest& request,
                                           const Credentials& credentials) {
  if (request.headers.get("x-amz-content-sha256") != kSignedEvents) return std::nullopt;
  std::optional<SigV4> sigv4;
  if (const auto authorization = request.headers.find("authorization")) {
    if (auto read = read_authorization(request, *authorization)) sigv4 = *std::move(read);
  } else if (auto read = read_query(query_text(request.target), kMaxPresigned)) {
    sigv4 = std::move(read->sigv4);
  }
  const AccessKey* key = sigv4 ? credentials.find(sigv4->scope.access_key) : nullptr;
  if (key == nullptr) return std::nullopt;
  return EventChain::Seed{key->secret, std::move(sigv4->scope), std::move(sigv4->signature)};
}

std::string redacted_target(std::string_view target) {
  std::string text(target);
  for (const std::string_view name : {"X-Amz-Signature=", "X-Amz-Security-Token="}) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      const std::size_t value = at + name.size();
      const std::size_t end = std::min(text.find('&', value), text.size());
      text.replace(value, end - value, kRedacted);
    }
  }
  return text;
}

}  // namespace bedlam::aws
