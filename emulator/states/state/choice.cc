// Choice: the first rule that matches says what comes next (developer guide, "Choice state").
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
    const Result<const State*, Failure> target = choose(strand, (*input)->json);
    if (!target) return target.error();
    Result<Payload, Failure> output = select_output(strand, *input);
    if (!output) return std::move(output).error();
    return Exits{std::move(*output), *target};
  }

  void add_successors(std::vector<const State*>& to) const override {
    for (const Rule& rule : rules) {
      if (rule.next != nullptr) to.push_back(rule.next);
    }
    if (otherwise != nullptr) to.push_back(otherwise);
  }

  struct Rule {
    ChoiceRule condition;
    const State* next = nullptr;
  };
  std::vector<Rule> rules;
  const State* otherwise = nullptr;

 private:
  Result<const State*, Failure> choose(Strand& strand, const Json& input) const {
    for (const Rule& rule : rules) {
      Result<bool, Failure> matches = rule.condition.matches(strand.scope(input));
      if (!matches) return strand.explain(std::move(matches).error());
      if (*matches) return rule.next;
    }
    if (otherwise != nullptr) return otherwise;
    return strand.explain({"States.NoChoiceMatched",
                           "Failed to transition out of the state. The state does not point to a "
                           "next state."});
  }
};

std::unique_ptr<State> read_choice(const Fields& fields, std::string name) {
  auto state = std::make_unique<Choice>(std::move(name), kChoiceKind);
  read_input_output(fields, *state);
  fields.require({"Choices"});
  const std::vector<Fields> rules = fields.list("Choices", true);
  state->rules.reserve(rules.size());  // links point into it
  for (const Fields& rule : rules) {
    rule.require({"Next"});
    if (rule.has("Assign")) rule.parse.refuse_unsupported("'Assign'", rule.at("Assign"));
    if (rule.has("Condition")) {
      rule.parse.refuse("Field 'Condition' is not supported", rule.location);
      continue;
    }
    Result<ChoiceRule, TemplateMistake> condition = ChoiceRule::parse(rule.json);
    if (!condition) {
      rule.parse.refuse(condition.error().message, rule.location + condition.error().pointer);
      continue;
    }
    state->rules.push_back({std::move(*condition)});
    const auto next = rule.text("Next");
    if (next) rule.parse.link(&state->rules.back().next, *next, rule.at("Next"));
  }
  const auto otherwise = fields.text("Default");
  if (otherwise) fields.parse.link(&state->otherwise, *otherwise, fields.at("Default"));
  return state;
}

}  // namespace

const StateType& choice_state() {
  static const StateType kType{
      kChoiceKind, read_choice, {"InputPath", "OutputPath", "Choices", "Default"}};
  return kType;
}

}  // namespace bedlam::states
