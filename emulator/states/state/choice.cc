// Choice: the first rule that matches says what comes next (developer guide, "Choice state").
#include <variant>

#include "emulator/states/language/choice_rule.h"
#include "emulator/states/machine/strand.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

constexpr StateKind kChoiceKind{.type = "Choice",
                                .entered = EventType::kChoiceStateEntered,
                                .exited = EventType::kChoiceStateExited,
                                .aborted = std::nullopt};

class Choice final : public State {
 public:
  using State::State;

  Outcome run(Strand& strand) const override {
    const Result<Payload, Failure> input = select_input(strand);
    if (!input) return input.error();
    const Result<Target, Failure> target = choose(strand, (*input)->json);
    if (!target) return target.error();
    return pass_on(strand, *input, *target->ending, target->next);
  }

  void add_successors(std::vector<const State*>& to) const override {
    for (const Rule& rule : rules) {
      if (rule.next != nullptr) to.push_back(rule.next);
    }
    if (otherwise != nullptr) to.push_back(otherwise);
  }

  struct Rule {
    std::variant<ChoiceRule, JsonataTemplate, bool> condition;
    const State* next = nullptr;
    Ending ending;  // in place of the state's own
  };
  std::vector<Rule> rules;
  const State* otherwise = nullptr;

 private:
  struct Target {
    const State* next;
    const Ending* ending;
  };

  static Result<bool, Failure> matches(Strand& strand, const Rule& rule, const Json& input) {
    if (const bool* constant = std::get_if<bool>(&rule.condition)) return *constant;
    if (const auto* expression = std::get_if<JsonataTemplate>(&rule.condition)) {
      const Result<Json, Failure> value = evaluate_as(strand, *expression, "boolean");
      if (!value) return value.error();
      return value->get<bool>();
    }
    Result<bool, Failure> matched =
        std::get<ChoiceRule>(rule.condition).matches(strand.scope(input));
    if (!matched) return strand.explain(std::move(matched).error());
    return *matched;
  }

  Result<Target, Failure> choose(Strand& strand, const Json& input) const {
    for (const Rule& rule : rules) {
      const Result<bool, Failure> matched = matches(strand, rule, input);
      if (!matched) return matched.error();
      if (*matched) return Target{rule.next, &rule.ending};
    }
    if (otherwise != nullptr) return Target{otherwise, &ending};
    return strand.explain({"States.NoChoiceMatched",
                           "Failed to transition out of the state. The state does not point to a "
                           "next state."});
  }
};

// Condition of a JSONata rule: an expression, or true or false.
bool read_condition(const Fields& rule, Choice::Rule& target) {
  if (!rule.require({"Condition"})) return false;
  if (auto expression = rule.jsonata_expression("Condition")) {
    check_states(rule, "Condition", Sees::kInput);
    target.condition = *std::move(expression);
    return true;
  }
  const Json& value = *rule.get("Condition");
  if (value.is_boolean()) {
    target.condition = value.get<bool>();
    return true;
  }
  if (!value.is_string() || !is_jsonata(value.get_ref<const std::string&>())) {
    rule.refuse("Condition", "Expected value of type Boolean or a JSONata expression");
  }
  return false;
}

bool read_comparison(const Fields& rule, Choice::Rule& target) {
  for (const std::string_view field : {"Condition", "Output"}) {
    if (!rule.has(field)) continue;
    refuse_language(rule, field);
    return false;
  }
  Result<ChoiceRule, TemplateMistake> condition = ChoiceRule::parse(rule.json);
  if (!condition) {
    rule.parse.refuse(condition.error().message, rule.location + condition.error().pointer);
    return false;
  }
  target.condition = *std::move(condition);
  return true;
}

std::unique_ptr<State> read_choice(const Fields& fields, std::string name) {
  auto state = std::make_unique<Choice>(std::move(name), kChoiceKind);
  read_input_output(fields, *state);
  read_ending(fields, Sees::kInput, state->ending);
  fields.require({"Choices"});
  const std::vector<Fields> rules = fields.list("Choices", true);
  state->rules.reserve(rules.size());  // links point into it
  for (const Fields& rule : rules) {
    rule.require({"Next"});
    Choice::Rule read{false, nullptr, {}};
    if (!(rule.jsonata ? read_condition(rule, read) : read_comparison(rule, read))) continue;
    read_ending(rule, Sees::kInput, read.ending);
    state->rules.push_back(std::move(read));
    const auto next = rule.text("Next");
    if (next) rule.parse.link(&state->rules.back().next, *next, rule.at("Next"));
  }
  const auto otherwise = fields.text("Default");
  if (otherwise) fields.parse.link(&state->otherwise, *otherwise, fields.at("Default"));
  return state;
}

}  // namespace

const StateType& choice_state() {
  static const StateType kType{kChoiceKind,
                               read_choice,
                               {"Choices", "Default", "Assign"},
                               {"InputPath", "OutputPath"},
                               {"Output"}};
  return kType;
}

}  // namespace bedlam::states
