#include "harness/runner/runner.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "emulator/app/definition_diagnostics.h"
#include "emulator/script/shadows.h"
#include "harness/runner/command.h"
#include "harness/runner/observe.h"
#include "harness/runner/plan.h"
#include "harness/runner/session.h"

namespace bedlam::harness {
namespace {

using Status = ScenarioResult::Status;

// How long the check of a need may take.
constexpr Duration kNeedTimeout = std::chrono::seconds(30);

std::string directory_of(const std::string& file) {
  return std::filesystem::path(file).parent_path().string();
}

ScenarioResult empty_result(const std::string& file, const RunOptions& options) {
  ScenarioResult result;
  result.file = file;
  result.seed = options.seed;
  result.real_clock = options.clock == Clock::kReal;
  result.tolerance = options.tolerance;
  return result;
}

ScenarioResult invalid(ScenarioResult result, Diagnostics diagnostics) {
  result.status = Status::kInvalid;
  result.diagnostics = std::move(diagnostics);
  return result;
}

// The first need that is not met: why the scenario is skipped.
std::string unmet_need(const scenario::Scenario& scenario, const RunOptions& options) {
  for (const scenario::Need& need : scenario.needs) {
    Command command{need.check, directory_of(scenario.file), clean_environment(), kNeedTimeout};
    for (const auto& [name, value] : options.environment) command.environment[name] = value;
    const CommandResult checked = run_command(command);
    if (checked.not_started.empty() && checked.exit == 0) continue;
    if (checked.timed_out) {
      return "whether there is " + (need.because.empty() ? need.check : need.because) +
             " was not known within " + format_duration(kNeedTimeout);
    }
    return "needs " + (need.because.empty() ? need.check : need.because);
  }
  return "";
}

struct KindName {
  std::string operator()(const scenario::StartStep& /*step*/) const { return "start"; }
  std::string operator()(const scenario::CallStep& /*step*/) const { return "call"; }
  std::string operator()(const scenario::CommandStep& /*step*/) const { return "command"; }
  std::string operator()(const scenario::WaitStep& /*step*/) const { return "wait"; }
};

bool is_express(const scenario::Scenario& scenario, const std::string& workflow) {
  return std::any_of(
      scenario.workflows.begin(), scenario.workflows.end(),
      [&](const scenario::Workflow& w) { return w.name == workflow && w.type == "EXPRESS"; });
}

struct RunStep {
  const scenario::Scenario& scenario;
  Session& session;
  Ran operator()(const scenario::StartStep& step) const {
    return run_start(session, step, is_express(scenario, step.workflow));
  }
  Ran operator()(const scenario::CallStep& step) const { return run_call(session, step); }
  Ran operator()(const scenario::CommandStep& step) const { return run_shell(session, step); }
  Ran operator()(const scenario::WaitStep& step) const { return run_wait(session, step); }
};

class ScenarioRun {
 public:
  ScenarioRun(const scenario::Scenario& scenario, const Plan& plan, const RunOptions& options)
      : scenario_(scenario),
        plan_(plan),
        options_(options),
        session_({options.clock, options.seed, options.environment, directory_of(scenario.file)}),
        background_(session_.emulator().options().epoch, scenario.workflows),
        result_(empty_result(scenario.file, options)) {}

  ScenarioResult run() {
    const auto loaded = session_.emulator().load(scenario_);
    if (!loaded) return invalid(std::move(result_), loaded.error());
    for (std::size_t i = 0; i < scenario_.run.size(); ++i) {
      if (options_.step_started) options_.step_started(scenario_.run[i].as);
      run_step(scenario_.run[i], plan_.steps[i]);
    }
    if (scenario_.expect) judge_file();
    for (const StepResult& step : result_.steps) {
      if (!step.held()) result_.status = Status::kFailed;
    }
    result_.bill = whole_bill();
    result_.prices_date = prices().date;
    if (options_.evidence) {
      result_.evidence = options_.evidence(scenario_, session_.emulator(), result_.bill);
    }
    result_.journal = journal_text(session_.emulator().journal());
    result_.took = session_.now().time_since_epoch();
    return std::move(result_);
  }

 private:
  rpc::Journal& journal() { return session_.emulator().journal(); }
  const Prices& prices() const { return options_.prices ? *options_.prices : shipped_prices(); }

