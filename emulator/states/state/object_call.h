// One call of Amazon S3 by a distributed Map, through the dispatcher like any task's.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "emulator/rpc/dispatcher.h"
#include "emulator/states/machine/strand.h"

namespace bedlam::states {

struct ObjectAnswer {
  int status = 0;  // 0: the connection ended before an answer was whole
  aws::Headers headers;
  std::string body;

  bool ok() const { return status / 100 == 2; }
  // S3's message as the AWS SDK for Java reports it; else what went wrong with the connection.
  std::string complaint() const;
};

rpc::Call get_object_call(const std::string& bucket, const std::string& key);
rpc::Call put_object_call(const std::string& bucket, const std::string& key, std::string body,
                          std::string content_type);
// A page of at most 1,000 keys; `token` "": the first.
rpc::Call list_objects_call(const std::string& bucket, const std::string& prefix,
                            const std::string& token);

// Destroying it gives the call up.
class ObjectCall {
 public:
  // `over` may be called before this returns.
  ObjectCall(Strand& strand, rpc::Call call, std::function<void(const ObjectAnswer&)> over);
  ~ObjectCall();
  ObjectCall(const ObjectCall&) = delete;
  ObjectCall& operator=(const ObjectCall&) = delete;

 private:
  class Collector;
  std::shared_ptr<Collector> collector_;
  std::shared_ptr<rpc::Exchange> exchange_;
};

}  // namespace bedlam::states
