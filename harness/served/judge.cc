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
      if (const auto* money = std::get_if<Money>(&value)) members["usd"] = money->usd();
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
  since_ = {emulator_.scheduler().now(),
            {next_entry(emulator_.journal()), emulator_.next_execution()}};
  return Done{};
}

StepResult Judge::judge() const {
  return judge(expectation_, scenario_.expect ? scenario_.expect->at() : Position{}, since_);
}

StepResult Judge::judge_all(const scenario::Scenario& scenario) const {
  const Result<Plan, Diagnostics> plan = make_plan(scenario);
  if (!plan || !scenario.expect) return {};
  return judge(plan->file, scenario.expect->at(), Since{});
}

Bill Judge::bill_since(const Window& from) const {
  std::vector<FunctionSize> sizes;
  for (const script::Function& function : scenario_.functions) {
    sizes.push_back({function.behaviour.pattern, function.memory_mb});
  }
  return bill_of(emulator_,
                 {from.first_entry, next_entry(emulator_.journal()), from.first_execution,
                  emulator_.next_execution()},
                 prices(), sizes);
}

Background Judge::background() const {
  return {emulator_.scheduler().wall(Instant{}), scenario_.workflows};
}

Calls Judge::calls_of(const StepResult& step) const {
  const rpc::Journal& journal = emulator_.journal();
  Calls calls = observe_calls(journal, step.first_entry, step.end_entry, background());
  price_calls(calls, journal, step.first_entry, step.end_entry, step.bill);
  return calls;
}

Xray Judge::xray_of(const StepResult& step) const {
  return observe_xray(emulator_.journal(), step.first_entry, step.end_entry, background());
}

StepResult Judge::judge(const Expectation& expectation, Position position,
                        const Since& since) const {
  const rpc::Journal& journal = emulator_.journal();
  StepResult done;
  done.name = kStepName;
  done.kind = "expect";
  done.position = position;
  done.started = since.at;
  done.took = emulator_.scheduler().now() - since.at;
  done.first_entry = since.window.first_entry;
  done.end_entry = next_entry(journal);
  done.bill = bill_since(since.window);
  Observed observed;
  observed.step = done.name;
  observed.real_clock = settings_.real_clock;
  Calls calls = calls_of(done);
  observed.fields = {{"attempts", Json(count_model_attempts(calls))},
                     {"takes", done.took},
                     {"cost", done.bill.total()}};
  observed.fields["calls"] = std::move(calls);
  observed.fields["objects"] = Objects{emulator_.objects()};
  done.xray = xray_of(done);
  add_xray(done.xray, observed);
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
  return json_answer(200, {{"held", verdict.held()},
                           {"expectations", verdict.expectations},
                           {"failed", std::move(failed)},
                           {"text", text},
                           {"calls", calls_json(calls_of(verdict))}});
}

app::ControlAnswer Judge::on_scenario(const std::string& body) {
  const auto scenario = scenario::parse_scenario(body, "scenario", scenario::NamedFiles::kRefused);
  if (!scenario) return json_answer(400, app::errors_json(scenario.error()));
  if (const auto mistakes = app::not_for_a_server(*scenario); !mistakes.empty()) {
    return json_answer(400, app::errors_json(mistakes));
  }
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
  return answer(*scenario, judge(plan->file, scenario->expect->at(), since_));
}

}  // namespace bedlam::harness
