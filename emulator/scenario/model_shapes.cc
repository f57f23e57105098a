// The words of models: what answers, how long it takes and what goes wrong with it. Part of the
// table in shapes.h.
#include <deque>
#include <string>

#include "emulator/fault/fault.h"
#include "emulator/scenario/shape_tables.h"

namespace bedlam::scenario {

namespace {

// What a rule and a line of its script say alike.
std::vector<Field> outcome_fields(std::string_view latency_about) {
  return {
      {"answer", "text | answer", "What the model answers."},
      {"throttle", "true | text", "Answers ThrottlingException; a text is its message."},
      {"error", "error name | endpoint error | error",
       "Answers an error of Amazon Bedrock, or of SageMaker."},
      {"stop_reason", "stop reason", "Why the answer ends; by default what follows from it."},
      {"input_tokens", "positive", "How many tokens the request counts, in place of the rule."},
      {"output_tokens", "positive", "How many tokens the answer counts, in place of the rule."},
      {"chunks", "chunk rule",
       "How much one chunk of its stream carries, in place of the model's."},
      {"latency", "distribution | profile | latency", latency_about},
      {"fault", "fault", "What goes wrong with it, and where in it."},
  };
}

Object reply_object() {
  Object object{"reply",
                "a reply",
                "A rule: which calls it takes, and what it answers.",
                outcome_fields("How long it takes, in place of the model's."),
                {{true, {"answer", "throttle", "error", "script"}}}};
  constexpr int kBehindError = 4;  // `when` is before them
  object.fields.insert(object.fields.begin(),
                       {"when", "when", "Which calls it takes; without it, every call."});
  object.fields.insert(
      object.fields.begin() + kBehindError,
      {"script", "[throttle | outcome]", "Outcomes in order, one a call; the last repeats."});
  return object;
}

// A model and what it has of its own.
std::vector<Object> model_objects() {
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
         "What a token is; else as the next entry says that matches the model and has it, else the "
         "rule of docs/latency.md."},
        {"chunks", "chunk rule",
         "How much one chunk of a stream carries; else as the next such entry says, else a token, "
         "but where the model's own streams are known to differ."},
        {"recorded", "true",
         "Its answers were recorded (docs/record.md): bodies, raw bodies, frames and errors, sent "
         "as they are, before the request is checked."}},
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
  };
}

// Which calls a rule takes, and its script.
std::vector<Object> rule_objects() {
  return {
      reply_object(),
      {"when",
       "a condition",
       "Conditions on a call; all of them must hold.",
       {{"prompt", "pattern", "All text of the last user message."},
        {"prompt_sha256", "text", "The SHA-256 of that text, in hex."},
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
       outcome_fields("How long it takes, in place of the reply's."),
       {{true, {"answer", "throttle", "error"}}}},
  };
}

// What a script says, and recordings of it.
std::vector<Object> answer_objects() {
  return {
      {"answer",
       "an answer",
       "An answer that is more than a text.",
       {{"tokens", "positive", "Filler of that many tokens, the same for the same seed."},
        {"tool", "tool", "The model asks for a tool."},
        {"file", "path",
         "The text of a file; a .json file is a body. Of a recorded model: the whole body."},
        {"body", "{any}", "The model's own JSON, sent as it is."},
        {"recorded", "[text | recorded chunk]",
         "A text chunk by chunk, as a stream brought it; each begins with a token."},
        {"raw", "text", "Of a recorded model: the whole body, whatever it is."},
        {"frames", "[frame]", "Of a recorded model: a stream, frame by frame."},
        {"status", "positive", "Of a recorded model: the HTTP status; 200 by default."},
        {"headers", "{text or number}", "Of a recorded model: further headers of the answer."}},
       {{true, {"tokens", "tool", "file", "body", "recorded", "raw", "frames"}}}},
      {"frame",
       "a frame",
       "A frame of a recorded stream, and when it came.",
       {{"event", "text", "Its event: chunk, contentBlockDelta, …"},
        {"exception", "text", "Of an exception frame: its type, such as throttlingException."},
        {"headers", "text | {text or number}",
         "All its headers in order, where they are not the usual ones, such as those of an error "
         "frame; where one is no text, the bytes of all in base64."},
        {"json", "any", "Its payload without padding; of a chunk the model's own JSON."},
        {"payload", "text", "Its payload as it came, where that cannot be written as json."},
        {"base64", "text", "Its payload in base64, where that is no text."},
        {"padding", "number", "How many letters of padding beside json; by default there is none."},
        {"tokens", "number", "How many output tokens came with it; 0 by default."},
        {"at", "duration",
         "When it came, since the call; all frames of an answer have one, or none."}},
       {{true, {"event", "exception", "headers"}}, {true, {"json", "payload", "base64"}}}},
      {"recorded chunk",
       "a recorded chunk",
       "A piece of a recorded text, and when it came.",
       {{"text", "text", "The piece.", true},
        {"at", "duration",
         "When it came, since the call; all chunks of an answer have one, or none.", true}},
       {}},
  };
}

// What answers, errors and latencies are made of.
std::vector<Object> answer_part_objects() {
  return {
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
         "What the model's container answered, of ModelError, ModelErrorException and "
         "ModelStreamErrorException."},
        {"original_message", "text", "What it said, of ModelStreamErrorException."},
        {"resource_name", "text", "Whose error it is, of ModelErrorException."},
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

}  // namespace

std::vector<Object> answering_objects() {
  std::vector<Object> all;
  for (const auto part : {model_objects, rule_objects, answer_objects, answer_part_objects}) {
    for (Object& object : part()) all.push_back(std::move(object));
  }
  return all;
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

}  // namespace bedlam::scenario
