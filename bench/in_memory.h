// What the benchmarks of the whole emulator share: requests through the in-memory edge.
#pragma once

#include <memory>
#include <string>

#include "emulator/rpc/dispatcher.h"

namespace bedlam {

// Keeps status and body.
struct Answer final : rpc::Receiver {
  int status = 0;
  std::string body;
  bool over = false;

  void on_head(const rpc::Head& head) override { status = head.status; }
  void on_body(const rpc::Bytes& bytes) override { body += bytes.data; }
  void on_end() override { over = true; }
  void on_reset() override {}
  void on_close() override {}
  void on_half_close() override {}
  void on_stall() override {}
  void on_garbage(const rpc::Garbage& /*garbage*/) override {}
};

inline aws::HttpRequest invoke_request(const std::string& operation) {
  const std::string body =
      R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":300,"messages":)"
      R"([{"role":"user","content":[{"type":"text","text":"Write a tagline for a family SUV"}]}]})";
  return {"POST",
          "/model/anthropic.claude-3-sonnet-20240229-v1%3A0/" + operation,
          {{"Content-Type", "application/json"}, {"Content-Length", std::to_string(body.size())}},
          body};
}

inline aws::HttpRequest start_execution_request(const std::string& state_machine_arn,
                                                const std::string& input) {
  const std::string body = to_text(Json{{"stateMachineArn", state_machine_arn}, {"input", input}});
  return {"POST",
          "/",
          {{"Content-Type", "application/x-amz-json-1.0"},
           {"X-Amz-Target", "AWSStepFunctions.StartExecution"},
           {"Content-Length", std::to_string(body.size())}},
          body};
}

}  // namespace bedlam
