// The readers of a scenario's sections. Each takes the node of its section, reports what is wrong
// with it, and returns what can be used: nothing, or a shorter list, where a part is wrong.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "emulator/scenario/reader.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::scenario {

std::vector<script::Behaviour> read_models(const Node& node, Reader& reader);
std::vector<script::Guardrail> read_guardrails(const Node& node, Reader& reader);
std::vector<script::Endpoint> read_endpoints(const Node& node, Reader& reader);
std::vector<script::Function> read_functions(const Node& node, Reader& reader);
std::vector<script::Behaviour> read_tasks(const Node& node, Reader& reader);
std::shared_ptr<const script::MockConfig> read_mock_config(const Node& node, Reader& reader);
std::vector<Bucket> read_buckets(const Node& node, Reader& reader);
std::vector<Workflow> read_workflows(const Node& node, Reader& reader);
// Looks into `scenario` for the models and workflows that the steps name.
std::vector<Step> read_run(const Node& node, const Scenario& scenario, Reader& reader);
// `shape`: one of the "… expectations".
std::optional<Located> read_expectations(const Node& node, const Object& shape, Reader& reader);

// Parts of models.
// Of answers that were recorded: whether it has a field that only those have, and what it is.
bool is_of_recordings(const Fields& answer);
// All have times, or none; and these do not go back.
std::optional<std::vector<script::VerbatimFrame>> read_frames(const Node& node, Reader& reader);
std::optional<script::Answer> read_verbatim(const Fields& answer, Reader& reader);
// Mistakes where a recorded model has what it cannot have.
void check_recorded_model(const Fields& model, Reader& reader);
// Names and lines of text.
std::map<std::string, std::string> read_reply_headers(const Node& node, Reader& reader);
// The fields latency and replies of an entry; `pattern` is its name.
script::Behaviour read_behaviour(const std::string& pattern, const Fields& fields, Reader& reader);
std::optional<script::When> read_when(const Node& node, Reader& reader);
std::optional<script::Latency> read_latency(const Node& node, Reader& reader);
std::optional<script::TokenRule> read_token_rule(const Node& node, Reader& reader);
std::optional<script::ChunkRule> read_chunk_rule(const Node& node, Reader& reader);
std::optional<script::Recorded> read_recorded(const Node& node, Reader& reader);
// The counts and the chunks that stand beside an answer; a mistake where it is none, or one that
// cannot have them. `answer`: nullptr where there is none.
void read_counts(const Fields& fields, script::Answer* answer, Reader& reader);
// From the fields of the model with that pattern: quota and regions.
std::optional<script::Quota> read_quota(const Fields& model, const std::string& pattern,
                                        Reader& reader);
std::optional<fault::Fault> read_fault(const Node& node, Reader& reader);
// Conditions on parts of a body by path, `what` being the field's name.
void read_body_conditions(const Node& node, std::string_view what, script::When& when,
                          Reader& reader);
// true, or the message as a text.
std::optional<script::Error> read_throttle(const Node& node, std::string_view error,
                                           Reader& reader);
// The fault touches frames, or its place is counted in frames or tokens.
bool strikes_streams_only(const fault::Fault& fault);
// One line of a script: an object, or the word throttle.
std::optional<script::Outcome> read_outcome(const Node& node, Reader& reader);
// The outcome that the fields of a reply or an outcome tell.
std::optional<script::Outcome> read_outcome_fields(const Fields& fields, Reader& reader);
// Whether it is the word throttle; another bare word is a mistake, named `title`.
bool read_bare_outcome(const Node& node, std::string_view title, Reader& reader);

// Files that a scenario names.
struct FileText {
  std::string path;  // relative to the working directory, or absolute
  std::string text;
};
// Bedrock Runtime API reference, InvokeModel: body, maximum length 25,000,000.
inline constexpr std::size_t kMaxNamedFileBytes = 25'000'000;
std::optional<FileText> read_named_file(const Node& node, std::string_view what, Reader& reader);
// All files below a directory, in the order of their paths. `path`: from the directory on, with
// '/'.
std::optional<std::vector<FileText>> read_named_directory(const Node& node, std::string_view what,
                                                          Reader& reader);
std::optional<Json> read_json_file(const Node& node, std::string_view what, Reader& reader);
std::optional<Json> parse_json_file(const FileText& file, Reader& reader);

// An object as JSON.
std::optional<Json> read_json_object(const Node& node, std::string_view what, Reader& reader);

}  // namespace bedlam::scenario
