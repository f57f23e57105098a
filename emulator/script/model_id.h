// Which model a caller means, whatever form of identifier it uses (Bedrock Runtime API reference,
// "InvokeModel", modelId).
#pragma once

#include <string>
#include <string_view>

namespace bedlam::script {

// The id inside: of an ARN `arn:aws:bedrock:…:foundation-model/ID` or `…:inference-profile/ID` the
// last part; any other text as it is.
std::string_view bare_id(std::string_view identifier);

// The Region group an inference profile id starts with, without dot: "us" of
// "us.anthropic.claude-3-haiku-20240307-v1:0"; "" for a model's own id.
std::string_view profile_prefix(std::string_view id);

// The model's own id, without ARN and without profile prefix.
std::string_view base_model_id(std::string_view identifier);

}  // namespace bedlam::script
