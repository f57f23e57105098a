#include "emulator/rpc/object_store.h"

namespace bedlam::rpc {
namespace {

// What S3 answers, which it does at once.
class Answer final : public Receiver {
 public:
  void on_head(const Head& head) override { refused_ = head.status >= kFirstRefusal; }
  void on_body(const Bytes& bytes) override { body_ += bytes.data; }
  void on_end() override {}
  void on_reset() override {}
  void on_close() override {}
  void on_half_close() override {}
  void on_stall() override {}
  void on_garbage(const Garbage& /*garbage*/) override {}

  // The message of its error; "" where it is none.
  std::string refusal() const {
    constexpr std::string_view kBegin = "<Message>", kEnd = "</Message>";
    if (!refused_) return "";
    const std::size_t at = body_.find(kBegin);
    const std::size_t end = body_.find(kEnd);
    if (at == std::string::npos || end == std::string::npos) return "Amazon S3 refused the object.";
    return body_.substr(at + kBegin.size(), end - at - kBegin.size());
  }

 private:
  static constexpr int kFirstRefusal = 300;
  bool refused_ = false;
  std::string body_;
};

}  // namespace

PutObject put_object_through(Dispatcher& dispatcher) {
  return [&dispatcher](const StoredObject& object) -> std::string {
    if (!dispatcher.serves("s3")) return "";
    Call call;
    call.service = "s3";
    call.operation = "PutObject";
    call.resource = object.bucket + "/" + object.key;
    call.caller.origin = "result of a call";
    call.caller.region = object.region;
    call.headers.add("Content-Type", object.content_type);
    call.body = object.body;
    const auto answer = std::make_shared<Answer>();
    dispatcher.call(call, answer);
    return answer->refusal();
  };
}

S3Location parse_s3_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  if (uri.starts_with(kScheme)) uri.remove_prefix(kScheme.size());
  const std::size_t slash = uri.find('/');
  S3Location location{std::string(uri.substr(0, slash)), ""};
  if (slash != std::string_view::npos) location.key = uri.substr(slash + 1);
  return location;
}

}  // namespace bedlam::rpc
