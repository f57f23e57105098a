#include "emulator/rpc/object_store.h"

namespace bedlam::rpc {
namespace {

// Nobody waits for what S3 answers.
class Ignored final : public Receiver {
 public:
  void on_head(const Head& /*head*/) override {}
  void on_body(const Bytes& /*bytes*/) override {}
  void on_end() override {}
  void on_reset() override {}
  void on_close() override {}
  void on_half_close() override {}
  void on_stall() override {}
  void on_garbage(const Garbage& /*garbage*/) override {}
};

}  // namespace

PutObject put_object_through(Dispatcher& dispatcher) {
  return [&dispatcher](const StoredObject& object) {
    if (!dispatcher.serves("s3")) return;
    Call call;
    call.service = "s3";
    call.operation = "PutObject";
    call.resource = object.bucket + "/" + object.key;
    call.caller.origin = "result of a call";
    call.caller.region = object.region;
    call.headers.add("Content-Type", object.content_type);
    call.body = object.body;
    dispatcher.call(call, std::make_shared<Ignored>());
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
