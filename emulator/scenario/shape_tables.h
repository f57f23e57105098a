// Parts of the table in shapes.h: those that stand beside their readers, and those of
// model_shapes.cc, service_shapes.cc and run_shapes.cc.
#pragma once

#include <vector>

#include "emulator/scenario/shapes.h"

namespace bedlam::scenario {

std::vector<Object> answering_objects();
Object fault_object();
std::vector<Object> service_objects();
std::vector<Object> bucket_objects();
std::vector<Object> deployed_objects();
std::vector<Object> step_objects();
std::vector<Object> expectation_objects();

std::vector<Object> guardrail_objects();
std::vector<Choices> guardrail_choices();

std::vector<Object> endpoint_objects();
std::vector<Choices> endpoint_choices();

}  // namespace bedlam::scenario
