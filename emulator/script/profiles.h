// Named latencies of models as somebody measured them on Amazon Bedrock: the one file with figures
// of the real service's speed. Each says where it comes from; what nobody published is not here.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "emulator/script/latency.h"

namespace bedlam::script {

struct Profile {
  std::string_view name;                    // in a scenario: `latency: profile NAME`
  std::string_view first_token, per_token;  // distributions, as written in a scenario
  std::string_view source;                  // one sentence: who measured what
  std::string_view date;                    // of the measurement or its publication
};

const std::vector<Profile>& profiles();  // sorted by name
const Profile* find_profile(std::string_view name);
Latency latency_of(const Profile& profile);

}  // namespace bedlam::script
