#include "harness/starter/starter.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "emulator/aws/function_name.h"
#include "harness/starter/input.h"

namespace bedlam::harness {
namespace {

// More than any client's or Retry's attempts: a mock that fails "for good".
constexpr std::string_view kForGood = "0-99";

struct Task {
  std::string name;
  std::string entry;      // of functions: or tasks:, "ask", "dynamodb:putItem"
  bool function = false;  // it stands under functions:
  Json answer;            // what it answers where it does
  Json definition;
};

// One way to fail: a run of its own.
struct Failure {
  std::string task, run;  // "Ask", "Ask-retry-1-Busy"
  std::string error;
  bool for_good = false;      // a Catch; else once
  bool ends_in_fail = false;  // the Catch leads to a Fail state
};

// What may stand in a name of a run and of a test case.
std::string as_word(std::string_view text) {
  std::string word;
  for (const char c : text) {
    word += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  }
  return word;
}

bool plain(const std::string& text) {
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  if (text == "true" || text == "false" || text == "null" || text == "yes" || text == "no") {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
           c == '/';
  });
}

// YAML on one line.
std::string flow(const Json& value) {
  if (value.is_string() && plain(value.get<std::string>())) return value.get<std::string>();
  if (!value.is_structured() || value.empty()) return to_text(value);
  std::string text;
  for (const auto& member : value.items()) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) text += flow(Json(member.key())) + ": ";
    text += flow(member.value());
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

Json answer_of_model() {
  return {{"Body",
           {{"type", "message"},
            {"role", "assistant"},
            {"content", {{{"type", "text"}, {"text", "Room for everyone."}}}},
            {"stop_reason", "end_turn"},
            {"usage", {{"input_tokens", 10}, {"output_tokens", 4}}}}},
          {"ContentType", "application/json"}};
}

Json answer_of_converse() {
  return {{"Output",
           {{"Message", {{"Role", "assistant"}, {"Content", {{{"Text", "Room for everyone."}}}}}}}},
          {"StopReason", "end_turn"},
          {"Usage", {{"InputTokens", 10}, {"OutputTokens", 4}, {"TotalTokens", 14}}}};
}

// What lambda:invoke calls, in either query language; "" where it is not written out.
std::string invoked_function(const Json& state) {
  for (const char* field : {"Parameters", "Arguments"}) {
    if (const Json* call = find(state, field)) return text_member(*call, "FunctionName");
  }
  return "";
}

class Tasks {
 public:
  explicit Tasks(const Json& machine) { add(machine); }

  std::vector<Task> all;
  std::map<std::string, std::string> types;  // of every state

 private:
  void add(const Json& machine) {
    const Json* states = find(machine, "States");
    if (states == nullptr || !states->is_object()) return;
    for (const auto& member : states->items()) add(member.key(), member.value());
  }

  void add(const std::string& name, const Json& state) {
    types[name] = text_member(state, "Type");
    if (types[name] == "Task") all.push_back(task(name, state));
    if (const Json* branches = find(state, "Branches")) {
      for (const Json& branch : *branches) add(branch);
    }
    for (const char* field : {"ItemProcessor", "Iterator"}) {
      if (const Json* inside = find(state, field)) add(*inside);
    }
  }

