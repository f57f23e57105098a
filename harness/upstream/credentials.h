// Finds the credentials that an AWS SDK would find on this machine, in botocore's order
// (credentials.py, create_credential_resolver; 1.43.11): one provider one file under providers/,
// all of them in the list at the top of providers/catalog.cc.
//
// No message says a secret. Differences from botocore: docs/fidelity.md, "The real endpoint".
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "emulator/aws/credentials.h"
#include "emulator/base/json.h"
#include "harness/upstream/environment.h"
#include "harness/upstream/profiles.h"
#include "harness/upstream/signing.h"

namespace bedlam::harness {

// Why there are none, in one line for the user.
struct CredentialError {
  std::string message;
  bool nothing_set_up = false;  // no provider has anything to look for, and none was asked for
};

// What a provider looks at.
struct Search {
  const Environment& environment;
  const Profiles& profiles;
  std::string profile;                 // whose settings count
  bool use_environment = true;         // false where a profile was asked for on the command line
  std::string region;                  // of the services that hand out credentials
  std::vector<std::string> visited{};  // profiles, on the way from role to source
};

// nullopt: nothing is set up for this provider, the next one is asked. An error: something is, and
// it does not work.
using Found = Result<std::optional<aws::AccessKey>, CredentialError>;

struct Provider {
  std::string_view name;  // botocore's METHOD
  Found (*look)(const Search&);
};

// The first that has any. `only_of_profile`: those that read a profile, for a role's source.
struct FoundBy {
  std::string_view provider;
  aws::AccessKey key;
};
Result<std::optional<FoundBy>, CredentialError> find_credentials(const Search& search,
                                                                 bool only_of_profile = false);

// Region by --region, else AWS_REGION, AWS_DEFAULT_REGION, the profile's `region`; "" where none
// says it.
std::string find_region(const Environment& environment, const Profiles& profiles,
                        const std::string& asked_for);

// The credentials of a program that runs for long: looked for at the first signature, and again
// before they run out. Any thread may sign.
class Signer {
 public:
  // Borrows the environment. `profile`: from the command line, or "".
  Signer(const Environment& environment, const std::string& profile, const std::string& region);
  // Always with this one.
  Signer(const Environment& environment, Identity identity, const std::string& region);

  // Puts the signature in (signing.h).
  Result<Done, CredentialError> sign(aws::HttpRequest& request, std::string_view service);
  // The same without a request, so that a run fails before its first call.
  Result<Done, CredentialError> prepare();

  // Where they came from: "env", "sso", "bearer token"; "" before the first signature.
  std::string source() const;
  const std::string& region() const { return region_; }
  // All that were found so far, so that they can be kept out of what is written down. Waits for no
  // thread that signs.
  std::vector<std::string> secrets() const;

 private:
  Result<Identity, CredentialError> identity();
  Result<Done, CredentialError> look();
  bool due(WallTime now) const;
  void keep_secrets();

  const Environment& environment_;
  Profiles profiles_;
  std::string region_;
  bool profile_asked_for_ = false;
  mutable std::mutex mutex_;
  std::optional<Identity> identity_;  // guarded by mutex_, as the next two
  std::string source_;
  std::optional<WallTime> last_look_;
  mutable std::mutex secrets_mutex_;  // the other is held while credentials are looked for
  std::vector<std::string> secrets_;
};

// "2026-11-22T18:00:00Z", with a fraction or an offset from UTC too, as credential_process and the
// metadata services write it.
std::optional<std::chrono::sys_seconds> parse_expiration(std::string_view text);

// The members of a JSON answer that name a key; the error names what is missing.
struct KeyNames {
  const char* id;
  const char* secret;
  const char* token;
  const char* expiration;
};
Result<aws::AccessKey, CredentialError> key_of_json(const Json& json, const KeyNames& names,
                                                    std::string_view who);

}  // namespace bedlam::harness