  Bill bill(const BilledWindow& window) {
    std::vector<FunctionSize> sizes;
    for (const script::Function& function : scenario_.functions) {
      sizes.push_back({function.behaviour.pattern, function.memory_mb});
    }
    return bill_of(session_.emulator(), window, prices(), sizes);
  }
  Bill whole_bill() {
    Bill whole = bill({1, next_entry(journal()), 1, session_.emulator().next_execution()});
    whole += in_functions_;
    return whole;
  }
  // Of a step that is over; `window` is its own.
  Bill bill_of_step(const scenario::Step& step, const StepResult& done,
                    const BilledWindow& window) {
    Bill of_step = bill(window);
    if (step.in_function_mb) {
      Bill function;
      add_function_time(function, journal(), window, done.started, done.took, *step.in_function_mb,
                        prices());
      of_step += function;
      in_functions_ += function;
    }
    return of_step;
  }

  void run_step(const scenario::Step& step, const Expectation& expectation) {
    StepResult done;
    done.name = step.as;
    done.kind = std::visit(KindName{}, step.action);
    done.position = step.position;
    done.started = session_.now();
    done.first_entry = next_entry(journal());
    const std::uint64_t first_execution = session_.emulator().next_execution();
    Ran ran = std::visit(RunStep{scenario_, session_}, step.action);
    done.end_entry = next_entry(journal());
    done.xray = observe_xray(journal(), done.first_entry, done.end_entry, background_);
    const auto takes = ran.observed.fields.find("takes");
    const auto* measured =
        takes == ran.observed.fields.end() ? nullptr : std::get_if<Duration>(&takes->second);
    done.took = measured != nullptr ? *measured : session_.now() - done.started;
    ran.observed.step = step.as;
    if (!ran.trouble.empty()) {
      ran.observed.notes.insert(ran.observed.notes.begin(), "ended: " + ran.trouble);
    }
    ran.observed.real_clock = ran.observed.real_clock || options_.clock == Clock::kReal;
    done.bill = bill_of_step(
        step, done,
        {done.first_entry, done.end_entry, first_execution, session_.emulator().next_execution()});
    ran.observed.fields["cost"] = done.bill.total();
    add_calls(done, step, ran.observed);
    if (expectation.expects("handed_back")) add_shown(done.xray, ran);
    judge(expectation, ran.observed, done);
    if (ran.stuck) {
      done.failed.insert(
          done.failed.begin(),
          {step.position, step.as, "end", "an end", "it is still running, nothing is pending", {}});
    }
    took_[step.as] = done.took;
    cost_[step.as] = done.bill.total();
    result_.steps.push_back(std::move(done));
  }

  void add_calls(const StepResult& done, const scenario::Step& step, Observed& observed) {
    Calls calls = observe_calls(journal(), done.first_entry, done.end_entry, background_);
    price_calls(calls, journal(), done.first_entry, done.end_entry, done.bill);
    if (std::holds_alternative<scenario::StartStep>(step.action)) {
      observed.fields["attempts"] = Json(count_model_attempts(calls));
      observed.fields["gaps"] = gaps_of_model_calls(calls);
    }
    if (std::holds_alternative<scenario::CommandStep>(step.action)) {
      observed.fields["attempts"] = Json(count_model_attempts(calls));
    }
    observed.fields["calls"] = std::move(calls);
    add_xray(done.xray, observed);
    observed.fields["objects"] = Objects{session_.emulator().objects()};
    for (std::string& note : journal_notes(journal(), done.first_entry, done.end_entry)) {
      observed.notes.push_back(std::move(note));
    }
  }

  void add_shown(const Xray& xray, Ran& ran) {
    auto shown = std::make_shared<Shown>();
    for (const std::string_view place : {"stdout", "stderr", "text", "tool_input", "output"}) {
      const auto value = ran.observed.fields.find(place);
      if (value == ran.observed.fields.end()) continue;
      if (const auto* json = std::get_if<Json>(&value->second)) shown->places[value->first] = *json;
    }
    shown->directory = session_.settings().directory;
    shown->failed = !ran.trouble.empty() || ran.gave_up;
    shown->requests = sent_answers(xray, journal());
    ran.observed.fields["handed_back"] = std::shared_ptr<const Shown>(std::move(shown));
  }

  void judge(const Expectation& expectation, const Observed& observed, StepResult& done) {
    const double tolerance = observed.real_clock ? options_.tolerance : 0;
    done.expectations = expectation.size();
    done.failed = expectation.check(observed, {&took_, tolerance, observed.real_clock, &cost_});
    for (Verdict& verdict : done.failed) {
      if (verdict.field != "cost") continue;
      for (std::string& note : bill_notes(done.bill)) verdict.notes.push_back(std::move(note));
    }
  }

