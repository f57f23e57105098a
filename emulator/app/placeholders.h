// Definitions with the placeholders of a template still in them: `${Name}` of SAM, CloudFormation
// and Terraform, `{"Ref": …}` and `{"Fn::…": …}` of CloudFormation, tokens of CDK. For a check each
// becomes something that its place allows.
#pragma once

#include <string>
#include <string_view>

#include "emulator/base/json.h"

namespace bedlam::app {

// The text with every `${…}` that stands outside a JSON string made one, at the same length, so
// that it can be parsed and positions stay.
std::string quote_placeholders(std::string_view text);

// The definition with a stand-in for each placeholder: a number where ASL wants one, a function's
// ARN for a Resource, a path for a path. Whatever else it says stays as it is.
Json fill_placeholders(const Json& definition);

bool has_placeholder(std::string_view text);

}  // namespace bedlam::app
