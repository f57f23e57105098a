// The bodies of Converse and ConverseStream (service model bedrock-runtime 2023-09-30; facts:
// bedrock-runtime.md sections 1.4 and 2.3). Members of answers come in alphabetical order.
//
// Differs from AWS: prompt variables and structured output are accepted and have no effect; S3
// locations are not read.
#pragma once

#include <string>
#include <vector>

#include "emulator/aws/error.h"
#include "emulator/base/result.h"
#include "emulator/bedrock/conversation/conversation.h"
#include "emulator/bedrock/families/family.h"
#include "emulator/bedrock/stream/events.h"

namespace bedlam::bedrock {

struct ConverseRequest {
  Conversation conversation;
  std::vector<std::string> field_paths;   // additionalModelResponseFieldPaths
  Json performance_config, service_tier;  // null where not given
};

// Where the request names no maxTokens, the model's limit holds. `streams`: for ConverseStream.
Result<ConverseRequest, aws::Error> read_converse(const Json& body, const ConverseTraits& traits,
                                                  bool streams);

// `native` is the same answer in the family's own words, from which additional fields are taken.
Json converse_body(const Answer& answer, const ConverseRequest& request, const Json& native,
                   std::int64_t latency_ms, Random ids);
Events converse_events(const Answer& answer, const ConverseRequest& request, const Json& native,
                       std::int64_t latency_ms, Random ids);

}  // namespace bedlam::bedrock
