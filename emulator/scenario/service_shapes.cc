// The words of functions: and tasks:, which belong to the table in shapes.cc.
#include "emulator/scenario/shape_tables.h"

namespace bedlam::scenario {
namespace {

// What a reply and an outcome have in common.
std::vector<Field> answering_fields() {
  return {{"answer", "any", "What it answers, as it is."},
          {"echo", "true | text",
           "Answers the event or the parameters, or what stands there at a path such as `$.id`."},
          {"template", "{any}",
           "Answers this, where a member such as `id.$` holds a path into the event or the "
           "parameters."},
          {"format", "text",
           "Answers this text, in which `{event}` and `{$.path}` stand for the event or the "
           "parameters and parts of them, as Python prints them."},
          {"throttle", "true | text",
           "Answers the service's error for too many requests; a text is its message."},
          {"error", "text | service error",
           "Fails: an exception of the service, or of a function's code, or any other error."}};
}

std::vector<Field> further_fields() {
  return {{"submitted", "any",
           "Of a task that waits for a job or for its token: what the call itself answers."},
          {"latency", "distribution | latency",
           "How long it takes; of a task that waits for a job or its token, until that ends."},
          {"fault", "fault", "What goes wrong with it, and where in it."}};
}

void add_fields(std::vector<Field>& fields, const std::vector<Field>& more) {
  fields.insert(fields.end(), more.begin(), more.end());
}

Object entry_object(std::string_view name, std::string_view title, std::string_view about,
                    std::vector<Field> fields) {
  add_fields(fields, answering_fields());
  add_fields(fields,
             {{"script", "[throttle | service outcome]",
               "Outcomes in order, one a call; the last repeats."},
              {"replies", "[throttle | service reply]",
               "Rules, tried from top to bottom; the first that matches a call answers it."}});
  add_fields(fields, further_fields());
  return {name,
          title,
          about,
          std::move(fields),
          {{false,
            {"answer", "echo", "template", "format", "throttle", "error", "script", "replies"}}}};
}

}  // namespace

std::vector<Object> service_objects() {
  std::vector<Field> reply{{"when", "service when", "Which calls it takes; without it, all."}};
  add_fields(reply, answering_fields());
  add_fields(reply, {{"script", "[throttle | service outcome]",
                      "Outcomes in order, one a call; the last repeats."}});
  add_fields(reply, further_fields());
  std::vector<Field> outcome = answering_fields();
  add_fields(outcome, further_fields());
  const std::vector<std::string_view> kinds{"answer", "echo",     "template",
                                            "format", "throttle", "error"};
  std::vector<std::string_view> with_script = kinds;
  with_script.push_back("script");
  return {
      entry_object(
          "function", "a function",
          "What a function answers; no code runs. Without an answer it is null.",
          {{"runtime", "text",
            "Decides how its answers and exceptions are written: python3.13 by default, or "
            "nodejs22.x and the like."},
           {"timeout", "duration", "When Lambda ends it, with Sandbox.Timedout."},
           {"memory", "memory", "Its memory, for which its time is paid; 128MB by default."}}),
      entry_object("task", "a task",
                   "What answers the tasks whose resource matches: the part of the ARN behind "
                   "`arn:aws:states:::`, such as `glue:startJobRun.sync`.",
                   {}),
      {"service reply",
       "a service's reply",
       "A rule: which calls it takes, and what it answers.",
       std::move(reply),
       {{true, with_script}}},
      {"service outcome",
       "a service's outcome",
       "One line of a script.",
       std::move(outcome),
       {{true, kinds}}},
      {"service when",
       "a service's condition",
       "Conditions on a call; all of them must hold.",
       {{"event", "{any}",
         "Parts of a function's event by path, such as `$.order.id`; texts are patterns."},
        {"parameters", "{any}", "Parts of a task's parameters by path; texts are patterns."},
        {"state", "pattern", "The name of the state that calls."},
        {"workflow", "pattern", "The name of the workflow that calls."},
        {"region", "pattern", "The Region that was called."},
        {"attempt", "positive", "Which attempt of its logical call it is, from 1."},
        {"call", "positive", "Which of the calls that this rule matches otherwise it is, from 1."}},
       {{false, {"event", "parameters"}}}},
      {"service error",
       "a service's error",
       "How it fails.",
       {{"name", "text",
         "An exception of the service's API, such as ConditionalCheckFailedException, which gets "
         "its prefix; the exception that a function raises; or an error's whole name.",
         true},
        {"message", "text", "Its message, or the cause."},
        {"stack", "[text]", "The stack trace of a function's exception."}},
       {}},
  };
}

}  // namespace bedlam::scenario
