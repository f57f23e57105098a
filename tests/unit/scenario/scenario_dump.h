// A scenario as JSON, for comparison with text. What has its default is left out.
#pragma once

#include "emulator/scenario/scenario.h"

namespace bedlam::scenario {

inline Json dump(const script::Distribution& distribution) {
  struct Visitor {
    Json operator()(const script::Constant& c) const { return format_duration(c.value); }
    Json operator()(const script::Uniform& u) const {
      return {{"uniform", {format_duration(u.from), format_duration(u.to)}}};
    }
    Json operator()(const script::Normal& n) const {
      return {{"normal", {format_duration(n.mean), format_duration(n.deviation)}}};
    }
    Json operator()(const script::Lognormal& l) const {
      return {{"lognormal", {format_duration(l.median), format_duration(l.p99)}}};
    }
    Json operator()(const script::Measured& m) const {
      Json values = Json::array();
      for (const Duration value : *m.values) values.push_back(format_duration(value));
      return {{"measured", std::move(values)}};
    }
    Json operator()(const script::Ramp& r) const {
      return {{"ramp", {format_duration(r.from), format_duration(r.to), r.full}}};
    }
  };
  return std::visit(Visitor{}, distribution);
}

inline Json dump(const script::Latency& latency) {
  Json json = Json::object();
  if (latency.total) json["total"] = dump(*latency.total);
  if (latency.first_token) json["first_token"] = dump(*latency.first_token);
  if (latency.per_token) json["per_token"] = dump(*latency.per_token);
  return json;
}

inline Json dump(const fault::Fault& fault) {
  struct Visitor {
    Json operator()(const fault::BeforeHeaders&) const { return "before_headers"; }
    Json operator()(const fault::AfterTime& a) const {
      return {{"after", format_duration(a.time)}};
    }
    Json operator()(const fault::AfterTokens& a) const { return {{"after_tokens", a.tokens}}; }
    Json operator()(const fault::AfterFrames& a) const { return {{"after_frames", a.frames}}; }
    Json operator()(const fault::AtFrame& a) const {
      if (const int* number = std::get_if<int>(&a.frame)) return {{"at_frame", *number}};
      return {{"at_frame", std::get<std::string>(a.frame)}};
    }
  };
  Json json{{"where", std::visit(Visitor{}, fault.where.point)}};
  if (fault.where.byte) json["byte"] = *fault.where.byte;
  json["kind"] = fault.kind->name();
  json["argument"] = fault.argument;
  return json;
}

inline Json dump(const script::ChunkRule& rule) {
  if (rule.characters > 0) return {{"characters", rule.characters}};
  return {{"tokens", rule.tokens}};
}

inline Json dump(const script::Outcome& outcome) {
  Json json = Json::object();
  if (const auto* error = std::get_if<script::Error>(&outcome.result)) {
    json["error"] = error->name;
    if (!error->message.empty()) json["message"] = error->message;
    if (error->original_status != 0) json["original_status"] = error->original_status;
    if (!error->original_message.empty()) json["original_message"] = error->original_message;
    if (!error->resource_name.empty()) json["resource_name"] = error->resource_name;
    if (!error->stack.is_null()) json["stack"] = error->stack;
  } else {
    struct Visitor {
      Json operator()(const std::string& text) const { return text; }
      Json operator()(const script::Tokens& tokens) const { return {{"tokens", tokens.count}}; }
      Json operator()(const script::ToolUse& tool) const {
        return {{"tool", tool.name}, {"input", tool.input}};
      }
      Json operator()(const script::Body& body) const { return {{"body", body.value}}; }
      Json operator()(const script::Recorded& recorded) const {
        Json chunks = Json::array();
        for (const script::RecordedChunk& chunk : recorded.chunks) {
          chunks.push_back(chunk.text);
          if (chunk.at) chunks.back() = chunk.text + " at " + format_duration(*chunk.at);
        }
        return {{"recorded", std::move(chunks)}};
      }
      Json operator()(const script::Verbatim& verbatim) const {
        Json json{{"status", verbatim.status}};
        if (!verbatim.headers.empty()) json["headers"] = verbatim.headers;
        if (verbatim.frames.empty()) json["verbatim"] = verbatim.body;
        for (const script::VerbatimFrame& frame : verbatim.frames) {
          Json shown{{frame.exception ? "exception" : "event", frame.event},
                     {"payload", frame.payload}};
          if (frame.headers) shown["headers"] = Json::array();
          for (const auto& [name, value] : frame.headers.value_or(aws::EventStreamHeaders{})) {
            const auto* text = std::get_if<std::string>(&value);
            shown["headers"].push_back(name + (text == nullptr ? "" : ": " + *text));
          }
          if (frame.tokens > 0) shown["tokens"] = frame.tokens;
          if (frame.at) shown["at"] = format_duration(*frame.at);
          json["frames"].push_back(std::move(shown));
        }
        return json;
      }
    };
    const auto& answer = std::get<script::Answer>(outcome.result);
    json["answer"] = std::visit(Visitor{}, answer.content);
    if (!answer.stop_reason.empty()) json["stop_reason"] = answer.stop_reason;
    if (answer.input_tokens) json["input_tokens"] = *answer.input_tokens;
    if (answer.output_tokens) json["output_tokens"] = *answer.output_tokens;
    if (answer.chunks) json["chunks"] = dump(*answer.chunks);
    using Form = script::Answer::Form;
    if (answer.form == Form::kEcho) json["form"] = "echo";
    if (answer.form == Form::kTemplate) json["form"] = "template";
    if (answer.form == Form::kFormat) json["form"] = "format";
  }
  if (outcome.latency) json["latency"] = dump(*outcome.latency);
  if (outcome.fault) json["fault"] = dump(*outcome.fault);
  if (outcome.submitted) json["submitted"] = *outcome.submitted;
  return json;
}

inline Json dump(const script::When& when) {
  Json json = Json::object();
  if (when.prompt) json["prompt"] = *when.prompt;
  if (when.prompt_sha256) json["prompt_sha256"] = *when.prompt_sha256;
  if (when.operation) json["operation"] = *when.operation;
  if (when.state) json["state"] = *when.state;
  if (when.workflow) json["workflow"] = *when.workflow;
  if (when.region) json["region"] = *when.region;
  if (when.attempt) json["attempt"] = *when.attempt;
  if (when.call) json["call"] = *when.call;
  if (!when.headers.empty()) json["headers"] = when.headers;
  if (!when.body.empty()) json["body"] = when.body;
  return json;
}

inline Json dump(const script::Quota& quota) {
  Json json = Json::object();
  if (quota.requests) json["requests"] = script::format_rate(*quota.requests);
  if (quota.tokens) json["tokens"] = script::format_rate(*quota.tokens);
  if (quota.daily_tokens) json["daily_tokens"] = *quota.daily_tokens;
  if (quota.concurrent) json["concurrent"] = *quota.concurrent;
  if (quota.burndown) json["burndown"] = *quota.burndown;
  if (quota.refill == script::Refill::kWindow) json["refill"] = "window";
  if (!quota.regions.empty()) json["regions"] = quota.regions;
  return json;
}

inline Json dump(const script::Behaviour& behaviour) {
  Json json{{"pattern", behaviour.pattern}};
  if (behaviour.recorded) json["recorded"] = true;
  if (behaviour.quota) json["quota"] = dump(*behaviour.quota);
  if (behaviour.latency) json["latency"] = dump(*behaviour.latency);
  if (behaviour.tokens) {
    const bool words = behaviour.tokens->kind == script::TokenRule::Kind::kWords;
    json["tokens"] = words ? Json("words") : Json{{"characters", behaviour.tokens->characters}};
  }
  if (behaviour.chunks) json["chunks"] = dump(*behaviour.chunks);
  for (const script::Rule& rule : behaviour.rules) {
    Json outcomes = Json::array();
    for (const script::Outcome& outcome : rule.outcomes) outcomes.push_back(dump(outcome));
    json["rules"].push_back(
        {{"label", rule.label}, {"when", dump(rule.when)}, {"outcomes", std::move(outcomes)}});
  }
  return json;
}

inline std::string dump(const Position& position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

inline Json dump(const Located& located) {
  Json positions = Json::object();
  for (const auto& [pointer, position] : located.positions) positions[pointer] = dump(position);
  return {{"value", located.value}, {"positions", std::move(positions)}};
}

inline Json dump(const Step& step) {
  struct Visitor {
    Json operator()(const StartStep& start) const {
      Json json{{"start", start.workflow}, {"input", start.input}};
      if (start.name) json["name"] = *start.name;
      return json;
    }
    Json operator()(const CallStep& call) const {
      Json json{{"call", call.operation}, {"model", call.model}, {"prompt", call.prompt}};
      if (!call.parameters.empty()) json["parameters"] = call.parameters;
      if (call.body) json["body"] = *call.body;
      json["max_tokens"] = call.max_tokens;
      json["region"] = call.region;
      json["client"] = {{"retries", call.client.retries}};
      if (call.client.read_timeout) {
        json["client"]["read_timeout"] = format_duration(*call.client.read_timeout);
      }
      if (call.client.max_attempts) json["client"]["max_attempts"] = *call.client.max_attempts;
      if (call.deadline) json["deadline"] = format_duration(*call.deadline);
      return json;
    }
    Json operator()(const CommandStep& command) const {
      return {{"command", command.command},
              {"environment", command.environment},
              {"timeout", format_duration(command.timeout)}};
    }
    Json operator()(const WaitStep& wait) const {
      return {{"wait", format_duration(wait.duration)}};
    }
  };
  Json json{{"at", dump(step.position)}, {"as", step.as}};
  json.update(std::visit(Visitor{}, step.action));
  if (step.expect) json["expect"] = dump(*step.expect);
  return json;
}

inline Json dump(const script::Guardrail& guardrail) {
  Json json = dump(guardrail.behaviour);
  json["blocked_input"] = guardrail.blocked_input;
  json["blocked_output"] = guardrail.blocked_output;
  for (const script::GuardrailPolicy& policy : guardrail.policies) {
    json["policies"].push_back({{"kind", static_cast<int>(policy.kind)},
                                {"name", policy.name},
                                {"match", policy.match},
                                {"action", static_cast<int>(policy.action)},
                                {"confidence", policy.confidence},
                                {"score", policy.score},
                                {"threshold", policy.threshold},
                                {"source", policy.only_source.value_or("")}});
  }
  return json;
}

inline Json dump(const script::MockConfig& config) {
  Json json = Json::object();
  for (const auto& [machine, cases] : config.machines) {
    for (const auto& [test_case, states] : cases) {
      for (const auto& [state, mocked] : states) {
        Json& answers = json[machine][test_case][state];
        for (const script::MockConfig::Response& response : mocked.responses) {
          answers.push_back(
              {{"first", response.first}, {"last", response.last}, {"is", dump(response.outcome)}});
        }
      }
    }
  }
  return json;
}

inline Json dump(const Scenario& scenario) {
  Json json{{"description", scenario.description}};
  for (const Need& need : scenario.needs) {
    json["needs"].push_back({{"check", need.check}, {"because", need.because}});
  }
  for (const script::Behaviour& model : scenario.models) json["models"].push_back(dump(model));
  for (const script::Guardrail& guardrail : scenario.guardrails) {
    json["guardrails"].push_back(dump(guardrail));
  }
  for (const script::Endpoint& endpoint : scenario.endpoints) {
    Json entry = dump(endpoint.behaviour);
    entry["output"] = endpoint.output;
    entry["failure_output"] = endpoint.failure_output;
    json["endpoints"].push_back(std::move(entry));
  }
  for (const script::Function& function : scenario.functions) {
    Json dumped = dump(function.behaviour);
    dumped["runtime"] = function.runtime;
    if (function.timeout) dumped["timeout"] = format_duration(*function.timeout);
    json["functions"].push_back(std::move(dumped));
  }
  for (const script::Behaviour& task : scenario.tasks) json["tasks"].push_back(dump(task));
  if (scenario.mock_config) json["mock_config"] = dump(*scenario.mock_config);
  for (const Bucket& bucket : scenario.buckets) {
    Json entry{{"name", bucket.name}, {"objects", Json::array()}};
    for (const StoredObject& object : bucket.objects) {
      entry["objects"].push_back({{"key", object.key}, {"body", object.body}});
      if (object.content_type.empty()) continue;
      entry["objects"].back()["content_type"] = object.content_type;
    }
    json["buckets"].push_back(std::move(entry));
  }
  for (const Workflow& workflow : scenario.workflows) {
    json["workflows"].push_back({{"name", workflow.name},
                                 {"at", dump(workflow.position)},
                                 {"type", workflow.type},
                                 {"file", workflow.file},
                                 {"definition", workflow.definition}});
  }
  for (const Step& step : scenario.run) json["run"].push_back(dump(step));
  if (scenario.expect) json["expect"] = dump(*scenario.expect);
  return json;
}

}  // namespace bedlam::scenario
