// What the two integrations of Bedrock's data plane share: the wire form of its calls, and its
// errors as the AWS SDK for Java reports them.
#pragma once

#include <string>
#include <string_view>

#include "emulator/states/integration/integration.h"

namespace bedlam::states {

// A call of the data plane with JSON both ways; ContentType, Accept, Trace, GuardrailIdentifier and
// GuardrailVersion of the parameters become its headers.
Result<rpc::Call, ParameterMistake> bedrock_call(std::string_view operation, const Json& parameters,
                                                 std::string body);

// "<prefix>.<Name>Exception" and the Java SDK v2's message. A name that the service's model has not
// is reported as "<prefix>.<prefix>Exception".
Failure bedrock_failure(std::string_view prefix, const ServiceAnswer& answer);
// "<prefix>.SdkClientException".
Failure bedrock_fault(std::string_view prefix, Fault fault);

}  // namespace bedlam::states
