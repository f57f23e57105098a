// What must not reach a file: credentials, signatures, request ids and account numbers, wherever
// they turn up. Masks keep a text's length, so that one that is spread over several frames can be
// masked as a whole.
//
// Known by their form: account numbers in ARNs (and from then on anywhere), names of IAM and STS
// resources, access key ids and other ids of IAM, API keys of Bedrock, signatures in presigned
// URLs. Known by having been sent: everything in headers that carry credentials or ids.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "harness/record/call.h"

namespace bedlam::harness {

// Stands for every account number: that of AWS's documentation, and of the emulator.
inline constexpr std::string_view kMaskedAccount = "123456789012";

class Secrets {
 public:
  // A text that is one. Too short ones (an empty session token) are none.
  void add(std::string_view secret);
  // What the call's headers carry.
  void learn(const PassedCall& call);
  // The accounts that it names, in texts that are cut over frames and inside of base64 too.
  void learn_accounts(const PassedCall& call);
  void learn_accounts(std::string_view text);

  // The same text with every secret masked: letters become `x`, accounts kMaskedAccount.
  std::string masked(std::string_view text) const;
  // All names and texts in it masked, and numbers that are accounts.
  Json masked(const Json& value) const;
  // A text that is kept as it came, but for secrets. JSON may write a letter of one as \u0041: it
  // is masked in what it means then, and written anew.
  std::string masked_text(const std::string& text) const;
  // A pattern (script/pattern.h) that matches the text, with `*` for every secret.
  std::string pattern(std::string_view text) const;

 private:
  struct Found {
    std::size_t at, length;
    bool account;
  };
  std::vector<Found> find(std::string_view text) const;
  void learn_accounts_of_json(const Json& value);
  void learn_accounts_of_body(const std::string& text);
  void add_parts(std::string_view value, std::string_view separators);
  // What stands in base64 where that is such a text: documents, and bodies inside of bodies.
  Json masked_base64(const Json& value) const;

  std::set<std::string, std::less<>> secrets_, accounts_;
};

}  // namespace bedlam::harness
