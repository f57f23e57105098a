// What the service model says of the operations' inputs.
#pragma once

#include "emulator/aws/shapes.h"

namespace bedlam::bedrock {

// A shape is named as there: "ConverseRequest".
const aws::Shapes& service_model();

}  // namespace bedlam::bedrock
