// Amazon S3 as far as workflows and programs that read and write whole objects need it (botocore
// model s3/2006-03-01, REST XML): buckets, objects, listings, in memory. Owns the store; borrows
// the scheduler for times. Path style and virtual-host style.
//
// Differs from AWS: callers need not say who they are; nothing of versions, parts, ACLs, tags,
// policies and notifications; the first form of ListObjects is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/base/random.h"
#include "emulator/clock/scheduler.h"
#include "emulator/rpc/service.h"
#include "emulator/s3/operation.h"
#include "emulator/s3/store.h"

namespace bedlam::s3 {

class S3 final : public rpc::Service {
 public:
  S3(Scheduler& scheduler, std::uint64_t seed, std::string region);

  std::string_view name() const override { return "s3"; }
  // By a credential scope of S3, or by the host's name; never by the path alone, which any service
  // may have. The call's resource is "bucket/key", decoded.
  std::optional<rpc::Call> recognise(const aws::HttpRequest& request) const override;
  void handle(const rpc::Call& call, rpc::ReplyTo reply_to) override;

  // A bucket in the default Region, if there is none of that name.
  void declare(const std::string& bucket);
  // An object in a declared bucket.
  void put(const std::string& bucket, const std::string& key, std::string body,
           const std::string& content_type);
  // All bodies, by "bucket/key".
  std::map<std::string, std::shared_ptr<const std::string>> objects() const;
  void reset() { store_.clear(); }

 private:
  rpc::Reply reply(Answered answer, std::uint64_t number) const;

  Scheduler& scheduler_;
  Random random_;
  std::string region_;
  Store store_;
  std::uint64_t calls_ = 0;
};

}  // namespace bedlam::s3
