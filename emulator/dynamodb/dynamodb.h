// Amazon DynamoDB as far as workflows and programs need it that look something up by its key
// (botocore model dynamodb/2012-08-10, AWS JSON 1.0): tables, and put, get, update and delete of
// one item with conditions. Owns the tables; borrows the scheduler for times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/dynamodb/table.h"
#include "emulator/rpc/service.h"

namespace bedlam::dynamodb {

class DynamoDb final : public rpc::Service {
 public:
  DynamoDb(Scheduler& scheduler, std::uint64_t seed, std::string account);

  std::string_view name() const override { return "dynamodb"; }
  std::string_view signing_name() const override { return "dynamodb"; }
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  rpc::Reply refuse(const aws::Error& error) override;
  // Of a task only the operations that there are: scripts answer the others.
  bool takes(const rpc::Call& call) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

  void reset() { tables_.clear(); }

 private:
  Result<Json, aws::Error> answer(const rpc::Call& call);
  rpc::Reply reply(int status, std::string body, bool read);

  Scheduler& scheduler_;
  Random random_;
  std::string account_;
  Tables tables_;
  std::uint64_t requests_ = 0;
};

}  // namespace bedlam::dynamodb
