#include "harness/record/writer.h"

#include "emulator/aws/event_payload.h"
#include "emulator/scenario/document.h"
#include "harness/record/yaml_text.h"

namespace bedlam::harness {
namespace {

// Less than a scenario file may have, since its parts count more in memory than on the disk.
constexpr std::size_t kMaxPartBytes = scenario::kMaxFileBytes / 2;
// A rule that is longer becomes one for each of its calls, which need not stand in one file.
constexpr std::size_t kMaxRuleBytes = kMaxPartBytes / 8;
// A longer body of an answer, such as a picture, is a file of its own.
constexpr std::size_t kMaxInlineAnswer = 64 * 1024;
// A longer request, such as one with pictures, is a file of its own.
constexpr std::size_t kMaxInlineRequest = 16 * 1024;

std::string frame_text(const script::VerbatimFrame& frame) {
  std::string text = "{";
  if (frame.at) text += "at: " + yaml_duration(*frame.at) + ", ";
  text += std::string(frame.exception ? "exception: " : "event: ") + yaml_word(frame.event);
  if (frame.tokens > 0) text += ", tokens: " + std::to_string(frame.tokens);
  const auto read = aws::read_event_payload(frame.event, frame.payload);
  if (!read || !fits_yaml(read->json)) {
    return text + ", payload: " + yaml_quoted(frame.payload) + "}";
  }
  if (read->padding) text += ", padding: " + std::to_string(*read->padding);
  return text + ", json: " + yaml_flow(read->json) + "}";
}

struct DistributionText {
  std::string operator()(const script::Constant& c) const { return yaml_duration(c.value); }
  std::string operator()(const script::Uniform& u) const {
    return "uniform(" + yaml_duration(u.from) + ", " + yaml_duration(u.to) + ")";
  }
  std::string operator()(const script::Normal& n) const {
    return "normal(mean " + yaml_duration(n.mean) + ", sd " + yaml_duration(n.deviation) + ")";
  }
  std::string operator()(const script::Lognormal& l) const {
    return "lognormal(median " + yaml_duration(l.median) + ", p99 " + yaml_duration(l.p99) + ")";
  }
  std::string operator()(const script::Measured& m) const {
    std::string text = "measured(";
    for (const Duration value : *m.values) {
      text += (text.back() == '(' ? "" : ", ") + yaml_duration(value);
    }
    return text + ")";
  }
  std::string operator()(const script::Ramp& r) const {
    return "ramp(from " + yaml_duration(r.from) + " to " + yaml_duration(r.to) + " at " +
           std::to_string(r.full) + " concurrent)";
  }
};

// In quotes where it has a comma, which ends a value in flow style.
std::string latency_part(const script::Distribution& distribution) {
  const std::string text = yaml_distribution(distribution);
  return text.find(',') == std::string::npos ? text : yaml_quoted(text);
}

std::string latency_text(const script::Latency& latency) {
  if (latency.total) return latency_part(*latency.total);
  std::string text = "{first_token: ";
  text += latency.first_token ? latency_part(*latency.first_token) : "0s";
  if (latency.per_token) text += ", per_token: " + latency_part(*latency.per_token);
  return text + "}";
}

std::string headers_text(const std::map<std::string, std::string>& headers) {
  std::string text = "{";
  for (const auto& [name, value] : headers) {
    text += (text.size() > 1 ? ", " : "") + yaml_word(name) + ": " + yaml_quoted(value);
  }
  return text + "}";
}

std::string fault_text(const fault::Fault& fault) {
  std::string text = "{";
  if (const auto* after = std::get_if<fault::AfterFrames>(&fault.where.point)) {
    text += "after_frames: " + std::to_string(after->frames) + ", ";
  }
  return text + std::string(fault.kind->name()) + ": " + yaml_flow(fault.argument) + "}";
}

using YamlLines = std::vector<std::string>;

// Texts that stand beside the recording, under the name of what they belong to.
class Beside {
 public:
  explicit Beside(const std::string& name) : name_(name) {}
  // Gives the name that the recording calls it by.
  std::string add(const char* what, std::string text) {
    std::string file = name_ + "." + what + "/" + std::to_string(files_.size() + 1) + ".json";
    files_.push_back({file, std::move(text)});
    return file;
  }
  std::vector<BesideFile> finish() && { return std::move(files_); }

