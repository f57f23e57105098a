// Parts of the table in shapes.h that stand beside their readers.
#pragma once

#include <vector>

#include "emulator/scenario/shapes.h"

namespace bedlam::scenario {

std::vector<Object> guardrail_objects();
std::vector<Choices> guardrail_choices();

std::vector<Object> endpoint_objects();
std::vector<Choices> endpoint_choices();

}  // namespace bedlam::scenario
