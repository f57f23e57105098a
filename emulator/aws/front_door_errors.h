// The errors of AWS's front door, which knows who calls before any service does: the same for every
// service, and the catalogue of their texts. Quoted from public logs unless a comment says
// "unverified". Statuses are those of REST JSON services; AWS JSON ones answer 400 to all of them.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "emulator/aws/error.h"

namespace bedlam::aws::front_door {

// How far a signature's time may be from the service's, either way.
inline constexpr std::chrono::minutes kMaxSkew{5};

Error missing_token();        // neither signed nor with a bearer token
Error unrecognized_client();  // an unknown access key, or a session token that is not its own
Error expired_token();        // a session that is over
Error signature_mismatch();   // not what the owner of the key would have signed

// IncompleteSignatureException for what cannot be read. `authorization` is the header's value, of
// which AWS shows a hash.
Error no_key_value_pairs(std::string_view authorization);
Error lacking_parameters(const std::vector<std::string_view>& names, bool date_lacks,
                         std::string_view authorization);
Error lacking_query_parameters(const std::vector<std::string_view>& names);
Error malformed_credential(std::string_view credential);
Error malformed_date(std::string_view date);

// AuthorizationQueryParametersError of Amazon S3, for what X-Amz-Expires may not be. Of other
// services, and of zero, unverified.
Error expires_is_no_number();
Error expires_too_small(std::chrono::seconds life);
Error expires_too_large(std::chrono::seconds most);

// InvalidSignatureException for what can be seen without the key.
Error wrong_service(std::string_view expected);
Error wrong_terminator(std::string_view found);
Error wrong_scope_date(std::string_view in_scope, std::string_view time);
Error host_not_signed();
Error signed_too_early(std::chrono::sys_seconds signed_at, std::chrono::sys_seconds now,
                       std::chrono::seconds allowed);
Error signed_in_the_future(std::chrono::sys_seconds signed_at, std::chrono::sys_seconds now);

// Of Bedrock's API keys (bearer tokens).
Error invalid_api_key();
Error malformed_api_key();
Error expired_api_key();  // unverified

// "20150830T123600Z"
std::string basic_time(std::chrono::sys_seconds time);

}  // namespace bedlam::aws::front_door
