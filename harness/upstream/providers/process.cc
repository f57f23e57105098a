// `credential_process` of a profile: a command that prints a key as JSON (SDKs and Tools reference
// guide, "Process credential provider"; botocore ProcessProvider). The shell runs it here.
#include "emulator/base/json.h"
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {

Found run_credential_process(const Search& search) {
  const std::string command = setting(search.profiles.merged(search.profile), "credential_process");
  if (command.empty()) return std::optional<aws::AccessKey>();
  const std::string who = place_of(search) + ": credential_process";
  const auto output = search.environment.output_of(command);
  if (!output) return CredentialError{who + " " + output.error().message};
  const auto json = parse_json(*output);
  if (!json) return CredentialError{who + " printed no JSON"};
  const Json* version = find(*json, "Version");
  if (version == nullptr || *version != 1) {
    return CredentialError{who + " printed no JSON with \"Version\": 1"};
  }
  const auto key =
      key_of_json(*json, {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}, who);
  if (!key) return key.error();
  return std::optional(*key);
}

}  // namespace bedlam::harness
