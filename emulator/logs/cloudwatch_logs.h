// Amazon CloudWatch Logs as a service behind the dispatcher: AWS JSON 1.1 on `X-Amz-Target:
// Logs_20140328.<Operation>` (botocore model `logs/2014-03-28`), as far as the logs of workflows
// need it: groups, streams and events. Owns them; borrows the scheduler for the time.
//
// Differs from AWS: nothing is eventually consistent; no retention, no metric or subscription
// filters, no Insights; FilterLogEvents knows patterns of terms only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/logs/log_store.h"
#include "emulator/rpc/service.h"

namespace bedlam::logs {

class CloudWatchLogs : public rpc::Service {
 public:
  CloudWatchLogs(Scheduler& scheduler, std::string account, std::uint64_t seed);

  std::string_view name() const override { return "logs"; }
  std::string_view signing_name() const override { return "logs"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;
  rpc::Reply refuse(const aws::Error& error) override;

  // For services that write their own logs, as AWS's do, without a call of anybody's.
  bool has_group(std::string_view arn) { return store_.find_by_arn(arn) != nullptr; }
  // Makes the stream where it is missing; nothing where the group is gone.
  void write(std::string_view group_arn, const std::string& stream, std::string message);

  void reset() { store_.clear(); }

 private:
  std::string next_request_id();
  std::int64_t now() const;

  Scheduler& scheduler_;
  Random random_;
  std::uint64_t requests_ = 0;
  LogStore store_;
};

}  // namespace bedlam::logs
