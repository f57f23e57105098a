// Service integrations: how a Task's parameters become a call of a service, and how the reply
// becomes the task's result or failure (developer guide, "Integrating services"). One file a
// service, its lines in catalog.cc. An integration makes one attempt; whatever AWS retries inside
// is unknown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/rpc/call.h"
#include "emulator/states/failure.h"

namespace bedlam::states {

// A reply, received whole.
struct ServiceAnswer {
  int status = 0;
  aws::Headers headers;
  std::string body;
};

// Why parameters cannot be used, in the words that AWS puts between brackets: "The field 'ModelId'
// is required but was missing".
struct ParameterMistake {
  std::string message;
};

// How a connection ended before its answer was whole.
enum class Fault { kReset, kClosedBeforeHead, kClosedInBody, kGarbage };

class Integration {
 public:
  virtual ~Integration() = default;

  // "bedrock" and "invokeModel": TaskScheduled's resourceType and resource.
  virtual std::string_view resource_type() const = 0;
  virtual std::string_view resource() const = 0;

  // What is wrong with Parameters as written, `.$` members included; nothing where they may do.
  virtual std::optional<ParameterMistake> check(const Json& parameters) const = 0;
  // The call without its caller.
  virtual Result<rpc::Call, ParameterMistake> call(const Json& parameters) const = 0;
  virtual Result<Json, Failure> result(const ServiceAnswer& answer) const = 0;
  virtual Failure broken(Fault fault) const = 0;
};

// The integration of a resource ARN; nullptr: none.
const Integration* find_integration(std::string_view resource_arn);

// Whether AWS has an integration by that ARN which this version has not.
bool is_known_elsewhere(std::string_view resource_arn);

// The part behind "arn:<partition>:states:::"; "" where it is another ARN.
std::string_view integration_name(std::string_view resource_arn);

}  // namespace bedlam::states
