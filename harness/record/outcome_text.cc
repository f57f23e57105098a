#include "harness/record/outcome_text.h"

#include "emulator/aws/event_payload.h"
#include "emulator/base/base64.h"
#include "harness/record/yaml_text.h"

namespace bedlam::harness {
namespace {

// A longer body of an answer, such as a picture, is a file of its own.
constexpr std::size_t kMaxInlineAnswer = 64 * 1024;

// As text each, or where that loses something all of them as the bytes that they are.
std::string frame_headers_text(const aws::EventStreamHeaders& headers) {
  std::string text = "{";
  for (const auto& [name, value] : headers) {
    const auto* line = std::get_if<std::string>(&value);
    if (line == nullptr || !is_utf8(name) || !is_utf8(*line)) {
      return yaml_quoted(base64_encode(aws::encode_headers(headers)));
    }
    text += (text.size() > 1 ? ", " : "") + yaml_quoted(name) + ": " + yaml_quoted(*line);
  }
  return text + "}";
}

std::string frame_text(const script::VerbatimFrame& frame) {
  std::string text = "{";
  if (frame.at) text += "at: " + yaml_duration(*frame.at) + ", ";
  if (frame.headers) {
    text += "headers: " + frame_headers_text(*frame.headers);
  } else {
    text += std::string(frame.exception ? "exception: " : "event: ") + yaml_word(frame.event);
  }
  if (frame.tokens > 0) text += ", tokens: " + std::to_string(frame.tokens);
  if (!is_utf8(frame.payload)) {
    return text + ", base64: " + yaml_quoted(base64_encode(frame.payload)) + "}";
  }
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
  const std::string text = std::visit(DistributionText{}, distribution);
  return text.find(',') == std::string::npos ? text : yaml_quoted(text);
}

struct PlaceText {
  std::string operator()(const fault::BeforeHeaders& /*place*/) const { return ""; }
  std::string operator()(const fault::AfterTime& place) const {
    return "after: " + yaml_duration(place.time) + ", ";
  }
  std::string operator()(const fault::AfterTokens& place) const {
    return "after_tokens: " + std::to_string(place.tokens) + ", ";
  }
  std::string operator()(const fault::AfterFrames& place) const {
    return "after_frames: " + std::to_string(place.frames) + ", ";
  }
  std::string operator()(const fault::AtFrame& place) const {
    const auto* number = std::get_if<int>(&place.frame);
    return "at_frame: " +
           (number != nullptr ? std::to_string(*number)
                              : yaml_word(std::get<std::string>(place.frame))) +
           ", ";
  }
};

std::string fault_text(const fault::Fault& fault) {
  std::string text = "{" + std::visit(PlaceText{}, fault.where.point);
  if (fault.where.byte) text += "byte: " + std::to_string(*fault.where.byte) + ", ";
  return text + std::string(fault.kind->name()) + ": " + yaml_flow(fault.argument) + "}";
}

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
  const bool text = is_utf8(verbatim.body);
  if (verbatim.body.size() > kMaxInlineAnswer || !text) {
    const char* ending = text ? ".json" : ".bin";
    lines.push_back("  file: " + yaml_word(beside.add("answers", verbatim.body, ending)));
    return;
  }
  const auto body = parse_json(verbatim.body);
  const bool exact =
      body.ok() && body->is_object() && fits_yaml(*body) && to_text(*body) == verbatim.body;
  lines.push_back(exact ? "  body: " + yaml_flow(*body) : "  raw: " + yaml_quoted(verbatim.body));
}

void write_error(const script::Error& error, YamlLines& lines) {
  if (error.name == "ThrottlingException" && error.headers.empty() && error.original_status == 0) {
    lines.push_back("throttle: " + (error.message.empty() ? "true" : yaml_quoted(error.message)));
    return;
  }
  std::string text = "error: {name: " + error.name;
  if (!error.message.empty()) text += ", message: " + yaml_quoted(error.message);
  if (error.original_status != 0) {
    text += ", original_status: " + std::to_string(error.original_status);
  }
  if (!error.headers.empty()) text += ", headers: " + headers_text(error.headers);
  lines.push_back(text + "}");
}

std::string body_conditions(const std::map<std::string, Json>& conditions) {
  Json members = Json::object();
  for (const auto& [path, value] : conditions) members[path] = value;
  return yaml_flow(members);
}

}  // namespace

std::string Beside::add(const char* what, std::string text, const char* ending) {
  std::string file = name_ + "." + what + "/" + std::to_string(files_.size() + 1) + ending;
  files_.push_back({file, std::move(text)});
  return file;
}

std::string yaml_distribution(const script::Distribution& distribution) {
  return std::visit(DistributionText{}, distribution);
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
  std::string text = "{";
  const auto add = [&](const char* name, const std::string& value) {
    text += (text.size() > 1 ? ", " : "") + std::string(name) + ": " + value;
  };
  if (when.operation) add("operation", yaml_word(*when.operation));
  if (when.attempt) add("attempt", std::to_string(*when.attempt));
  if (when.call) add("call", std::to_string(*when.call));
  if (when.region) add("region", yaml_word(*when.region));
  if (!when.headers.empty()) add("headers", headers_text(when.headers));
  if (!when.body.empty()) add("body", body_conditions(when.body));
  if (when.prompt) add("prompt", yaml_quoted(*when.prompt));
  if (when.prompt_sha256) add("prompt_sha256", yaml_quoted(*when.prompt_sha256));
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
  YamlLines lines;
  const std::string conditions = when_text(when);
  if (conditions != "{}") lines.push_back("when: " + conditions);
  if (outcomes.size() == 1) {
    lines.insert(lines.end(), outcomes.front().begin(), outcomes.front().end());
    return list_item(lines, 6);
  }
  lines.emplace_back("script:");
  std::string text = list_item(lines, 6);
  for (const YamlLines& outcome : outcomes) text += list_item(outcome, 10);
  return text;
}

}  // namespace bedlam::harness
