#include "emulator/scenario/shapes.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "emulator/scenario/shape_tables.h"

namespace bedlam::scenario {
namespace {

std::vector<Object> all_objects() {
  std::vector<Object> all{
      {"scenario",
       "a scenario",
       "A scenario: what answers, what is deployed, what is done, what must hold.",
       {{"needs", "[need]", "What the scenario's commands need on this machine."},
        {"models", "{model}",
         "What answers: models by id, in which * stands for anything; the first that matches."},
        {"guardrails", "{guardrail}",
         "What guards: guardrails by id, in which * stands for anything; the first that matches."},
        {"endpoints", "{endpoint}",
         "What answers on SageMaker: endpoints by name, in which * stands for anything; the first "
         "that matches."},
        {"functions", "{function}",
         "What answers: AWS Lambda functions by name, in which * stands for anything."},
        {"tasks", "{task}",
         "What answers: tasks of workflows by resource, in which * stands for anything."},
        {"mock_config", "path | {any}",
         "A mock configuration of Step Functions Local: its file, or what stands in it."},
        {"buckets", "{path | {text | stored object}}",
         "What is deployed: buckets of Amazon S3 by name, each a directory, or objects by key."},
        {"workflows", "{path | workflow}", "What is deployed: state machines by name."},
        {"run", "[start step | call step | command step | wait step]",
         "What is done: steps, one after the other."},
        {"expect", "file expectations", "What must hold of all steps together."}},
       {}}};
  const auto append = [&](std::vector<Object> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  };
  append(answering_objects());
  append(guardrail_objects());
  append(endpoint_objects());
  all.push_back(fault_object());
  append(service_objects());
  append(bucket_objects());
  append(deployed_objects());
  append(step_objects());
  append(expectation_objects());
  return all;
}

std::vector<Choices> joined(std::vector<Choices> all, const std::vector<Choices>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

template <typename Named>
const Named& named(const std::vector<Named>& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Named& entry) { return entry.name == name; });
  if (found == table.end()) throw std::logic_error("no shape named " + std::string(name));
  return *found;
}

}  // namespace

const Field* Object::find(std::string_view field) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == field; });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string_view> Object::names() const {
  std::vector<std::string_view> all;
  for (const Field& field : fields) all.push_back(field.name);
  return all;
}

const std::vector<Object>& objects() {
  static const std::vector<Object> all = all_objects();
  return all;
}

const std::vector<Choices>& choices() {
  static const std::vector<Choices> own{
      {"throttle", "Answers ThrottlingException.", {"throttle"}},
      {"words", "A token is a word with the white space before it.", {"words"}},
      {"last", "The last frame of the stream.", {"last"}},
      {"operation",
       "An operation of Amazon Bedrock Runtime or SageMaker Runtime.",
       {"InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream", "CountTokens",
        "ApplyGuardrail", "StartAsyncInvoke", "GetAsyncInvoke", "ListAsyncInvokes",
        "InvokeEndpoint", "InvokeEndpointWithResponseStream", "InvokeEndpointAsync"}},
      // Bedrock Runtime API reference, "Common error types" and each operation's errors.
      {"error name",
       "A modelled exception of Amazon Bedrock Runtime.",
       {"AccessDeniedException", "ConflictException", "InternalServerException",
        "ModelErrorException", "ModelNotReadyException", "ModelStreamErrorException",
        "ModelTimeoutException", "ResourceNotFoundException", "ServiceQuotaExceededException",
        "ServiceUnavailableException", "ThrottlingException", "ValidationException"}},
      // Those of Converse and of Anthropic's Messages.
      {"stop reason",
       "Why an answer ends.",
       {"end_turn", "tool_use", "max_tokens", "stop_sequence", "refusal", "pause_turn",
        "guardrail_intervened", "content_filtered", "malformed_model_output", "malformed_tool_use",
        "model_context_window_exceeded"}},
      // The events of the response streams, and of Anthropic's Messages inside chunks; Amazon
      // Nova's have Converse's names.
      {"event",
       "An event of a response stream, or of the model's own inside a chunk; its first frame is "
       "meant.",
       {"PayloadPart", "chunk", "messageStart", "contentBlockStart", "contentBlockDelta",
        "contentBlockStop", "messageStop", "metadata", "message_start", "content_block_start",
        "content_block_delta", "content_block_stop", "message_delta", "message_stop"}},
      {"refill",
       "How a quota comes back: with every moment, or all at once when the calendar's next minute "
       "(second, hour) begins.",
       {"continuous", "window"}},
      {"retry policy",
       "The retries of an SDK (docs/retries.md), or none. legacy, standard and adaptive are short "
       "for botocore's.",
       {"botocore-legacy", "botocore-standard", "botocore-adaptive", "botocore-2026",
        "javascript-v3", "javascript-v3-http1", "java-v2", "java-v2-standard", "go-v2",
        "anthropic-sdk", "ai-sdk", "none", "legacy", "standard", "adaptive"}},
      {"workflow type", "A type of state machine.", {"STANDARD", "EXPRESS"}},
  };
  static const std::vector<Choices> all =
      joined(joined(own, guardrail_choices()), endpoint_choices());
  return all;
}

