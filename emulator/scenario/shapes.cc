#include "emulator/scenario/shapes.h"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>

#include "emulator/fault/fault.h"
#include "emulator/scenario/shape_tables.h"

namespace bedlam::scenario {
namespace {

std::vector<Object> answering_objects() {
  return {
      {"model",
       "a model",
       "What the models whose ids match the pattern answer.",
       {{"latency", "distribution | profile | latency", "How long its answers take."},
        {"quota", "quota", "How much of each model may be used in each Region; without it, all."},
        {"regions", "[region]",
         "Where an inference profile may go, each Region with the quota; by default where it is "
         "called."},
        {"replies", "[throttle | reply]",
         "Rules, tried from top to bottom; the first that matches a call answers it."},
        {"tokens", "words | token rule",
         "What a token is; by default the rule of docs/latency.md."},
        {"chunks", "chunk rule",
         "How much one chunk of a stream carries; by default a token, but where the model's own "
         "streams are known to differ."}},
       {}},
      {"quota",
       "a quota",
       "How much of a model an account may use in a Region.",
       {{"requests", "rate", "Calls; so many may also come at once."},
        {"tokens", "rate", "Tokens of input and output, reserved by input and max_tokens."},
        {"daily_tokens", "amount", "The same of a day, which begins at 00:00 UTC."},
        {"concurrent", "positive", "Calls under way at a time."},
        {"burndown", "positive",
         "How often an output token counts in the end; by default what AWS says of the model."},
        {"refill", "refill", "How requests and tokens come back; continuous by default."}},
       {}},
      {"reply",
       "a reply",
       "A rule: which calls it takes, and what it answers.",
       {{"when", "when", "Which calls it takes; without it, every call."},
        {"answer", "text | answer", "What the model answers."},
        {"throttle", "true | text", "Answers ThrottlingException; a text is its message."},
        {"error", "error name | endpoint error | error",
         "Answers an error of Amazon Bedrock, or of SageMaker."},
        {"script", "[throttle | outcome]", "Outcomes in order, one a call; the last repeats."},
        {"stop_reason", "stop reason", "Why the answer ends; by default what follows from it."},
        {"input_tokens", "positive", "How many tokens the request counts, in place of the rule."},
        {"output_tokens", "positive", "How many tokens the answer counts, in place of the rule."},
        {"chunks", "chunk rule",
         "How much one chunk of its stream carries, in place of the model's."},
        {"latency", "distribution | profile | latency",
         "How long it takes, in place of the model's."},
        {"fault", "fault", "What goes wrong with it, and where in it."}},
       {{true, {"answer", "throttle", "error", "script"}}}},
      {"when",
       "a condition",
       "Conditions on a call; all of them must hold.",
       {{"prompt", "pattern", "All text of the last user message."},
        {"operation", "pattern", "The operation that was called."},
        {"region", "pattern", "The Region that was called."},
        {"attempt", "positive", "Which attempt of its logical call it is, from 1."},
        {"call", "positive", "Which of the calls that this rule matches otherwise it is, from 1."},
        {"headers", "{pattern}", "Headers of the request, by name."},
        {"body", "{any}",
         "Parts of the request's body by path, such as `$.messages[0].role`; texts are patterns."}},
       {}},
      {"outcome",
       "an outcome",
       "One line of a script.",
       {{"answer", "text | answer", "What the model answers."},
        {"throttle", "true | text", "Answers ThrottlingException; a text is its message."},
        {"error", "error name | endpoint error | error",
         "Answers an error of Amazon Bedrock, or of SageMaker."},
        {"stop_reason", "stop reason", "Why the answer ends; by default what follows from it."},
        {"input_tokens", "positive", "How many tokens the request counts, in place of the rule."},
        {"output_tokens", "positive", "How many tokens the answer counts, in place of the rule."},
        {"chunks", "chunk rule",
         "How much one chunk of its stream carries, in place of the model's."},
        {"latency", "distribution | profile | latency",
         "How long it takes, in place of the reply's."},
        {"fault", "fault", "What goes wrong with it, and where in it."}},
       {{true, {"answer", "throttle", "error"}}}},
      {"answer",
       "an answer",
       "An answer that is more than a text.",
       {{"tokens", "positive", "Filler of that many tokens, the same for the same seed."},
        {"tool", "tool", "The model asks for a tool."},
        {"file", "path", "The text of a file; a .json file is a body."},
        {"body", "{any}", "The model's own JSON, sent as it is."},
        {"recorded", "[text | recorded chunk]",
         "A text chunk by chunk, as a stream brought it; each begins with a token."}},
       {{true, {"tokens", "tool", "file", "body", "recorded"}}}},
      {"recorded chunk",
       "a recorded chunk",
       "A piece of a recorded text, and when it came.",
       {{"text", "text", "The piece.", true},
        {"at", "duration",
         "When it came, since the call; all chunks of an answer have one, or none.", true}},
       {}},
      {"token rule",
       "a token rule",
       "What a token is.",
       {{"characters", "positive", "A token is that many characters.", true}},
       {}},
      {"chunk rule",
       "a chunk rule",
       "How much one chunk of a stream carries.",
       {{"tokens", "positive", "That many tokens."},
        {"characters", "positive", "That many characters; a token counts where it begins."}},
       {{true, {"tokens", "characters"}}}},
      {"tool",
       "a tool",
       "A tool that the model asks for.",
       {{"name", "text", "The tool's name.", true},
        {"input", "{any}", "What the model hands to it; by default an empty object."}},
       {}},
      {"error",
       "an error",
       "An error of Amazon Bedrock, or of SageMaker, with a message of its own.",
       {{"name", "error name | endpoint error", "The exception.", true},
        {"message", "text", "Its message; by default AWS's."},
        {"original_status", "positive",
         "What the model's container answered, of ModelError and ModelErrorException."},
        {"headers", "{text or number}",
         "Further headers of the answer, such as Retry-After and x-amz-retry-after."}},
       {}},
      {"latency",
       "a latency",
       "The two parts of a stream's latency.",
       {{"first_token", "distribution", "From the call to the first token.", true},
        {"per_token", "distribution", "From each token to the next; by default 0s."}},
       {}},
  };
}

// The where of a fault stands here, the what in the catalogue of fault kinds.
Object fault_object() {
  Object object{
      "fault",
      "a fault",
      "What goes wrong with a reply: one place in it, and one thing that happens there.",
      {{"before_headers", "true",
        "Where: before anything is sent; so it is where no place is given."},
       {"after", "duration", "Where: this long after the call."},
       {"after_tokens", "positive", "Where: when this many output tokens have been sent."},
       {"after_frames", "number", "Where: when this many frames of the stream have been sent."},
       {"at_frame", "number | last | event",
        "Where: at that frame, counted from 0, or named by its event."},
       {"byte", "number",
        "Where: after this many bytes of the frame that at_frame names, or else of the body from "
        "there."}},
      {{false, {"before_headers", "after", "after_tokens", "after_frames", "at_frame"}},
       {false, {"before_headers", "byte"}}}};
  static std::deque<std::string> sentences;  // the fields refer to them; the table is made once
  Group kinds{true, {}};
  for (const fault::Kind* kind : fault::catalog()) {
    sentences.push_back(std::string(kind->description()) + " Takes " +
                        std::string(kind->argument()) + ".");
    object.fields.push_back({kind->name(), "any", sentences.back()});
    kinds.names.push_back(kind->name());
  }
  object.groups.push_back(std::move(kinds));
  return object;
}

std::vector<Object> deployed_objects() {
  return {
      {"need",
       "a need",
       "Something the scenario's commands need; where it is missing, the scenario is skipped.",
       {{"check", "text", "A shell command that succeeds where it is there.", true},
        {"because", "text", "What is missing where it fails.", true}},
       {}},
      {"workflow",
       "a workflow",
       "A state machine, deployed before the first step.",
       {{"file", "path", "A file with its definition in Amazon States Language."},
        {"definition", "{any}", "The definition itself."},
        {"type", "workflow type", "STANDARD by default."}},
       {{true, {"file", "definition"}}}},
      {"client",
       "a client",
       "How the built-in client behaves; by default like botocore.",
       {{"read_timeout", "duration", "How long it waits for the next byte; 60s by default."},
        {"retries", "retry policy", "Its retries; legacy, which is boto3's, by default."},
        {"max_attempts", "positive",
         "Attempts in all, the first included; by default the policy's."}},
       {}},
  };
}

std::vector<Object> step_objects() {
  constexpr std::string_view kAs = "A name for later comparison; by default what was done.";
  constexpr std::string_view kExpect = "What must hold of the result.";
  return {
      {"start step",
       "a start step",
       "Starts a workflow and waits for its end.",
       {{"start", "text", "Which of the workflows.", true},
        {"input", "any", "The execution's input; by default an empty object."},
        {"input_file", "path", "A JSON file with the input."},
        {"name", "text", "The execution's name; by default a unique one."},
        {"as", "text", kAs},
        {"expect", "start expectations", kExpect}},
       {{false, {"input", "input_file"}}}},
      {"call step",
       "a call step",
       "Calls a model with the built-in client.",
       {{"call", "operation", "The operation.", true},
        {"model", "text", "The model's id; by default the only one under models, if it has no *."},
        {"prompt", "text", "A message of the user; the client builds the request's body."},
        {"body", "{any}", "The request's body as it is."},
        {"body_file", "path", "A JSON file with the body."},
        {"max_tokens", "positive", "How long the answer may be; 1024 by default."},
        {"region", "region", "The Region that is called; us-east-1 by default."},
        {"client", "client", "How the client behaves."},
        {"deadline", "duration", "How long the whole call may take, retries included."},
        {"as", "text", kAs},
        {"expect", "call expectations", kExpect}},
       {{true, {"prompt", "body", "body_file"}}}},
      {"command step",
       "a command step",
       "Runs a program that finds the endpoint and dummy credentials in its environment.",
       {{"command", "text", "A shell command, run in the scenario's directory.", true},
        {"timeout", "duration", "When it is ended by force; 60s by default."},
        {"environment", "{text or number}", "Further environment variables."},
        {"as", "text", kAs},
        {"expect", "command expectations", kExpect}},
       {}},
      {"wait step",
       "a wait step",
       "Lets time pass.",
       {{"wait", "duration", "How long.", true}, {"as", "text", kAs}},
       {}},
  };
}

// What the retry X-ray sums up.
void add_xray_fields(Object& expectations) {
  for (const Field& field : std::initializer_list<Field>{
           {"waited", "matcher",
            "How long was waited between attempts, by SDKs, callers and Retries."},
           {"nested_retries", "matcher",
            "How many calls had retried themselves before their caller made them again."},
           {"paid_twice", "matcher",
            "How many answers were paid beyond the first of each request."},
           {"past_deadline", "matcher",
            "How many attempts were answered later than their client had said it would wait."}}) {
    expectations.fields.push_back(field);
  }
}

std::vector<Object> expectation_objects() {
  constexpr std::string_view kTakes = "How long it took.";
  constexpr std::string_view kAttempts =
      "How many requests the model calls took, retries included.";
  constexpr std::string_view kGaps =
      "The times between attempts: a retry policy for what it allows, `asl` for what the Retry of "
      "the state allows, or durations.";
  constexpr std::string_view kHandedBack =
      "What became of the answer's text in what was handed back (docs/retries.md).";
  std::vector<Object> objects{
      {"start expectations",
       "'expect' of a start step",
       "What may be expected of an execution.",
       {{"status", "matcher", "SUCCEEDED, FAILED, TIMED_OUT or ABORTED; by default SUCCEEDED."},
        {"output", "matcher", "Its output: a matcher, or matchers by path."},
        {"error", "matcher", "The error's name."},
        {"cause", "matcher", "The error's cause."},
        {"takes", "matcher", kTakes},
        {"states", "matcher", "The names of the states entered, in order."},
        {"events", "matcher", "The types of the history's events, in order."},
        {"calls", "matcher", "What it called, as the journal shows it."},
        {"attempts", "matcher", kAttempts},
        {"gaps", "matcher", kGaps},
        {"handed_back", "matcher", kHandedBack}},
       {}},
      {"call expectations",
       "'expect' of a call step",
       "What may be expected of a call.",
       {{"outcome", "matcher",
         "complete, partial, timed out, or the name of an error; by default complete."},
        {"text", "matcher", "The text that arrived."},
        {"tool_input", "matcher", "What arrived of the input of tools, as JSON text."},
        {"tokens", "matcher",
         "How many output tokens: as the answer says, or as many as came before it broke off."},
        {"attempts", "matcher", kAttempts},
        {"gaps", "matcher", kGaps},
        {"takes", "matcher", kTakes},
        {"stop_reason", "matcher", "Why the answer ended."},
        {"error", "matcher", "The error's name."},
        {"message", "matcher", "The error's message."},
        {"calls", "matcher", "What it called, as the journal shows it."},
        {"handed_back", "matcher", kHandedBack}},
       {}},
      {"command expectations",
       "'expect' of a command step",
       "What may be expected of a program.",
       {{"exit", "matcher", "Its exit status; by default 0."},
        {"stdout", "matcher", "What it printed."},
        {"stderr", "matcher", "What it printed to the error stream."},
        {"takes", "matcher", kTakes},
        {"calls", "matcher", "What it called, as the journal shows it."},
        {"attempts", "matcher", kAttempts},
        {"timed_out", "matcher", "Whether it was ended by force."},
        {"handed_back", "matcher", kHandedBack}},
       {}},
      {"file expectations",
       "'expect' of the file",
       "What may be expected of all steps together.",
       {{"calls", "matcher", "All calls, as the journal shows them."},
        {"attempts", "matcher", kAttempts},
        {"takes", "matcher", "How long all steps took together."}},
       {}},
  };
  for (Object& expectations : objects) add_xray_fields(expectations);
  return objects;
}

}  // namespace

std::vector<Object> service_objects();  // service_shapes.cc

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
       "An operation of Amazon Bedrock Runtime.",
       {"InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"}},
      // Bedrock Runtime API reference, "Common error types" and each operation's errors; without
      // ConflictException, which only StartAsyncInvoke answers.
      {"error name",
       "A modelled exception of Amazon Bedrock Runtime.",
       {"AccessDeniedException", "InternalServerException", "ModelErrorException",
        "ModelNotReadyException", "ModelStreamErrorException", "ModelTimeoutException",
        "ResourceNotFoundException", "ServiceQuotaExceededException", "ServiceUnavailableException",
        "ThrottlingException", "ValidationException"}},
      // Those of Converse and of Anthropic's Messages.
      {"stop reason",
       "Why an answer ends.",
       {"end_turn", "tool_use", "max_tokens", "stop_sequence", "refusal", "pause_turn",
        "guardrail_intervened", "content_filtered", "malformed_model_output", "malformed_tool_use",
        "model_context_window_exceeded"}},
      // The events of the two response streams.
      {"event",
       "An event of a response stream; its first frame is meant.",
       {"PayloadPart", "chunk", "messageStart", "contentBlockStart", "contentBlockDelta",
        "contentBlockStop", "messageStop", "metadata"}},
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
       "or growing with the load: ramp(from 1s to 4s at 20 concurrent).",
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
