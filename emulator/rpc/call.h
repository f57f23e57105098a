// An API call without its transport: what a service handles, wherever it came from.
#pragma once

#include <memory>
#include <string>

#include "emulator/aws/http_message.h"
#include "emulator/aws/signed_events.h"
#include "emulator/rpc/task_call.h"

namespace bedlam::rpc {

// Who calls, as far as the wire tells. Attempts of one logical call share their invocation id.
struct Caller {
  std::string origin;                // "connection 3", "client", or an execution's ARN
  std::string invocation_id;         // `amz-sdk-invocation-id`; "" where the client sends none
  int attempt = 1;                   // of `amz-sdk-request`, else `X-Stainless-Retry-Count` and 1
  std::string region = "us-east-1";  // of the credential scope, else the emulator's default
  int max_attempts = 0;              // of the same header; 0: not said
  std::string ttl = {};              // of the same header: "20241004T090130Z"; "": not said
};

struct Call {
  std::string service;    // the endpoint prefix: "bedrock-runtime", "states"
  std::string operation;  // "InvokeModel"
  std::string resource;   // what the path names, decoded: a model id; "" for AWS JSON services
  Caller caller;
  aws::Headers headers;
  std::string body;
  std::shared_ptr<const TaskCall> task = {};  // null: not a workflow's task
  // What else path and query say, decoded, by the names of the service model: "guardrailVersion".
  aws::Headers parameters = {};
  // What verifies the events of a request that is a stream; null: they are taken as they are.
  std::shared_ptr<aws::EventChain> event_chain = {};
};

}  // namespace bedlam::rpc