  static Task task(const std::string& name, const Json& state) {
    constexpr std::string_view kStates = "arn:aws:states:::";
    const std::string resource = text_member(state, "Resource");
    Task task{name, resource, false, Json::object(), state};
    if (resource.starts_with(kStates)) task.entry = resource.substr(kStates.size());
    task.answer = starting_result(state);
    if (task.entry.starts_with("bedrock:invokeModel")) task.answer = answer_of_model();
    if (task.entry == "aws-sdk:bedrockruntime:converse") task.answer = answer_of_converse();
    const bool invoke = task.entry.starts_with("lambda:invoke");
    if (invoke || resource.find(":function:") != std::string::npos) {
      task.function = true;
      if (const Json* payload = find(task.answer, "Payload"); invoke && payload != nullptr) {
        task.answer = Json(*payload);
      }
      const std::string called = invoke ? invoked_function(state) : resource;
      const bool written_out = !called.empty() && called.find('{') == std::string::npos;
      task.entry = written_out ? std::string(aws::function_name(called)) : "*";
    }
    return task;
  }
};

// An error that the rule takes: the names that stand for several need one.
std::string error_for(const Json& rule) {
  const Json* errors = find(rule, "ErrorEquals");
  const std::string name = errors != nullptr && !errors->empty() && (*errors)[0].is_string()
                               ? (*errors)[0].get<std::string>()
                               : "States.ALL";
  return name == "States.ALL" || name == "States.TaskFailed" ? "Unexpected" : name;
}

bool leads_to_fail(const Tasks& tasks, const Json& catcher) {
  const auto type = tasks.types.find(text_member(catcher, "Next"));
  return type != tasks.types.end() && type->second == "Fail";
}

// Names of state machines have at most 80 characters.
constexpr std::size_t kLongestState = 32, kLongestError = 35;

std::vector<Failure> failures_of(const Tasks& tasks) {
  std::vector<Failure> failures;
  std::set<std::string> taken;
  for (const Task& task : tasks.all) {
    for (const auto& [field, for_good] : {std::pair{"Retry", false}, std::pair{"Catch", true}}) {
      const Json* rules = find(task.definition, field);
      if (rules == nullptr || !rules->is_array()) continue;
      for (std::size_t i = 0; i < rules->size(); ++i) {
        const std::string error = error_for((*rules)[i]);
        const std::string base = as_word(task.name).substr(0, kLongestState) +
                                 (for_good ? "-catch-" : "-retry-") + std::to_string(i + 1) + "-" +
                                 as_word(error).substr(0, kLongestError);
        std::string run = base;
        for (int n = 2; !taken.insert(run).second; ++n) run = base + "-" + std::to_string(n);
        failures.push_back({task.name, std::move(run), error, for_good,
                            for_good && leads_to_fail(tasks, (*rules)[i])});
      }
    }
  }
  return failures;
}

std::string section(std::string_view title, const std::vector<Task>& tasks,
                    const std::vector<Failure>& failures, bool functions) {
  std::map<std::string, std::string> entries;  // several states may call one thing
  for (const Task& task : tasks) {
    if (task.function != functions) continue;
    std::string& replies = entries[task.entry];
    for (const Failure& failure : failures) {
      if (failure.task != task.name) continue;
      const Json when{{"state", task.name}, {"workflow", failure.run}};
      const Json error{{"name", failure.error}, {"message", "made up by a scenario"}};
      replies += "      - {when: " + flow(when) + ", ";
      replies += failure.for_good ? "error: " + flow(error)
                                  : "script: [{error: " + flow(error) +
                                        "}, {answer: " + flow(task.answer) + "}]";
      replies += "}\n";
    }
    replies += "      - {when: {state: " + flow(Json(task.name)) +
               "}, answer: " + flow(task.answer) + "}\n";
  }
  if (entries.empty()) return "";
  std::string text = std::string(title) + ":\n";
  for (const auto& [entry, replies] : entries) {
    text += "  " + to_text(Json(entry)) + ":\n    replies:\n" + replies;
  }
  return text + "\n";
}

std::string scenario_of(const std::string& file, const Json& machine,
                        const std::vector<Task>& tasks, const std::vector<Failure>& failures) {
  std::string text =
      "# A start for the tests of " + file +
      ": every Task answers, and in a run of its own each fails once for every Retry\n"
      "# and for good for every Catch. Put in what your services answer, and say what "
      "must hold.\n";
  text += section("functions", tasks, failures, true);
  text += section("tasks", tasks, failures, false);
  text += "workflows:\n  happy: " + flow(Json(file)) + "\n";
  for (const Failure& failure : failures)
    text += "  " + failure.run + ": " + flow(Json(file)) + "\n";
  const std::string input = flow(starting_input(machine));
  text += "\nrun:\n  - {start: happy, input: " + input + "}\n";
  for (const Failure& failure : failures) {
    text += "  - {start: " + failure.run + ", input: " + input;
    if (failure.ends_in_fail) text += ", expect: {status: FAILED}";
    text += "}\n";
  }
  return text;
}

Json mock_config_of(const std::string& name, const std::vector<Task>& tasks,
                    const std::vector<Failure>& failures) {
  Json responses = Json::object(), happy = Json::object();
  for (const Task& task : tasks) {
    const std::string response = "Mocked" + as_word(task.name);
    happy[task.name] = response;
    const Json answer =
        task.function ? Json{{"StatusCode", 200}, {"Payload", task.answer}} : task.answer;
    responses[response][std::string(kForGood)]["Return"] = answer;
  }
  Json cases{{"HappyPath", happy}};
  for (const Failure& failure : failures) {
    const Json thrown{{"Throw", {{"Error", failure.error}, {"Cause", "made up by a test"}}}};
    Json of_case = happy;
    of_case[failure.task] = "Mocked-" + failure.run;
    cases[failure.run] = of_case;
    Json& response = responses["Mocked-" + failure.run];
    response[failure.for_good ? std::string(kForGood) : "0"] = thrown;
    if (!failure.for_good) {
      const std::string answered = happy[failure.task].get<std::string>();
      response["1-99"] = responses[answered][std::string(kForGood)];
    }
  }
  return {{"StateMachines", {{name, {{"TestCases", cases}}}}}, {"MockedResponses", responses}};
}

}  // namespace

Result<Starter, std::string> starter_of(const std::string& definition, const std::string& file,
                                        const std::string& name) {
  const auto json = parse_json(definition);
  if (!json || !json->is_object() || find(*json, "States") == nullptr) {
    return file + ": no state machine definition; it has no States";
  }
  const Tasks tasks(*json);
  const std::vector<Failure> failures = failures_of(tasks);
  return Starter{scenario_of(file, *json, tasks.all, failures),
                 mock_config_of(name, tasks.all, failures).dump(2) + "\n"};
}

}  // namespace bedlam::harness
