// The bytes that botocore would send for a call of Bedrock Runtime (botocore 1.43 serialize.py and
// endpoint.py; facts measured on the wire). The signature is a dummy: nobody here checks it.
#pragma once

#include <string>
#include <string_view>

#include "emulator/aws/http_message.h"
#include "emulator/clock/instant.h"
#include "emulator/scenario/scenario.h"
#include "harness/retry/policy.h"

namespace bedlam::harness {

// What differs from attempt to attempt.
struct AttemptFacts {
  std::string invocation_id;  // the same on every attempt of a call
  int number = 1;
  int max_attempts = 1;
  // When the client would stop waiting for this attempt; set after an HTTP answer to the one
  // before.
  std::optional<WallTime> ttl;
  AttemptHeaders told_by = AttemptHeaders::kAmzSdk;
};

// The operations of Bedrock Runtime and SageMaker Runtime that the client speaks: those that are
// one request and one answer.
struct Operation {
  enum class Body { kModel, kConverse, kCount, kGuardrail, kInputs, kNone };  // of a prompt
  enum class Answer { kModel, kConverse, kJson, kContainer };
  std::string_view name;    // "InvokeModel"
  std::string_view method;  // of HTTP
  std::string_view path;    // as in the service model: "/model/{modelId}/invoke"
  Body body;
  Answer answer;
  bool streams;
  // Whether the SDK reads the body before the call returns: only then does a broken one count as a
  // failed attempt (facts: InvokeModel hands out a lazy StreamingBody).
  bool reads_body;
};
const Operation* find_operation(std::string_view name);

// What is wrong with a parameter, by its name; nullopt: the operation has it.
std::optional<std::string> parameter_mistake(const Operation& operation, std::string_view name);
// The first parameter of the path that the call does not give; "" where it gives them all.
std::string missing_parameter(const scenario::CallStep& call, const Operation& operation);

aws::HttpRequest make_request(const scenario::CallStep& call, const Operation& operation,
                              const AttemptFacts& attempt, WallTime now);

// A segment of a path: everything but RFC 3986's unreserved characters becomes %XX, `:` and `/`
// too.
std::string encode_segment(std::string_view text);
// JSON as Python's json.dumps writes it: a space behind `,` and `:`, ASCII only.
std::string python_json(const Json& value);

}  // namespace bedlam::harness
