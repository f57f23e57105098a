#include "harness/report/document.h"

#include "emulator/app/version.h"
#include "harness/report/failure_text.h"
#include "harness/report/report.h"

namespace bedlam::harness {
namespace {

std::string_view status_name(ScenarioResult::Status status) {
  switch (status) {
    case ScenarioResult::Status::kHeld:
      return "held";
    case ScenarioResult::Status::kFailed:
      return "failed";
    case ScenarioResult::Status::kSkipped:
      return "skipped";
    case ScenarioResult::Status::kInvalid:
      break;
  }
  return "invalid";
}

Json step_json(const ScenarioResult& result, const StepResult& step) {
  Json failed = Json::array();
  for (const Verdict& verdict : step.failed) {
    failed.push_back({{"field", verdict.field},
                      {"expected", verdict.expected},
                      {"actual", verdict.actual},
                      {"line", verdict.position.line},
                      {"column", verdict.position.column},
                      {"notes", verdict.notes},
                      {"text", failure_text(result, verdict)}});
  }
  Json json{{"name", step.name},
            {"kind", step.kind},
            {"line", step.position.line},
            {"start", seconds(step.started.time_since_epoch())},
            {"took", seconds(step.took)},
            {"held", step.held()},
            {"expectations", step.expectations},
            {"failed", std::move(failed)},
            {"money", to_json(step.bill)}};
  if (!step.xray.requests.empty()) json["xray"] = to_json(step.xray, step.started);
  if (step.xray.worth_showing()) json["xray_text"] = xray_text(step.xray, step.started);
  return json;
}

// The comment that the file opens with says what it shows: its paragraphs, a line each. A line that
// is indented, as of a list, stays one.
std::string about(const std::string& source) {
  std::string text;
  for (std::size_t at = 0; at < source.size() && source[at] == '#';) {
    const std::size_t end = std::min(source.find_first_of("\r\n", at), source.size());
    const std::size_t begin = std::min(at + 2, end);
    const std::string line = source.substr(begin, end - begin);
    const bool joined = !text.empty() && !text.ends_with('\n') && !line.empty() &&
                        line.front() != ' ' && !line.starts_with("- ");
    text += (text.empty() ? "" : joined ? " " : "\n") + line;
    at = std::min(source.find('\n', end), source.size() - 1) + 1;
  }
  return text;
}

}  // namespace

Json document_of(const ScenarioResult& result) {
  Json steps = Json::array();
  for (const StepResult& step : result.steps) steps.push_back(step_json(result, step));
  Json json{{"file", result.file},
            {"status", status_name(result.status)},
            {"about", about(result.source)},
            {"seed", result.seed},
            {"clock", result.real_clock ? "real" : "virtual"},
            {"took", seconds(result.took)},
            {"steps", std::move(steps)},
            {"money", to_json(result.bill)},
            {"prices", result.prices_date}};
  if (!result.reason.empty()) json["reason"] = result.reason;
  if (!result.diagnostics.empty()) json["diagnostics"] = diagnostics_text(result);
  if (result.again) json["again"] = *result.again;
  for (const char* part : {"calls", "executions"}) {
    if (const Json* evidence = find(result.evidence, part)) json[part] = *evidence;
  }
  return json;
}

Json document_of(const Json& scenarios) {
  Json totals{{"held", 0}, {"failed", 0}, {"skipped", 0}, {"invalid", 0}};
  for (const Json& scenario : scenarios) {
    Json& count = totals[scenario["status"].get<std::string>()];
    count = count.get<int>() + 1;
  }
  return {{"bedlam", app::kVersion},
          {"form", kDocumentVersion},
          {"totals", std::move(totals)},
          {"scenarios", scenarios}};
}

}  // namespace bedlam::harness
