#include "emulator/states/state/object_call.h"

#include <utility>

#include "emulator/aws/xml.h"
#include "emulator/states/machine/run.h"

namespace bedlam::states {
namespace {

rpc::Call object_call(std::string operation, std::string resource) {
  rpc::Call call;
  call.service = "s3";
  call.operation = std::move(operation);
  call.resource = std::move(resource);
  return call;
}

}  // namespace

std::string ObjectAnswer::complaint() const {
  if (status == 0) return "The connection to Amazon S3 ended before the answer was complete";
  return aws::xml_text(body, "Message") + " (Service: S3, Status Code: " + std::to_string(status) +
         ", Request ID: " + std::string(headers.get("x-amz-request-id")) +
         ", Extended Request ID: " + std::string(headers.get("x-amz-id-2")) + ")";
}

rpc::Call get_object_call(const std::string& bucket, const std::string& key) {
  return object_call("GetObject", bucket + "/" + key);
}

rpc::Call put_object_call(const std::string& bucket, const std::string& key, std::string body,
                          std::string content_type) {
  rpc::Call call = object_call("PutObject", bucket + "/" + key);
  call.headers.add("Content-Type", std::move(content_type));
  call.body = std::move(body);
  return call;
}

rpc::Call list_objects_call(const std::string& bucket, const std::string& prefix,
                            const std::string& token) {
  rpc::Call call = object_call("ListObjectsV2", bucket);
  call.parameters.add("list-type", "2");
  if (!prefix.empty()) call.parameters.add("prefix", prefix);
  if (!token.empty()) call.parameters.add("continuation-token", token);
  return call;
}

class ObjectCall::Collector final : public rpc::Receiver {
 public:
  explicit Collector(std::function<void(const ObjectAnswer&)> over) : over_(std::move(over)) {}

  void forget() { over_ = nullptr; }
  bool is_over() const { return over_ == nullptr; }

  void on_head(const rpc::Head& head) override {
    answer_.status = head.status;
    answer_.headers = head.headers;
  }
  void on_body(const rpc::Bytes& bytes) override { answer_.body += bytes.data; }
  void on_end() override { tell(); }
  void on_reset() override { lose(); }
  void on_close() override { lose(); }
  void on_half_close() override { lose(); }
  void on_stall() override {}
  void on_garbage(const rpc::Garbage& /*garbage*/) override { lose(); }

 private:
  void lose() {
    answer_.status = 0;
    tell();
  }
  void tell() {
    const auto over = std::exchange(over_, nullptr);
    if (over) over(answer_);
  }

  std::function<void(const ObjectAnswer&)> over_;
  ObjectAnswer answer_;
};

ObjectCall::ObjectCall(Strand& strand, rpc::Call call,
                       std::function<void(const ObjectAnswer&)> over)
    : collector_(std::make_shared<Collector>(std::move(over))) {
  const Execution::Identity& identity = strand.run().identity();
  call.caller = {identity.arn, strand.random().uuid(), 1, identity.region};
  const std::shared_ptr<Collector> collector = collector_;  // this may be gone when it is answered
  exchange_ = strand.run().dispatcher().call(call, collector);
}

ObjectCall::~ObjectCall() {
  if (collector_->is_over()) return;
  collector_->forget();
  if (exchange_) exchange_->abandon();
}

}  // namespace bedlam::states
