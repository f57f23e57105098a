#include "emulator/rpc/object_store.h"

#include <algorithm>

namespace bedlam::rpc {
namespace {

// What S3 answers, which it does at once.
class Answer final : public Receiver {
 public:
  void on_head(const Head& head) override { refused_ = head.status >= kFirstRefusal; }
  void on_body(const Bytes& bytes) override { body_ += bytes.data; }
  std::string take_body() { return std::move(body_); }
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
    if (at == std::string::npos || end == std::string::npos) return "Amazon S3 refused the call.";
    return body_.substr(at + kBegin.size(), end - at - kBegin.size());
  }

 private:
  static constexpr int kFirstRefusal = 300;
  bool refused_ = false;
  std::string body_;
};

Call s3_call(const char* operation, const S3Location& location, const std::string& region,
             const std::string& origin) {
  Call call;
  call.service = "s3";
  call.operation = operation;
  call.resource = location.bucket + "/" + location.key;
  call.caller.origin = origin;
  call.caller.region = region;
  return call;
}

}  // namespace

PutObject put_object_through(Dispatcher& dispatcher) {
  return [&dispatcher](const StoredObject& object) -> std::string {
    if (!dispatcher.serves("s3")) return "";
    Call call = s3_call("PutObject", {object.bucket, object.key}, object.region, object.origin);
    call.headers.add("Content-Type", object.content_type);
    call.body = object.body;
    const auto answer = std::make_shared<Answer>();
    dispatcher.call(call, answer);
    return answer->refusal();
  };
}

GetObject get_object_through(Dispatcher& dispatcher) {
  return [&dispatcher](const S3Location& location, const std::string& region,
                       const std::string& origin) -> FetchedObject {
    if (!dispatcher.serves("s3")) return {};
    const auto answer = std::make_shared<Answer>();
    dispatcher.call(s3_call("GetObject", location, region, origin), answer);
    std::string refusal = answer->refusal();
    if (!refusal.empty()) return {"", std::move(refusal)};
    return {answer->take_body(), ""};
  };
}

S3Location parse_s3_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://", kHttps = "https://";
  if (uri.starts_with(kHttps)) {
    uri.remove_prefix(kHttps.size());
    const std::size_t slash = std::min(uri.find('/'), uri.size());
    const std::size_t s3 = uri.substr(0, slash).find(".s3");
    const std::string_view path = uri.substr(std::min(slash + 1, uri.size()));
    if (s3 != std::string_view::npos) return {std::string(uri.substr(0, s3)), std::string(path)};
    uri = path;
  }
  if (uri.starts_with(kScheme)) uri.remove_prefix(kScheme.size());
  const std::size_t slash = uri.find('/');
  S3Location location{std::string(uri.substr(0, slash)), ""};
  if (slash != std::string_view::npos) location.key = uri.substr(slash + 1);
  return location;
}

}  // namespace bedlam::rpc
