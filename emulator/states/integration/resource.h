// The `Resource` of a Task state (developer guide, "Discover service integration patterns" and
// "Integrating services"): a function, an activity, or an action of a service with its pattern.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedlam::states {

enum class TaskPattern { kRequestResponse, kSync, kWaitForTaskToken };

struct Resource {
  enum class Kind { kFunction, kActivity, kOptimized, kSdk };

  Kind kind = Kind::kOptimized;
  TaskPattern pattern = TaskPattern::kRequestResponse;
  std::string arn;      // as written
  std::string service;  // "sqs", "dynamodb": without "aws-sdk:"; "lambda" of a function
  std::string action;   // "sendMessage"; of a function its name with a qualifier, if it has one
  std::string suffix;   // "", ".sync", ".sync:2" or ".waitForTaskToken"

  // TaskScheduled's resourceType and resource: "aws-sdk:s3" and "getObject".
  std::string type() const { return kind == Kind::kSdk ? "aws-sdk:" + service : service; }
  std::string event_name() const { return action + suffix; }
  // As scripts name it: "sqs:sendMessage.waitForTaskToken"; of functions and activities the ARN.
  std::string name() const;
};

// The part behind "arn:<partition>:states:::"; "" where it is another ARN.
std::string_view integration_name(std::string_view arn);

// nullopt where AWS says that the resource is not recognized.
std::optional<Resource> parse_resource(std::string_view arn);

}  // namespace bedlam::states
