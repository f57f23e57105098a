// The words of workflows:, run: and expect:. Part of the table in shapes.h.
#include <initializer_list>
#include <string_view>

#include "emulator/scenario/shape_tables.h"

namespace bedlam::scenario {
namespace {

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

constexpr std::string_view kTakes = "How long it took.";
constexpr std::string_view kObjects =
    "What stands in Amazon S3 then: matchers by `bucket/key`, in which * stands for anything; "
    "null: there is none.";
constexpr std::string_view kAttempts = "How many requests the model calls took, retries included.";
constexpr std::string_view kGaps =
    "The times between attempts: a retry policy for what it allows, `asl` for what the Retry of "
    "the state allows, or durations.";
constexpr std::string_view kHandedBack =
    "What became of the answer's text in what was handed back (docs/retries.md).";
constexpr std::string_view kCost = "What it would have cost, such as `<= 0.02 USD`.";

Object start_expectations() {
  return {"start expectations",
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
           {"handed_back", "matcher", kHandedBack},
           {"objects", "matcher", kObjects},
           {"cost", "matcher", kCost}},
          {}};
}

Object call_expectations() {
  return {
      "call expectations",
      "'expect' of a call step",
      "What may be expected of a call.",
      {{"outcome", "matcher",
        "complete, partial, timed out, or the name of an error; by default complete."},
       {"text", "matcher", "The text that arrived."},
       {"tool_input", "matcher", "What arrived of the input of tools, as JSON text."},
       {"answer", "matcher", "The body of an answer in one piece: a matcher, or matchers by path."},
       {"tokens", "matcher",
        "How many output tokens: as the answer says, or as many as came before it broke off."},
       {"attempts", "matcher", kAttempts},
       {"gaps", "matcher", kGaps},
       {"takes", "matcher", kTakes},
       {"stop_reason", "matcher", "Why the answer ended."},
       {"error", "matcher", "The error's name."},
       {"message", "matcher", "The error's message."},
       {"calls", "matcher", "What it called, as the journal shows it."},
       {"handed_back", "matcher", kHandedBack},
       {"cost", "matcher", kCost}},
      {}};
}

Object command_expectations() {
  return {"command expectations",
          "'expect' of a command step",
          "What may be expected of a program.",
          {{"exit", "matcher", "Its exit status; by default 0."},
           {"stdout", "matcher", "What it printed."},
           {"stderr", "matcher", "What it printed to the error stream."},
           {"takes", "matcher", kTakes},
           {"calls", "matcher", "What it called, as the journal shows it."},
           {"attempts", "matcher", kAttempts},
           {"timed_out", "matcher", "Whether it was ended by force."},
           {"handed_back", "matcher", kHandedBack},
           {"objects", "matcher", kObjects},
           {"cost", "matcher", kCost}},
          {}};
}

Object file_expectations() {
  return {"file expectations",
          "'expect' of the file",
          "What may be expected of all steps together.",
          {{"calls", "matcher", "All calls, as the journal shows them."},
           {"attempts", "matcher", kAttempts},
           {"takes", "matcher", "How long all steps took together."},
           {"objects", "matcher", kObjects},
           {"cost", "matcher", "What all of it would have cost, such as `<= 0.02 USD`."}},
          {}};
}

}  // namespace

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
       {{"read_timeout", "duration",
         "How long it waits for the next byte; by default the policy's, which may be for ever."},
        {"retries", "retry policy", "Its retries; legacy, which is boto3's, by default."},
        {"max_attempts", "positive",
         "Attempts in all, the first included; by default the policy's."}},
       {}},
  };
}

std::vector<Object> step_objects() {
  constexpr std::string_view kAs = "A name for later comparison; by default what was done.";
  constexpr std::string_view kExpect = "What must hold of the result.";
  constexpr std::string_view kInFunction =
      "It runs in an AWS Lambda function of that memory, whose time `cost` includes.";
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
       "Calls a model, or another operation, with the built-in client.",
       {{"call", "operation", "The operation.", true},
        {"model", "text", "The model's id; by default the only one under models, if it has no *."},
        {"parameters", "{text or number}",
         "What stands in the path, the query and the headers, by its name in the service model."},
        {"prompt", "text", "A message of the user; the client builds the request's body."},
        {"body", "{any}", "The request's body as it is."},
        {"body_file", "path", "A JSON file with the body."},
        {"max_tokens", "positive", "How long the answer may be; 1024 by default."},
        {"region", "region", "The Region that is called; us-east-1 by default."},
        {"client", "client", "How the client behaves."},
        {"deadline", "duration", "How long the whole call may take, retries included."},
        {"in_function", "memory", kInFunction},
        {"as", "text", kAs},
        {"expect", "call expectations", kExpect}},
       {{false, {"prompt", "body", "body_file"}}}},
      {"command step",
       "a command step",
       "Runs a program that finds the endpoint and dummy credentials in its environment.",
       {{"command", "text", "A shell command, run in the scenario's directory.", true},
        {"timeout", "duration", "When it is ended by force; 60s by default."},
        {"environment", "{text or number}", "Further environment variables."},
        {"in_function", "memory", kInFunction},
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

std::vector<Object> expectation_objects() {
  std::vector<Object> objects{start_expectations(), call_expectations(), command_expectations(),
                              file_expectations()};
  for (Object& expectations : objects) add_xray_fields(expectations);
  return objects;
}

}  // namespace bedlam::scenario
