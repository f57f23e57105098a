#include "harness/served/judge.h"

#include "emulator/app/control_plane.h"
#include "harness/report/failure_text.h"
#include "harness/runner/observe.h"
#include "harness/runner/plan.h"

namespace bedlam::harness {
namespace {

constexpr std::string_view kStepName = "the whole file";

app::ControlAnswer json_answer(int status, const Json& body) {
  return {status, to_text(body) + "\n"};
}

// The calls as an assertion in a test reads them.
Json calls_json(const Calls& calls) {
  Json list = Json::array();
  for (const CallRecord& call : calls.records) {
    Json members = Json::object();
    for (const auto& [name, value] : call.fields) {
      if (name == "body") continue;  // a prompt may be a picture; the journal has it
      if (const auto* json = std::get_if<Json>(&value)) members[name] = *json;
      if (const auto* duration = std::get_if<Duration>(&value)) members[name] = seconds(*duration);
    }
    list.push_back(std::move(members));
  }
  return list;
}

}  // namespace

Judge::Judge(app::Emulator& emulator, Settings settings)
    : emulator_(emulator), settings_(settings) {
  emulator.add_control("POST", "scenario",
                       [this](const std::string& body) { return on_scenario(body); });
  emulator.add_control("GET", "verdict", [this](const std::string&) { return on_verdict(); });
  emulator.add_control("POST", "verdict",
                       [this](const std::string& body) { return on_expectation(body); });
}

Result<Done, Diagnostics> Judge::load(const scenario::Scenario& scenario) {
  const Result<Plan, Diagnostics> plan = make_plan(scenario);
  if (!plan) return plan.error();
  const auto loaded = emulator_.load(scenario);
  if (!loaded) return loaded.error();
  scenario_ = scenario;
  expectation_ = plan->file;
  first_entry_ = next_entry(emulator_.journal());
  since_ = emulator_.scheduler().now();
  return Done{};
}

StepResult Judge::judge() const {
  return judge(expectation_, scenario_.expect ? scenario_.expect->at() : Position{}, first_entry_,
               since_);
}

StepResult Judge::judge_all(const scenario::Scenario& scenario) const {
  const Result<Plan, Diagnostics> plan = make_plan(scenario);
  if (!plan || !scenario.expect) return {};
  return judge(plan->file, scenario.expect->at(), 1, Instant{});
}

StepResult Judge::judge(const Expectation& expectation, Position position, std::uint64_t first,
                        Instant since) const {
  const rpc::Journal& journal = emulator_.journal();
  StepResult done;
  done.name = kStepName;
  done.kind = "expect";
  done.position = position;
  done.started = since;
  done.took = emulator_.scheduler().now() - since;
  done.first_entry = first;
  done.end_entry = next_entry(journal);
  Observed observed;
  observed.step = done.name;
  observed.real_clock = settings_.real_clock;
  observed.fields = {{"calls", observe_calls(journal, done.first_entry, done.end_entry)},
                     {"takes", done.took}};
  observed.notes = journal_notes(journal, done.first_entry, done.end_entry);
  done.expectations = expectation.size();
  static const std::map<std::string, Duration> no_steps;
  done.failed = expectation.check(
      observed, {&no_steps, settings_.real_clock ? settings_.tolerance : 0, settings_.real_clock});
  return done;
}

app::ControlAnswer Judge::answer(const scenario::Scenario& scenario,
                                 const StepResult& verdict) const {
  ScenarioResult shown;
  shown.file = scenario.file;
  shown.source = scenario.text;
  shown.again = "";  // the suite that asks knows how to run itself
  Json failed = Json::array();
  std::string text;
  for (const Verdict& one : verdict.failed) {
    failed.push_back({{"field", one.field},
                      {"expected", one.expected},
                      {"actual", one.actual},
                      {"line", one.position.line},
                      {"column", one.position.column},
                      {"notes", one.notes}});
    text += (text.empty() ? "" : "\n") + failure_text(shown, one);
  }
  return json_answer(
      200,
      {{"held", verdict.held()},
       {"expectations", verdict.expectations},
       {"failed", std::move(failed)},
       {"text", text},
       {"calls", calls_json(observe_calls(emulator_.journal(), first_entry_, verdict.end_entry))}});
}

app::ControlAnswer Judge::on_scenario(const std::string& body) {
  const auto scenario = scenario::parse_scenario(body, "scenario", scenario::NamedFiles::kRefused);
  if (!scenario) return json_answer(400, app::errors_json(scenario.error()));
  const auto loaded = load(*scenario);
  if (!loaded) return json_answer(400, app::errors_json(loaded.error()));
  return json_answer(200, {{"status", "loaded"}});
}

app::ControlAnswer Judge::on_verdict() const {
  if (!scenario_.expect) {
    return json_answer(404, {{"errors",
                              {"the scenario in force expects nothing; write expect: "
                               "{calls: [{attempts: 1}]}, or POST what you expect"}}});
  }
  return answer(scenario_, judge());
}

app::ControlAnswer Judge::on_expectation(const std::string& body) const {
  const auto scenario = scenario::parse_scenario(body, "verdict", scenario::NamedFiles::kRefused);
  if (!scenario) return json_answer(400, app::errors_json(scenario.error()));
  if (!scenario->expect) {
    return json_answer(400, {{"errors",
                              {"verdict: the body is a scenario's expectations: expect: "
                               "{calls: [{attempts: 1}]}"}}});
  }
  const Result<Plan, Diagnostics> plan = make_plan(*scenario);
  if (!plan) return json_answer(400, app::errors_json(plan.error()));
  return answer(*scenario, judge(plan->file, scenario->expect->at(), first_entry_, since_));
}

}  // namespace bedlam::harness
