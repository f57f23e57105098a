// What the service model (sagemaker-runtime 2017-05-13) says of the operations' inputs.
#pragma once

#include <cstddef>

#include "emulator/aws/shapes.h"

namespace bedlam::sagemaker {

inline constexpr std::size_t kMaxBodyBytes = 6'291'456;  // BodyBlob

// Shapes are named as there, members begin with a small letter, as in AWS's sentences.
const aws::Shapes& service_model();

}  // namespace bedlam::sagemaker