const std::vector<Scalar>& scalars() {
  const auto string = [] { return Json{{"type", "string"}}; };
  const auto integer = [](int minimum) { return Json{{"type", "integer"}, {"minimum", minimum}}; };
  static const std::vector<Scalar> all{
      {"text", "A text.", string()},
      {"text or number",
       "A text, a number, true or false.",
       {{"type", Json::array({"string", "number", "boolean"})}}},
      {"pattern",
       "A text in which `*` stands for anything; between slashes a regular expression (ECMAScript) "
       "that matches some part.",
       string()},
      {"path", "A file, relative to the scenario's directory.", string()},
      {"region",
       "An AWS Region, such as us-east-1.",
       {{"type", "string"}, {"pattern", "^[a-z]{2,}(-[a-z]+)+-[0-9]+$"}}},
      {"duration",
       "A number with its unit: 800ms, 1.5s, 2m, 1h30m (units ns, us, ms, s, m, h, d).",
       {{"type", "string"},
        {"pattern",
         "^([0-9]+\\.?[0-9]*|\\.[0-9]+) *(ns|us|ms|s|m|h|d)"
         "( *([0-9]+\\.?[0-9]*|\\.[0-9]+) *(ns|us|ms|s|m|h|d))*$"}}},
      {"distribution",
       "A duration; or one drawn for each call: uniform(1s, 2s), normal(mean 1s, sd 200ms), "
       "lognormal(median 800ms, p99 2.5s), measured(700ms, 820ms, 1.1s), measured(file ttft.csv), "
       "or, of models and endpoints, growing with the load: ramp(from 1s to 4s at 20 concurrent).",
       string()},
      {"profile",
       "The word profile and the name of a model's latency: profile claude-3-5-haiku "
       "(docs/latency.md).",
       {{"type", "string"}, {"pattern", "^profile "}}},
      {"rate",
       "So many in so much time: 50/min, 400k/min, 10/s (units k, M, G; s, min, h).",
       {{"type", "string"}, {"pattern", "^[0-9]+(\\.[0-9]+)?[kMG]?/(s|min|h)$"}}},
      {"amount",
       "A whole number from 1, also written 400k or 1.5M.",
       {{"type", Json::array({"integer", "string"})}, {"pattern", "^[0-9]+(\\.[0-9]+)?[kMG]?$"}}},
      {"memory",
       "The memory of an AWS Lambda function, 128MB to 10240MB, or whole GB.",
       {{"type", "string"}, {"pattern", "^[0-9]+ *(MB|GB)$"}}},
      {"share", "A number from 0 to 1.", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}},
      {"positive", "A whole number from 1.", integer(1)},
      {"number", "A whole number from 0.", integer(0)},
      {"true", "The word true.", {{"const", true}}},
      {"any", "Any value.", Json::object()},
      {"matcher", "A value, or another matcher; see \"Matchers\".", Json::object()},
  };
  return all;
}

const Object& object(std::string_view name) {
  return named(objects(), name);
}
const Choices& choice(std::string_view name) {
  return named(choices(), name);
}

}  // namespace bedlam::scenario
