// StartAsyncInvoke, GetAsyncInvoke and ListAsyncInvokes (service model bedrock-runtime 2023-09-30):
// jobs that end on the scheduler, after the latency that the script says.
//
// What the model says is written as output.json under the job's own prefix, into S3 where there is
// one; a job whose bucket S3 does not have fails. Differs from AWS: any model of a served family
// and the video and embedding models take jobs; films are not made; tags and KMS keys have no
// effect.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/call.h"
#include "emulator/rpc/object_store.h"
#include "emulator/rpc/reply.h"
#include "emulator/script/script.h"

namespace bedlam::bedrock {

struct Handling;

// Jobs that are remembered; the oldest go first.
inline constexpr std::size_t kMaxAsyncInvocations = 10'000;

class AsyncInvocations {
 public:
  // Borrows the scheduler.
  AsyncInvocations(Scheduler& scheduler, std::string account)
      : scheduler_(scheduler), account_(std::move(account)) {}

  void put_with(rpc::PutObject put) { put_ = std::move(put); }
  void reset();  // also jobs under way

  // Quotas are asked first, and settled when the job ends. An error of the script that
  // StartAsyncInvoke has is its answer; any other fails the job.
  rpc::Reply start(const Handling& handling);
  // To rules, the first is of the job's model and the second of none.
  rpc::Reply get(const Handling& handling) const;
  rpc::Reply list(const Handling& handling) const;

 private:
  struct Job {
    std::uint64_t number = 0;
    std::string arn, model_arn, token, region;
    Json request;  // to tell a repeated token from another request
    Json output_config;
    WallTime submitted, ended;
    bool over = false;
    std::string failure;  // "": it completed
  };

  static Json describe(const Job& job);
  static const char* status_of(const Job& job);
  // What its model makes of a job.
  struct Work {
    std::string failure;  // "": it makes the output
    Json output;
    int output_tokens = 0;
    Duration takes{};
  };
  class Start;  // one call of StartAsyncInvoke
  const Job* find_token(const std::string& token, const std::string& region) const;
  const Job& submit(const Handling& handling, const Json& request, const Work& work);

  Scheduler& scheduler_;
  std::string account_;
  rpc::PutObject put_;
  std::deque<std::shared_ptr<Job>> jobs_;  // in the order of their submission
  std::uint64_t last_number_ = 0;
};

}  // namespace bedlam::bedrock
