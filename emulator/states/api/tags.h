// Tags of state machines (model, TagList; developer guide, "Tagging in Step Functions").
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"

namespace bedlam::states {

inline constexpr std::size_t kMaxTags = 50;  // of a resource (Step Functions quotas, "Tagging")

using Tags = std::map<std::string, std::string>;

// `tags` and those of `added`, a TagList or nullptr. A key that is there gets the new value.
// Errors: TooManyTags, or a key that AWS keeps for itself.
Result<Tags, aws::Error> with_tags(Tags tags, const Json* added, std::string_view arn);

}  // namespace bedlam::states
