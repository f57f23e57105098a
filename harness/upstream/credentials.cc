#include "harness/upstream/credentials.h"

#include <algorithm>

namespace bedlam::harness {
namespace {

// botocore begins to look for new ones 15 minutes before the old ones run out
// (_DEFAULT_ADVISORY_REFRESH_TIMEOUT); until then it keeps those it has where that fails.
constexpr Duration kRefreshBefore = std::chrono::minutes(15);
constexpr Duration kLookAgainAfter = std::chrono::minutes(1);

// In whole seconds: dates of the year 9999 are none in nanoseconds.
std::chrono::sys_seconds in_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

std::optional<std::chrono::sys_seconds> expiry_of(const Identity& identity) {
  return std::visit([](const auto& any) { return any.expires; }, identity);
}

CredentialError nothing_found(const Profiles& profiles) {
  return {
      "no AWS credentials found: not in the environment, " + profiles.credentials_path + " and " +
          profiles.config_path + " (profile '" + profiles.chosen +
          "'), of a container or of an instance; `aws configure export-credentials --format env` "
          "prints those that the AWS CLI has",
      true};
}

void add_secrets(const Identity& identity, std::vector<std::string>& secrets) {
  if (const auto* key = std::get_if<aws::AccessKey>(&identity)) {
    secrets.insert(secrets.end(), {key->id, key->secret, key->session_token});
  } else {
    secrets.push_back(std::get<aws::BearerToken>(identity).token);
  }
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_expiration(std::string_view text) {
  constexpr std::size_t kSecondsEnd = 19;  // "2026-11-22T18:00:00"
  if (text.size() <= kSecondsEnd) return aws::parse_utc(text);
  const auto utc = aws::parse_utc(std::string(text.substr(0, kSecondsEnd)) + "Z");
  std::string_view zone = text.substr(kSecondsEnd);
  if (zone.starts_with('.')) {
    zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  }
  if (!utc || zone == "Z" || zone == "UTC") return utc;
  if (zone.empty() || (zone.front() != '+' && zone.front() != '-')) return std::nullopt;
  const auto offset = aws::parse_utc("1970-01-01T" + std::string(zone.substr(1)) + ":00Z");
  if (!offset) return std::nullopt;
  const auto ahead = offset->time_since_epoch();
  return zone.front() == '+' ? *utc - ahead : *utc + ahead;
}

Result<aws::AccessKey, CredentialError> key_of_json(const Json& json, const KeyNames& names,
                                                    std::string_view who) {
  aws::AccessKey key{text_member(json, names.id), text_member(json, names.secret),
                     text_member(json, names.token), std::nullopt};
  for (const auto& [value, name] :
       {std::pair(&key.id, names.id), std::pair(&key.secret, names.secret)}) {
    if (value->empty()) {
      return CredentialError{std::string(who) + ": there is no " + name + " in the answer"};
    }
  }
  const std::string expiration = text_member(json, names.expiration);
  key.expires = parse_expiration(expiration);
  if (!expiration.empty() && !key.expires) {
    return CredentialError{std::string(who) + ": its expiration is no time"};
  }
  return key;
}

std::string find_region(const Environment& environment, const Profiles& profiles,
                        const std::string& asked_for) {
  if (!asked_for.empty()) return asked_for;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const std::string region = environment.text(name);
    if (!region.empty()) return region;
  }
  const Settings settings = profiles.merged(profiles.chosen);
  const auto region = settings.find("region");
  return region == settings.end() ? "" : region->second;
}

Signer::Signer(const Environment& environment, const std::string& profile,
               const std::string& region)
    : environment_(environment),
      profiles_(read_profiles(environment, profile)),
      region_(find_region(environment, profiles_, region)),
      profile_asked_for_(!profile.empty()) {}

Signer::Signer(const Environment& environment, Identity identity, const std::string& region)
    : environment_(environment), region_(region), identity_(std::move(identity)), source_("given") {
  keep_secrets();
}

std::string Signer::source() const {
  const std::lock_guard lock(mutex_);
  return source_;
}

void Signer::keep_secrets() {
  const std::lock_guard lock(secrets_mutex_);
  add_secrets(*identity_, secrets_);
}

std::vector<std::string> Signer::secrets() const {
  const std::lock_guard lock(secrets_mutex_);
  return secrets_;
}

// A key of which nothing is known but its end is asked for anew a while before; one that is there
// in the process's own environment stays what it is.
bool Signer::due(WallTime now) const {
  if (!identity_) return true;
  const auto expires = expiry_of(*identity_);
  if (!expires || source_ == "given") return false;
  return in_seconds(now + kRefreshBefore) >= *expires &&
         (!last_look_ || now - *last_look_ >= kLookAgainAfter);
}

Result<Done, CredentialError> Signer::look() {
  // An API key of Bedrock's goes before every signature (botocore: the variable makes
  // httpBearerAuth the scheme of its choice).
  const std::string bearer = environment_.text("AWS_BEARER_TOKEN_BEDROCK");
  if (!bearer.empty() && !profile_asked_for_) {
    identity_ = aws::BearerToken{bearer};
    source_ = "bearer token";
    return Done{};
  }
  if (profiles_.chosen_by_name && !profiles_.has(profiles_.chosen)) {
    return CredentialError{"there is no profile '" + profiles_.chosen + "' in " +
                           profiles_.config_path + " or " + profiles_.credentials_path};
  }
  const Search search{environment_, profiles_, profiles_.chosen, !profile_asked_for_, region_};
  const auto found = find_credentials(search);
  if (!found) return found.error();
  if (!*found) return nothing_found(profiles_);
  identity_ = (*found)->key;
  source_ = (*found)->provider;
  return Done{};
}

Result<Identity, CredentialError> Signer::identity() {
  const std::lock_guard lock(mutex_);
  const WallTime now = environment_.now();
  if (due(now)) {
    last_look_ = now;
    const auto looked = look();
    if (looked.ok()) keep_secrets();
    // What is still good serves on.
    const auto end = identity_ ? expiry_of(*identity_) : std::nullopt;
    const bool usable = identity_ && (!end || *end > in_seconds(now));
    if (!looked && !usable) return looked.error();
  }
  const auto expires = expiry_of(*identity_);
  if (expires && *expires <= in_seconds(now)) {
    return CredentialError{"the credentials (" + source_ +
                           ") have run out, and no newer ones are "
                           "to be had"};
  }
  return *identity_;
}

Result<Done, CredentialError> Signer::prepare() {
  const auto found = identity();
  if (!found) return found.error();
  return Done{};
}

Result<Done, CredentialError> Signer::sign(aws::HttpRequest& request, std::string_view service) {
  const auto found = identity();
  if (!found) return found.error();
  if (region_.empty() && std::holds_alternative<aws::AccessKey>(*found)) {
    return CredentialError{"no Region: give --region, or set AWS_REGION"};
  }
  harness::sign(request, *found, {region_, std::string(service)}, environment_.now());
  return Done{};
}

}  // namespace bedlam::harness
