// Whether a mocked result of TestState is what the service could have answered (API reference,
// "MockInput", fieldValidationMode). Only operations of the table are checked, and of those only
// the members that their service models have; others pass (recorded).
#pragma once

#include <optional>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"

namespace bedlam::states {

// `resource`: the ARN of the task. `mode`: STRICT, where required members must be there, PRESENT or
// NONE.
std::optional<aws::Error> check_mock_shape(std::string_view resource, const Json& result,
                                           std::string_view mode);

extern const std::string_view kMockShapeTable;  // mock_shape_table.cc

}  // namespace bedlam::states
