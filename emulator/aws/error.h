// An error as an AWS API answers it. Each service has one catalogue of functions that make them
// (bedrock/errors.h, states/api/errors.h); no handler writes message text.
#pragma once

#include <string>

#include "emulator/base/json.h"

namespace bedlam::aws {

struct Error {
  std::string code;  // the shape's name: "ThrottlingException"
  int http_status = 400;
  std::string message;
  Json members = Json::object();  // further members of the shape: {"originalStatusCode": 500}
};

}  // namespace bedlam::aws