 private:
  const std::string& name_;
  std::vector<BesideFile> files_;
};

void write_verbatim(const script::Verbatim& verbatim, Beside& beside, YamlLines& lines) {
  lines.emplace_back("answer:");
  if (verbatim.status != 200) lines.push_back("  status: " + std::to_string(verbatim.status));
  if (!verbatim.headers.empty()) lines.push_back("  headers: " + headers_text(verbatim.headers));
  if (!verbatim.frames.empty()) {
    lines.emplace_back("  frames:");
    for (const script::VerbatimFrame& frame : verbatim.frames) {
      lines.push_back("    - " + frame_text(frame));
    }
    return;
  }
  if (verbatim.body.size() > kMaxInlineAnswer) {
    lines.push_back("  file: " + yaml_word(beside.add("answers", verbatim.body)));
    return;
  }
  const auto body = parse_json(verbatim.body);
  const bool exact =
      body.ok() && body->is_object() && fits_yaml(*body) && to_text(*body) == verbatim.body;
  lines.push_back(exact ? "  body: " + yaml_flow(*body) : "  raw: " + yaml_quoted(verbatim.body));
}

void write_error(const script::Error& error, YamlLines& lines) {
  if (error.name == "ThrottlingException" && error.headers.empty()) {
    lines.push_back("throttle: " + (error.message.empty() ? "true" : yaml_quoted(error.message)));
    return;
  }
  std::string text = "error: {name: " + error.name;
  if (!error.message.empty()) text += ", message: " + yaml_quoted(error.message);
  if (!error.headers.empty()) text += ", headers: " + headers_text(error.headers);
  lines.push_back(text + "}");
}

YamlLines outcome_lines(const script::Outcome& outcome, Beside& beside) {
  YamlLines lines;
  if (const auto* answer = std::get_if<script::Answer>(&outcome.result)) {
    write_verbatim(std::get<script::Verbatim>(answer->content), beside, lines);
    if (answer->input_tokens) {
      lines.push_back("input_tokens: " + std::to_string(*answer->input_tokens));
    }
    if (answer->output_tokens) {
      lines.push_back("output_tokens: " + std::to_string(*answer->output_tokens));
    }
  } else {
    write_error(std::get<script::Error>(outcome.result), lines);
  }
  if (outcome.latency) lines.push_back("latency: " + latency_text(*outcome.latency));
  if (outcome.fault) lines.push_back("fault: " + fault_text(*outcome.fault));
  return lines;
}

std::string when_text(const script::When& when) {
  std::string text = "{operation: " + when.operation.value_or("\"*\"");
  if (when.call) text += ", call: " + std::to_string(*when.call);
  if (when.region) text += ", region: " + yaml_word(*when.region);
  if (when.prompt) text += ", prompt: " + yaml_quoted(*when.prompt);
  if (when.prompt_sha256) text += ", prompt_sha256: " + yaml_quoted(*when.prompt_sha256);
  return text + "}";
}

// `lines` as an item of a list, so far to the right.
std::string list_item(const YamlLines& lines, std::size_t indent) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += std::string(indent, ' ') + (i == 0 ? "- " : "  ") + lines[i] + "\n";
  }
  return text;
}

std::string rule_text(const script::When& when, const std::vector<YamlLines>& outcomes) {
  YamlLines lines{"when: " + when_text(when)};
  if (outcomes.size() == 1) {
    lines.insert(lines.end(), outcomes.front().begin(), outcomes.front().end());
    return list_item(lines, 6);
  }
  lines.emplace_back("script:");
  std::string text = list_item(lines, 6);
  for (const YamlLines& outcome : outcomes) text += list_item(outcome, 10);
  return text;
}

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

std::string step_text(const AskedAgain& again, const std::string& body_file) {
  const scenario::CallStep& step = again.step;
  YamlLines lines{"call: " + step.operation, "model: " + yaml_word(step.model)};
  if (step.region != scenario::CallStep{}.region) lines.push_back("region: " + step.region);
  if (!step.parameters.empty()) {
    lines.push_back("parameters: " + headers_text(step.parameters));
  }
  lines.push_back(body_file.empty() ? "body: " + yaml_flow(*step.body)
                                    : "body_file: " + yaml_word(body_file));
  lines.emplace_back("client: {retries: none}");
  if (!again.outcome.empty()) {
    lines.push_back("expect: {outcome: " + yaml_quoted(again.outcome) + "}");
  }
  return list_item(lines, 2);
}

// Fills files one after the other, each with the sections that what it holds needs.
class RecordingParts {
 public:
  explicit RecordingParts(const Recording& recording) : recording_(recording) { begin(); }

  void add_rule(const std::string& model, const std::string& text) {
    make_room(text.size());
    if (section_ != model) {
      if (section_.empty()) parts_.back() += "models:\n";
      parts_.back() += "  " + yaml_word(model) + ":\n    recorded: true\n    replies:\n";
      section_ = model;
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

std::string yaml_distribution(const script::Distribution& distribution) {
  return std::visit(DistributionText{}, distribution);
}

RecordingText write_recording(const Recording& recording, const std::string& name) {
  RecordingText written;
  Beside beside(name);
  RecordingParts parts(recording);
  for (const script::Behaviour& model : recording.models) {
    for (const script::Rule& rule : model.rules) {
      for (const std::string& text : rule_texts(rule, beside)) parts.add_rule(model.pattern, text);
    }
  }
  for (const AskedAgain& again : recording.run) {
    std::string file;
    std::string body = to_text(*again.step.body);
    if (body.size() > kMaxInlineRequest || !fits_yaml(*again.step.body)) {
      file = beside.add("requests", std::move(body));
    }
    parts.add_step(step_text(again, file));
  }
  written.parts = std::move(parts).finish();
  written.beside = std::move(beside).finish();
  return written;
}

}  // namespace bedlam::harness
