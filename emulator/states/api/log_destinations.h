// Where executions write their logs: what Step Functions asks of CloudWatch Logs. AWS delivers them
// itself, without a call of the account's, and so does whoever composes the services.
#pragma once

#include <string>
#include <string_view>

namespace bedlam::states {

class LogDestinations {
 public:
  virtual ~LogDestinations() = default;

  virtual bool exists(std::string_view log_group_arn) = 0;
  // Now; makes the stream where it is missing. Nothing where the group is gone.
  virtual void write(std::string_view log_group_arn, const std::string& stream,
                     std::string message) = 0;
};

}  // namespace bedlam::states
