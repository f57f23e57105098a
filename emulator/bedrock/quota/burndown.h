// How much of a token quota an output token uses (Amazon Bedrock user guide, "How tokens are
// counted in Amazon Bedrock": burndown rate).
#pragma once

#include <string_view>

namespace bedlam::bedrock::quota {

// `model`: its own id, without ARN and Region prefix. Input tokens count once for every model.
int burndown_rate(std::string_view model);

}  // namespace bedlam::bedrock::quota
