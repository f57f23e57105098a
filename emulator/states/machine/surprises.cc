#include "emulator/states/machine/surprises.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "emulator/states/machine/variables.h"

namespace bedlam::states {
namespace {

// Developer guide, "Handling errors in Step Functions workflows".
constexpr std::array<std::string_view, 15> kReservedErrors{"States.ALL",
                                                           "States.BranchFailed",
                                                           "States.DataLimitExceeded",
                                                           "States.ExceedToleratedFailureThreshold",
                                                           "States.HeartbeatTimeout",
                                                           "States.IntrinsicFailure",
                                                           "States.ItemReaderFailed",
                                                           "States.NoChoiceMatched",
                                                           "States.ParameterPathFailure",
                                                           "States.Permissions",
                                                           "States.QueryEvaluationError",
                                                           "States.ResultPathMatchFailure",
                                                           "States.ResultWriterFailed",
                                                           "States.TaskFailed",
                                                           "States.Timeout"};
constexpr std::size_t kInlineConcurrency = 40;

class Surprises {
 public:
  std::vector<Finding> findings;

  void look_at_block(const Json& block, const std::string& place, bool machine_is_jsonata) {
    const Json* const states = find(block, "States");
    if (states == nullptr || !states->is_object()) return;
    for (const auto& [name, state] : states->items()) {
      const std::string state_place = place + "/States/" + name;
      const Json* const language = find(state, "QueryLanguage");
      const bool jsonata = language == nullptr ? machine_is_jsonata : *language == "JSONata";
      look_at_errors(state, state_place);
      look_at_waiting(state, state_place);
      look_at_choice(state, state_place);
      look_at_map(state, state_place);
      look_at_literals(state, state_place, jsonata);
      for (const auto& [below, inner] : blocks_in(state)) {
        look_at_block(*inner, state_place + below, machine_is_jsonata);
      }
    }
  }

 private:
  void warn(std::string message, std::string location, std::string hint) {
    findings.push_back({Finding::Severity::kWarning, "SURPRISE", std::move(message),
                        std::move(location), std::move(hint)});
  }

  void look_at_errors(const Json& state, const std::string& place) {
    for (const char* list_name : {"Retry", "Catch"}) {
      const Json* const list = find(state, list_name);
      if (list == nullptr || !list->is_array()) continue;
      for (std::size_t i = 0; i < list->size(); ++i) {
        const Json* const names = find((*list)[i], "ErrorEquals");
        if (names == nullptr || !names->is_array()) continue;
        for (const Json& name : *names) {
          if (name.is_string()) {
            look_at_error(name.get_ref<const std::string&>(),
                          place + "/" + list_name + "[" + std::to_string(i) + "]/ErrorEquals");
          }
        }
      }
    }
  }

  void look_at_error(const std::string& name, const std::string& place) {
    if (name == "States.Runtime") {
      warn("States.Runtime is never retried and never caught", place,
           "it ends the execution; check the data before the state instead");
      return;
    }
    const bool known =
        std::find(kReservedErrors.begin(), kReservedErrors.end(), name) != kReservedErrors.end();
    if (name.starts_with("States.") && !name.starts_with("States.Http.") && !known) {
      warn("'" + name + "' matches no error of Step Functions", place,
           "only a Fail state that names it raises it");
    }
  }

  void look_at_waiting(const Json& state, const std::string& place) {
    const std::string resource = text_member(state, "Resource");
    const bool callback = resource.ends_with(".waitForTaskToken");
    if (callback) {
      const std::string text = to_text(state);
      if (text.find("$$.Task.Token") == std::string::npos &&
          text.find("$states.context.Task.Token") == std::string::npos) {
        warn("The task token is handed to nobody, so nobody can answer", place,
             "pass $$.Task.Token in Parameters, or $states.context.Task.Token in Arguments");
      }
    }
    if (!callback && resource.find(":activity:") == std::string::npos) return;
    for (const char* limit :
         {"TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"}) {
      if (find(state, limit) != nullptr) return;
    }
    warn("Without an answer this task waits until the execution ends, a year at most", place,
         "set TimeoutSeconds or HeartbeatSeconds");
  }

  void look_at_choice(const Json& state, const std::string& place) {
    if (text_member(state, "Type") != "Choice" || find(state, "Default") != nullptr) return;
    warn("Without Default an input that no rule matches fails with States.NoChoiceMatched", place,
         "a Choice state has no Retry and no Catch; add a Default");
  }

  void look_at_map(const Json& state, const std::string& place) {
    const Json* const most = find(state, "MaxConcurrency");
    if (most == nullptr || !most->is_number_integer() || *most <= kInlineConcurrency) return;
    if (to_text(state).find("DISTRIBUTED") != std::string::npos) return;
    warn("An inline Map runs at most " + std::to_string(kInlineConcurrency) + " iterations at once",
         place + "/MaxConcurrency", "use ProcessorConfig Mode DISTRIBUTED for more");
  }

  void look_at_literals(const Json& state, const std::string& place, bool jsonata) {
    for (const char* field :
         {"Parameters", "ItemSelector", "ResultSelector", "Arguments", "Output", "Assign"}) {
      const Json* const value = find(state, field);
      if (value != nullptr) look_at_literal(*value, "", place + "/" + field, jsonata);
    }
  }

  void look_at_literal(const Json& value, std::string_view name, const std::string& place,
                       bool jsonata) {
    if (value.is_object()) {
      for (const auto& [key, member] : value.items()) {
        look_at_literal(member, key, place + "/" + key, jsonata);
      }
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        look_at_literal(value[i], "", place + "[" + std::to_string(i) + "]", jsonata);
      }
    } else if (value.is_string() && !name.ends_with(".$")) {
      look_at_text(value.get_ref<const std::string&>(), place, jsonata);
    }
  }

  void look_at_text(std::string_view text, const std::string& place, bool jsonata) {
    const bool looks_like_path =
        text.starts_with("$.") || text.starts_with("$$.") || text.starts_with("States.Format(");
    if (looks_like_path && jsonata) {
      warn("This is text: a JSONata state evaluates only {% … %}", place,
           "write {% $states.input… %}");
    } else if (looks_like_path) {
      warn("This is text: only members whose name ends in .$ are evaluated", place,
           "add .$ to the name");
    } else if (jsonata && !text.starts_with("{%") && text.find("{%") != std::string_view::npos) {
      warn("This is text: an expression starts with {% and ends with %}, with nothing around it",
           place, "put the whole text into the expression");
    }
  }
};

}  // namespace

std::vector<Finding> surprises_in(const Json& machine) {
  Surprises surprises;
  const Json* const language = find(machine, "QueryLanguage");
  surprises.look_at_block(machine, "", language != nullptr && *language == "JSONata");
  return std::move(surprises.findings);
}

}  // namespace bedlam::states
