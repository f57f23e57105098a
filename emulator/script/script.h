// What a scenario lets a model, a function or a task answer: rules, tried from top to bottom, each
// with outcomes taken one a call. Filled by scenario/, asked by the services.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/aws/event_stream.h"
#include "emulator/base/diagnostic.h"
#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/fault/fault.h"
#include "emulator/script/latency.h"
#include "emulator/script/pattern.h"
#include "emulator/script/quota.h"

namespace bedlam::script {

// What rules can look at.
struct Facts {
  std::string resource;  // the model id as called, ARN and profile prefix included
  std::string operation, region;
  std::string prompt;            // all text of the last user message
  std::string state, workflow;   // of a workflow's task
  int attempt = 1;               // of the logical call, as the client counts
  bool wants_operation = false;  // only rules that say an operation take the call
  const aws::Headers* headers = nullptr;
  const Json* body = nullptr;
};

// All conditions that are set must hold. Texts are globs (`*`), or regular expressions between
// slashes.
struct When {
  std::optional<std::string> prompt, operation, region, state, workflow;
  std::optional<std::string> prompt_sha256;  // in hex
  std::optional<int> attempt;
  std::optional<int> call;                     // the rule's own count of otherwise matching calls
  std::map<std::string, std::string> headers;  // name → text pattern
  std::map<std::string, Json> body;  // path of names and indexes, `$.messages[0].role` → value
};

// What a token is.
struct TokenRule {
  enum class Kind { kDefault, kWords, kCharacters };
  Kind kind = Kind::kDefault;  // the rule of bedrock/conversation/tokens.h
  int characters = 0;          // of a token, by kCharacters
};

// How much of an answer one chunk of a stream carries: so many tokens, or so many characters.
struct ChunkRule {
  int tokens = 1;
  int characters = 0;  // 0: by tokens
};

struct Tokens {
  int count;
};  // seeded filler of that many tokens
// A text chunk by chunk, as somebody recorded it. A chunk begins with a token.
struct RecordedChunk {
  std::string text;            // never empty
  std::optional<Duration> at;  // since the call; all chunks of an answer have one, or none
};
struct Recorded {
  std::vector<RecordedChunk> chunks;  // never empty
};
// A reply as it was recorded: sent as it is, whatever model or request it belongs to.
struct VerbatimFrame {
  std::string event;           // `:event-type`, `:exception-type` or `:error-code`
  bool exception = false;      // a frame that says that the stream failed
  std::string payload;         // with the padding
  int tokens = 0;              // of output, that came with it
  std::optional<Duration> at;  // since the call; all frames of a reply have one, or none
  // All of them, of a frame that has others than Bedrock's events and exceptions.
  std::optional<aws::EventStreamHeaders> headers{};
};
struct Verbatim {
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string body;                   // of an answer in one piece
  std::vector<VerbatimFrame> frames;  // of a stream; else empty
};
struct ToolUse {
  std::string name;
  Json input;
};
struct Body {
  Json value;
};  // the model's own answer, as it is
struct Answer {
  std::variant<std::string, Tokens, ToolUse, Body, Recorded, Verbatim> content;
  std::string stop_reason;  // "" : what follows from the content
  // Counts in place of those by the rule.
  std::optional<int> input_tokens{}, output_tokens{};
  std::optional<ChunkRule> chunks{};  // else the entry's
  // Of functions and tasks: what the content is (value.h).
  enum class Form { kAsIs, kEcho, kTemplate, kFormat };
  Form form = Form::kAsIs;
};
struct Error {
  std::string name;     // "ThrottlingException"
  std::string message;  // "": the service's own
  // What the model's container answered, of errors that tell it; 0: not said.
  int original_status = 0;
  Json stack = {};  // of a function's exception: its stack trace; null: made up
  // Of a model's or endpoint's error: further headers of the answer.
  std::map<std::string, std::string> headers = {};
  // Further members of Bedrock's ModelStreamErrorException and ModelErrorException; "": not said.
  std::string original_message = {}, resource_name = {};
};

// One line of a script.
struct Outcome {
  std::variant<Answer, Error> result;
  std::optional<Latency> latency;  // else, for answers, the entry's
  std::optional<fault::Fault> fault;
  std::optional<Json> submitted = {};  // of tasks that wait: what the call itself answers
};

struct Rule {
  std::string label;  // where it stands: "throttle.yaml:4"
  When when;
  std::vector<Outcome> outcomes;  // one a call, the last repeats; never empty
};

// One entry of `models:`, `functions:` or `tasks:`.
struct Behaviour {
  std::string pattern;             // a glob over the resource: "anthropic.claude-3-*"
  std::optional<Latency> latency;  // else that of the first entry that has one and matches too
  std::vector<Rule> rules;
  // Else, too, those of the first matching entry that has them.
  std::optional<TokenRule> tokens{};
  std::optional<ChunkRule> chunks{};
  std::optional<Quota> quota = std::nullopt;  // else that of the first that has one, likewise
  // Its answers are errors or Verbatim ones, and are asked for before a request is even read.
  bool recorded = false;
};

// One entry of `endpoints:`.
struct Endpoint {
  Behaviour behaviour;
  std::string output, failure_output;  // S3 URIs of asynchronous results; "": a default bucket
};

// Whether an entry's pattern names the model that a call names, by its id or by an ARN.
bool names_model(std::string_view pattern, std::string_view resource);

// The outcome for a call, and where it came from.
struct Choice {
  const Outcome* outcome = nullptr;  // nullptr: no rule matched; the default answers
  Latency latency;                   // what holds after all defaults; zero where none
  std::string rule;
  std::string mismatch;  // no rule matched: the nearest, and why it did not
};

// Follows a path of names and indexes, `$.messages[0].role`; nullptr where a step finds nothing.
const Json* follow(const Json& from, std::string_view path);

// All behaviours of a scenario with their counters. A model id matches a pattern directly, or by
// the id inside its ARN; a pattern without a profile prefix does not match `us.…`.
class Script {
 public:
  explicit Script(std::vector<Behaviour> behaviours = {});
  Choice choose(const Facts& facts);  // points into this script
  // The same among recorded behaviours, which choose() leaves out.
  Choice choose_recorded(const Facts& facts);
  bool has_recorded() const { return has_recorded_; }
  TokenRule token_rule(const std::string& resource) const;  // where none says, the default
  std::optional<ChunkRule> chunk_rule(const std::string& resource) const;  // nullopt: none says
  const std::vector<Behaviour>& behaviours() const { return behaviours_; }
  // Whether some rule would take the call, whichever of its calls it is. Counts nothing.
  bool has_rule_for(const Facts& facts) const;

 private:
  Choice choose_among(const Facts& facts, bool recorded);
  const Outcome& take_outcome(std::size_t behaviour, std::size_t rule);

  std::vector<Behaviour> behaviours_;
  bool has_recorded_ = false;
  mutable Patterns patterns_;  // compiled when first asked for
  // By behaviour and rule: calls that all conditions but `call` matched, and calls answered.
  struct Count {
    std::uint64_t matched = 0;
    std::size_t answered = 0;  // up to the last outcome
  };
  std::vector<std::vector<Count>> counts_;
};

}  // namespace bedlam::script
