// endpoints: what answers on Amazon SageMaker Runtime.
#include "emulator/scenario/sections.h"
#include "emulator/scenario/shape_tables.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

void read_location(const Fields& fields, std::string_view name, std::string& to, Reader& reader) {
  const Node* node = fields.get(name);
  if (node == nullptr) return;
  const std::optional<std::string> uri = read_text(*node, name, reader.mistakes);
  if (!uri) return;
  if (uri->starts_with("s3://") && uri->size() > 5) {
    to = *uri;
  } else {
    reader.mistakes.add(node->position, std::string(name) + " cannot be '" + *uri + "'",
                        "a place in S3 is written s3://bucket/prefix");
  }
}

script::Endpoint read_endpoint(const Member& member, Reader& reader) {
  const Fields fields(*member.value, object("endpoint"), reader.mistakes);
  script::Endpoint endpoint;
  endpoint.behaviour = read_behaviour(member.name, fields, reader);
  read_location(fields, "output", endpoint.output, reader);
  read_location(fields, "failure_output", endpoint.failure_output, reader);
  for (const script::Rule& rule : endpoint.behaviour.rules) {
    for (const script::Outcome& outcome : rule.outcomes) {
      const auto* answer = std::get_if<script::Answer>(&outcome.result);
      if (answer == nullptr) continue;
      const bool tool = std::holds_alternative<script::ToolUse>(answer->content);
      if (!tool && answer->stop_reason.empty()) continue;
      reader.mistakes.add(member.position,
                          std::string("an endpoint has no ") + (tool ? "tools" : "stop reasons") +
                              " (" + rule.label + ")",
                          "write what its container sends as a text or a body");
    }
  }
  return endpoint;
}

}  // namespace

std::vector<script::Endpoint> read_endpoints(const Node& node, Reader& reader) {
  reader.error_names = "endpoint error";
  reader.section = "endpoints";
  std::vector<script::Endpoint> endpoints;
  for (const Member& member : read_map(node, "endpoints", reader.mistakes)) {
    endpoints.push_back(read_endpoint(member, reader));
  }
  reader.error_names = "error name";
  reader.section = "models";
  return endpoints;
}

std::vector<Object> endpoint_objects() {
  return {
      {"endpoint",
       "an endpoint",
       "What the SageMaker endpoints whose names match the pattern answer.",
       {{"latency", "distribution | profile | latency", "How long its answers take."},
        {"replies", "[throttle | reply]",
         "Rules, tried from top to bottom; the first that matches a call answers it."},
        {"output", "text", "Where results of asynchronous calls go: s3://bucket/prefix."},
        {"failure_output", "text", "Where failures of asynchronous calls go."}},
       {}},
  };
}

// Service model sagemaker-runtime 2017-05-13; throttling is common to all services.
std::vector<Choices> endpoint_choices() {
  return {
      {"endpoint error",
       "A modelled exception of Amazon SageMaker Runtime.",
       {"InternalDependencyException", "InternalFailure", "InternalStreamFailure", "ModelError",
        "ModelNotReadyException", "ModelStreamError", "ServiceUnavailable", "ThrottlingException",
        "ValidationError"}},
  };
}

}  // namespace bedlam::scenario
