#include "harness/runner/plan.h"

#include <algorithm>

#include "harness/client/request.h"
#include "harness/retry/catalog.h"

namespace bedlam::harness {
namespace {

const Fields& fields_of(const scenario::Step& step) {
  if (std::holds_alternative<scenario::StartStep>(step.action)) return start_fields();
  if (std::holds_alternative<scenario::CallStep>(step.action)) return model_call_fields();
  if (std::holds_alternative<scenario::CommandStep>(step.action)) return command_fields();
  static const Fields nothing;  // a wait only passes the time
  return nothing;
}

// What must hold although nobody wrote it.
void assume_success(const scenario::Step& step, Expectation& expectation) {
  if (std::holds_alternative<scenario::StartStep>(step.action)) {
    expectation.assume("status", "SUCCEEDED", {"status", "error", "cause"}, step.position,
                       "a workflow must succeed where no status or error is expected");
  } else if (std::holds_alternative<scenario::CallStep>(step.action)) {
    expectation.assume("outcome", "complete", {"outcome", "error"}, step.position,
                       "a call must be complete where no outcome or error is expected");
  } else if (std::holds_alternative<scenario::CommandStep>(step.action)) {
    expectation.assume("exit", 0, {"exit", "timed_out"}, step.position,
                       "a command must exit with 0 where nothing else is expected");
  }
}

class Planner {
 public:
  explicit Planner(const scenario::Scenario& scenario) : scenario_(scenario) {}

  Result<Plan, Diagnostics> make() {
    Plan plan;
    for (const scenario::Step& step : scenario_.run) {
      check(step);
      Expectation expectation = compile(step.expect, fields_of(step));
      assume_success(step, expectation);
      plan.steps.push_back(std::move(expectation));
      names_.push_back(step.as);
    }
    plan.file = compile(scenario_.expect, file_fields());
    if (has_errors(mistakes_)) return mistakes_;
    return plan;
  }

 private:
  Expectation compile(const std::optional<scenario::Located>& expect, const Fields& fields) {
    if (!expect) return {};
    return Expectation::compile(*expect, fields, scenario_.file, names_, mistakes_);
  }

  void check(const scenario::Step& step) {
    if (const auto* call = std::get_if<scenario::CallStep>(&step.action)) {
      const Operation* operation = find_operation(call->operation);
      if (operation == nullptr) {
        mistake(step, "there is no operation '" + call->operation + "'");
      } else {
        check_parameters(step, *call, *operation);
      }
      if (find_retry_policy(call->client.retries) == nullptr) {
        mistake(step, no_such_policy(call->client.retries));
      }
    }
    const auto* start = std::get_if<scenario::StartStep>(&step.action);
    if (start != nullptr &&
        std::none_of(scenario_.workflows.begin(), scenario_.workflows.end(),
                     [&](const scenario::Workflow& w) { return w.name == start->workflow; })) {
      mistake(step, "there is no workflow '" + start->workflow + "'");
    }
  }

  void check_parameters(const scenario::Step& step, const scenario::CallStep& call,
                        const Operation& operation) {
    for (const auto& [name, value] : call.parameters) {
      if (auto wrong = parameter_mistake(operation, name)) mistake(step, *std::move(wrong));
    }
    const std::string missing = missing_parameter(call, operation);
    // A job that was started before is the one that is asked about.
    if (missing.empty() || missing == "invocationArn") return;
    mistake(step, call.operation + " needs `parameters: {" + missing + ": …}`");
  }

  void mistake(const scenario::Step& step, std::string message) {
    mistakes_.push_back({Severity::kError, scenario_.file, step.position, std::move(message), ""});
  }

  const scenario::Scenario& scenario_;
  std::vector<std::string> names_;
  Diagnostics mistakes_;
};

}  // namespace

Result<Plan, Diagnostics> make_plan(const scenario::Scenario& scenario) {
  return Planner(scenario).make();
}

}  // namespace bedlam::harness
