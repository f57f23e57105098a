// A scenario file, read: what answers, what is deployed, what is done, what must hold. Start with
// read_scenario(). The words of the format stand in shapes.cc, which is also where the JSON Schema
// and "did you mean" come from.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/base/duration.h"
#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "emulator/script/guardrail.h"
#include "emulator/script/services.h"

namespace bedlam::scenario {

// A piece of the file as JSON, with the position of every part by JSON pointer ("" is the whole).
struct Located {
  Json value;
  std::map<std::string, Position> positions;
  Position at(const std::string& pointer = "") const;  // nearest enclosing part that has one
};

struct Workflow {
  std::string name;
  std::string definition;  // Amazon States Language, JSON text
  std::string file;        // "" where it stands inline
  std::string type = "STANDARD";
  Position position;
  std::optional<Located> source;  // of an inline definition: where each part of it stands
};

// An object of Amazon S3, there before the first step.
struct StoredObject {
  std::string key;
  std::string body;
  std::string content_type;  // "": S3's default
};
struct Bucket {
  std::string name;
  std::vector<StoredObject> objects;
};

// How the built-in client behaves. What is not set is as the retry policy says.
struct ClientSettings {
  std::string retries = "legacy";        // a retry policy (harness/retry/catalog.h)
  std::optional<int> max_attempts;       // the first included
  std::optional<Duration> read_timeout;  // how long it waits for the next byte
};

struct StartStep {  // a workflow
  std::string workflow;
  Json input = Json::object();
  std::optional<std::string> name;  // of the execution
};
struct CallStep {         // of a model or another operation, with the built-in client
  std::string operation;  // by its name in the service model
  std::string model;      // "" where the operation names none
  // Of the path, the query and the headers, by their names in the service model.
  std::map<std::string, std::string> parameters{};
  std::string prompt;
  std::optional<Json> body;  // instead of prompt: the request's body as it is
  int max_tokens = 1024;
  std::string region = "us-east-1";
  ClientSettings client;
  std::optional<Duration> deadline;  // of the whole call, retries included
};
struct CommandStep {    // an external program, on the real clock
  std::string command;  // for /bin/sh, in the scenario's directory
  std::map<std::string, std::string> environment;
  Duration timeout = std::chrono::seconds(60);
};
struct WaitStep {
  Duration duration;
};

struct Step {
  std::optional<int> in_function_mb{};  // it runs in an AWS Lambda function of that memory
  std::variant<StartStep, CallStep, CommandStep, WaitStep> action;
  std::string as;                 // by default the workflow's, operation's or program's name
  std::optional<Located> expect;  // compiled by harness/expect
  Position position;
};

// A tool that the scenario's commands need; where the check fails the scenario is skipped.
struct Need {
  std::string check;    // for /bin/sh; exit 0: it is there
  std::string because;  // shown with the skip
};

struct Scenario {
  std::string file;
  std::string text;         // the whole file, for messages
  std::string description;  // the comment it opens with
  std::vector<Need> needs;
  std::vector<script::Behaviour> models;
  std::vector<script::Guardrail> guardrails;
  std::vector<script::Endpoint> endpoints;
  std::vector<script::Function> functions;
  std::vector<script::Behaviour> tasks;
  std::shared_ptr<const script::MockConfig> mock_config;  // null: none
  std::vector<Bucket> buckets;
  std::vector<Workflow> workflows;
  std::vector<Step> run;
  std::optional<Located> expect;  // on the journal as a whole
};

// Reads a file. Every mistake found is in the diagnostics, in the order of the file. Paths in it
// are relative to its directory.
Result<Scenario, Diagnostics> read_scenario(const std::string& file);
// The same from text; `file` names it in messages and anchors relative paths.
// With kRefused a file that it names is a mistake: for texts that come from elsewhere.
enum class NamedFiles { kRead, kRefused };
Result<Scenario, Diagnostics> parse_scenario(const std::string& text, const std::string& file,
                                             NamedFiles named_files = NamedFiles::kRead);

// A mock configuration of Step Functions Local (MockConfigFile.json); `file` names it in messages.
Result<std::shared_ptr<const script::MockConfig>, Diagnostics> parse_mock_config(
    const std::string& text, const std::string& file);

// The JSON Schema (draft 2020-12) of the format.
Json scenario_schema();

}  // namespace bedlam::scenario
