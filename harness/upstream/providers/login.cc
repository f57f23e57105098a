// A profile of `aws login` (`login_session`): its keys are renewed with a signed proof of
// possession, which only AWS's own tools make (botocore LoginProvider). Said, not done.
#include "harness/upstream/providers/catalog.h"

namespace bedlam::harness {

Found look_for_login(const Search& search) {
  if (!search.profiles.merged(search.profile).contains("login_session")) {
    return std::optional<aws::AccessKey>();
  }
  return CredentialError{place_of(search) +
                         ": sessions of `aws login` are not read; set what `aws configure "
                         "export-credentials --profile " +
                         search.profile + " --format env` prints"};
}

}  // namespace bedlam::harness