  void judge_file() {
    StepResult done;
    done.name = "the whole file";
    done.kind = "expect";
    done.position = scenario_.expect->at();
    done.started = session_.now();
    done.first_entry = 1;
    done.end_entry = next_entry(journal());
    Observed observed;
    observed.step = done.name;
    observed.real_clock = options_.clock == Clock::kReal;
    Calls calls = observe_calls(journal(), 1, done.end_entry, background_);
    done.bill = whole_bill();
    price_calls(calls, journal(), 1, done.end_entry, done.bill);
    observed.fields = {{"attempts", Json(count_model_attempts(calls))},
                       {"takes", session_.now().time_since_epoch()},
                       {"cost", done.bill.total()}};
    observed.fields["calls"] = std::move(calls);
    observed.fields["objects"] = Objects{session_.emulator().objects()};
    done.xray = observe_xray(journal(), 1, done.end_entry, background_);
    add_xray(done.xray, observed);
    judge(plan_.file, observed, done);
    result_.steps.push_back(std::move(done));
  }

  const scenario::Scenario& scenario_;
  const Plan& plan_;
  const RunOptions& options_;
  Session session_;
  Background background_;
  ScenarioResult result_;
  std::map<std::string, Duration> took_;
  std::map<std::string, Money> cost_;
  Bill in_functions_;  // of the steps that ran in one
};

std::string read_text(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

ScenarioResult run_scenario(const scenario::Scenario& scenario, const RunOptions& options) {
  ScenarioResult result = empty_result(scenario.file, options);
  result.source = scenario.text;
  const Result<Plan, Diagnostics> plan = make_plan(scenario);
  if (!plan) return invalid(std::move(result), plan.error());
  if (std::string reason = unmet_need(scenario, options); !reason.empty()) {
    result.status = Status::kSkipped;
    result.reason = std::move(reason);
    return result;
  }
  result = ScenarioRun(scenario, *plan, options).run();
  result.source = scenario.text;
  return result;
}

ScenarioResult run_scenario(const std::string& file, const RunOptions& options) {
  const auto scenario = scenario::read_scenario(file);
  if (scenario) return run_scenario(*scenario, options);
  return unreadable_result(file, scenario.error(), options);
}

ScenarioResult unreadable_result(const std::string& file, Diagnostics mistakes,
                                 const RunOptions& options) {
  ScenarioResult result = invalid(empty_result(file, options), std::move(mistakes));
  result.source = read_text(file);
  return result;
}

namespace {

// Labels are "file:line".
std::size_t line_of(const std::string& label) {
  std::size_t line = 0;
  const std::size_t colon = label.rfind(':') + 1;
  std::from_chars(label.data() + colon, label.data() + label.size(), line);
  return line;
}

template <typename Entry>
std::vector<script::Behaviour> behaviours_of(const std::vector<Entry>& entries) {
  std::vector<script::Behaviour> behaviours;
  for (const Entry& entry : entries) behaviours.push_back(entry.behaviour);
  return behaviours;
}

void warn_of_shadows(const scenario::Scenario& scenario, Diagnostics& diagnostics) {
  for (const auto& behaviours :
       {scenario.models, scenario.tasks, behaviours_of(scenario.endpoints),
        behaviours_of(scenario.functions), behaviours_of(scenario.guardrails)}) {
    for (const script::Shadow& shadow : script::find_shadows(behaviours)) {
      diagnostics.push_back({Severity::kWarning,
                             scenario.file,
                             {line_of(shadow.rule), 1},
                             "this rule is never asked: the one in line " +
                                 std::to_string(line_of(shadow.by)) + " takes all its calls",
                             "rules are tried from top to bottom: put it above the other"});
    }
  }
}

}  // namespace

Diagnostics check_scenario(const std::string& file, const LintSilence& silent) {
  const auto scenario = scenario::read_scenario(file);
  if (!scenario) return scenario.error();
  Diagnostics diagnostics = app::check_workflows(*scenario);
  const Result<Plan, Diagnostics> plan = make_plan(*scenario);
  if (!plan) diagnostics.insert(diagnostics.end(), plan.error().begin(), plan.error().end());
  warn_of_shadows(*scenario, diagnostics);
  const auto add = [&](const Diagnostics& found) {
    diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  };
  add(app::duplicate_names(*scenario));
  if (!has_errors(diagnostics)) add(lint_scenario(*scenario, silent));
  return diagnostics;
}

}  // namespace bedlam::harness
