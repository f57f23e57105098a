#include "harness/record/writer.h"

#include "emulator/scenario/document.h"
#include "emulator/scenario/sections.h"
#include "harness/record/outcome_text.h"
#include "harness/record/yaml_text.h"

namespace bedlam::harness {
namespace {

// Less than a scenario file may have, since its parts count more in memory than on the disk.
constexpr std::size_t kMaxPartBytes = scenario::kMaxFileBytes / 2;
// A rule that is longer becomes one for each of its calls, which need not stand in one file.
constexpr std::size_t kMaxRuleBytes = kMaxPartBytes / 8;
// What a file has before its first rule: the comment, and the model's id.
constexpr std::size_t kAroundARule = 8 * 1024;
// A longer request, such as one with pictures, is a file of its own.
constexpr std::size_t kMaxInlineRequest = 16 * 1024;

// The rule, or where that is too long one for each call: `call: 1` takes the first call that comes
// so far, and leaves the others to the rules behind it.
std::vector<std::string> rule_texts(const script::Rule& rule, Beside& beside) {
  std::vector<YamlLines> outcomes;
  for (const script::Outcome& outcome : rule.outcomes) {
    outcomes.push_back(outcome_lines(outcome, beside));
  }
  std::string whole = rule_text(rule.when, outcomes);
  if (whole.size() <= kMaxRuleBytes || outcomes.size() == 1) return {std::move(whole)};
  std::vector<std::string> texts;
  script::When when = rule.when;
  when.call = 1;
  for (std::size_t i = 0; i + 1 < outcomes.size(); ++i) {
    texts.push_back(rule_text(when, {outcomes[i]}));
  }
  texts.push_back(rule_text(rule.when, {outcomes.back()}));
  return texts;
}

std::string client_text(const scenario::ClientSettings& client) {
  std::string text = "{retries: " + yaml_word(client.retries);
  if (client.max_attempts) text += ", max_attempts: " + std::to_string(*client.max_attempts);
  if (client.read_timeout) text += ", read_timeout: " + yaml_duration(*client.read_timeout);
  return text + "}";
}

std::string step_text(const AskedAgain& again, const std::string& body_file) {
  const scenario::CallStep& step = again.step;
  const scenario::CallStep usual;
  YamlLines lines{"call: " + step.operation, "model: " + yaml_word(step.model)};
  if (step.region != usual.region) lines.push_back("region: " + step.region);
  if (!step.parameters.empty()) {
    lines.push_back("parameters: " + headers_text(step.parameters));
  }
  if (!step.body) {
    lines.push_back("prompt: " + yaml_quoted(step.prompt));
  } else {
    lines.push_back(body_file.empty() ? "body: " + yaml_flow(*step.body)
                                      : "body_file: " + yaml_word(body_file));
  }
  if (step.max_tokens != usual.max_tokens) {
    lines.push_back("max_tokens: " + std::to_string(step.max_tokens));
  }
  lines.push_back("client: " + client_text(step.client));
  if (step.deadline) lines.push_back("deadline: " + yaml_duration(*step.deadline));
  if (!again.as.empty()) lines.push_back("as: " + yaml_quoted(again.as));
  if (!again.expect.is_null()) lines.push_back("expect: " + yaml_flow(again.expect));
  return list_item(lines, 2);
}

// Fills files one after the other, each with the sections that what it holds needs.
class RecordingParts {
 public:
  explicit RecordingParts(const Recording& recording) : recording_(recording) { begin(); }

  void add_rule(const script::Behaviour& model, const std::string& text) {
    make_room(text.size());
    if (section_ != model.pattern) {
      if (section_.empty()) parts_.back() += "models:\n";
      parts_.back() += "  " + yaml_word(model.pattern) + ":\n    recorded: true\n";
      if (model.latency) parts_.back() += "    latency: " + latency_text(*model.latency) + "\n";
      parts_.back() += "    replies:\n";
      section_ = model.pattern;
    }
    parts_.back() += text;
  }
  void add_step(const std::string& text) {
    make_room(text.size());
    if (!running_) parts_.back() += "run:\n";
    running_ = true;
    parts_.back() += text;
  }
  std::vector<std::string> finish() && { return std::move(parts_); }

 private:
  void make_room(std::size_t bytes) {
    if (parts_.back().size() + bytes > kMaxPartBytes && (running_ || !section_.empty())) begin();
  }
  void begin() {
    std::string text;
    for (const std::string& line : recording_.comment) text += "# " + line + "\n";
    if (!parts_.empty()) text += "# Part " + std::to_string(parts_.size() + 1) + ".\n";
    parts_.push_back(std::move(text));
    section_.clear();
    running_ = false;
  }

  const Recording& recording_;
  std::vector<std::string> parts_;
  std::string section_;  // the model whose rules are being written
  bool running_ = false;
};

}  // namespace

bool fits_one_file(const script::When& when, const script::Outcome& outcome) {
  Beside beside("answer");
  const std::string rule = rule_text(when, {outcome_lines(outcome, beside)});
  for (const BesideFile& file : std::move(beside).finish()) {
    if (file.text.size() > scenario::kMaxNamedFileBytes) return false;
  }
  // A shorter one is far below what a file may be expanded.
  if (rule.size() <= kMaxPartBytes / 4) return true;
  const std::string text = "models:\n  m:\n    recorded: true\n    replies:\n" + rule;
  return text.size() + kAroundARule <= scenario::kMaxFileBytes &&
         scenario::parse_scenario(text, "recording.yaml").ok();
}

RecordingText write_recording(const Recording& recording, const std::string& name) {
  RecordingText written;
  Beside beside(name);
  RecordingParts parts(recording);
  for (const script::Behaviour& model : recording.models) {
    for (const script::Rule& rule : model.rules) {
      for (const std::string& text : rule_texts(rule, beside)) parts.add_rule(model, text);
    }
  }
  for (const AskedAgain& again : recording.run) {
    std::string file;
    if (again.step.body) {
      std::string body = to_text(*again.step.body);
      if (body.size() > kMaxInlineRequest || !fits_yaml(*again.step.body)) {
        file = beside.add("requests", std::move(body));
      }
    }
    parts.add_step(step_text(again, file));
  }
  written.parts = std::move(parts).finish();
  written.beside = std::move(beside).finish();
  return written;
}

}  // namespace bedlam::harness
