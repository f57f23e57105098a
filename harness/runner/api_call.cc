#include "harness/runner/api_call.h"

#include "harness/client/answer.h"

namespace bedlam::harness {

struct ApiCall::Received final : rpc::Receiver {
  void on_head(const rpc::Head& received) override { head = received; }
  void on_body(const rpc::Bytes& bytes) override { body += bytes.data; }
  void on_end() override {
    over = true;
    auto parsed = parse_json(body);
    if (parsed && parsed->is_object()) answer = std::move(*parsed);
  }
  void on_reset() override { over = true; }
  void on_close() override { over = true; }
  void on_half_close() override { over = true; }
  void on_stall() override { over = true; }
  void on_garbage(const rpc::Garbage& /*garbage*/) override { over = true; }

  bool over = false;
  rpc::Head head{0, {}};
  std::string body;
  Json answer = Json::object();
};

ApiCall::ApiCall(rpc::Dispatcher& dispatcher, const std::string& target, const Json& body,
                 const std::string& region)
    : received_(std::make_shared<Received>()) {
  aws::HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.body = to_text(body);
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", target},
                     {"Authorization", "AWS4-HMAC-SHA256 Credential=BEDLAM/20241004/" + region +
                                           "/states/aws4_request, SignedHeaders=host, Signature=0"},
                     {"Content-Length", std::to_string(request.body.size())}};
  dispatcher.dispatch(request, std::string(kHarnessOrigin), received_);
}

bool ApiCall::over() const {
  return received_->over;
}
bool ApiCall::succeeded() const {
  return received_->over && received_->head.status == 200;
}
const Json& ApiCall::answer() const {
  return received_->answer;
}

std::string ApiCall::failure() const {
  if (succeeded()) return "";
  const CallError error = read_error(received_->head, received_->body);
  return error.name + ": " + error.message;
}

}  // namespace bedlam::harness
