// How a refusal of Amazon S3 becomes the failure of a task.
#pragma once

#include "emulator/states/integration/integration.h"

namespace bedlam::states {

// "S3.NoSuchKeyException" and the SDK's message; s3.cc.
Failure s3_failure(const ServiceAnswer& answer);

}  // namespace bedlam::states
