#include "emulator/states/machine/parse.h"

#include <algorithm>
#include <map>
#include <set>

#include "emulator/base/diagnostic.h"
#include "emulator/base/utf8.h"
#include "emulator/states/state/catalog.h"

namespace bedlam::states {
namespace {

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A field of another type of state is refused (measured on AWS); one that no type has is accepted.
void check_fields(const Fields& fields, const StateType& type) {
  static const std::set<std::string_view> kKnown = [] {
    std::set<std::string_view> known;
    for (const StateType* each : state_types()) {
      known.insert(each->fields.begin(), each->fields.end());
      known.insert(each->jsonpath_fields.begin(), each->jsonpath_fields.end());
      known.insert(each->jsonata_fields.begin(), each->jsonata_fields.end());
    }
    return known;
  }();
  const auto& own = fields.jsonata ? type.jsonata_fields : type.jsonpath_fields;
  const auto& other = fields.jsonata ? type.jsonpath_fields : type.jsonata_fields;
  for (const auto& member : fields.json.items()) {
    const std::string& name = member.key();
    if (kKnown.count(name) == 0 || contains(type.fields, name) || contains(own, name)) continue;
    if (contains(other, name)) {
      refuse_language(fields, name);
    } else {
      fields.parse.refuse("Field '" + name + "' is not supported", fields.here());
    }
  }
}

// Whether expressions of the state may read the context object: `$$`, or in JSONata anything but
// another member of `$states`.
bool mentions_context(const std::string& text, bool jsonata) {
  if (!jsonata) return text.find("$$") != std::string::npos;
  constexpr std::string_view kStates = "$states";
  for (std::size_t at = text.find(kStates); at != std::string::npos;
       at = text.find(kStates, at + 1)) {
    const std::string_view rest = std::string_view(text).substr(at + kStates.size());
    const bool other = rest.starts_with(".input") || rest.starts_with(".result") ||
                       rest.starts_with(".errorOutput");
    if (!other) return true;
  }
  return false;
}

const StateType* type_of(const Fields& fields) {
  if (!fields.require({"Type"})) return nullptr;
  const std::vector<const StateType*>& types = state_types();
  const Json& value = *fields.get("Type");
  const auto type = std::find_if(types.begin(), types.end(), [&](const StateType* each) {
    return value.is_string() && value.get_ref<const std::string&>() == each->kind.type;
  });
  if (type != types.end()) return *type;
  std::string allowed;
  for (const StateType* each : types) {
    allowed += (allowed.empty() ? "" : ", ") + std::string(each->kind.type);
  }
  fields.refuse("Type", "The field 'Type' should have one of these values: [" + allowed + "]");
  return nullptr;
}

std::unique_ptr<State> read_state(const Fields& fields, const std::string& name) {
  const StateType* type = type_of(fields);
  if (type == nullptr) return nullptr;
  check_fields(fields, *type);
  std::unique_ptr<State> state = type->read(fields, name);
  if (!state) return nullptr;
  state->flow.jsonata = fields.jsonata;
  state->uses_context = mentions_context(to_text(fields.json), fields.jsonata);
  return state;
}

// The members of a state, in its query language: its own, else the machine's. What a Map or
// Parallel says of itself does not count inside it (recorded).
Fields state_fields(Parse& parse, const Json& json, const std::string& place) {
  const bool machine_is_jsonata = parse.is_jsonata();
  const std::optional<bool> own = read_is_jsonata(Fields(parse, json, place));
  if (own == false && machine_is_jsonata) {
    parse.refuse(
        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", place);
  }
  return {parse, json, place, own.value_or(machine_is_jsonata)};
}

}  // namespace

void Parse::find(std::string code, std::string message, std::string location, std::string hint) {
  findings_.push_back({Finding::Severity::kError, std::move(code), std::move(message),
                       std::move(location), std::move(hint)});
}

void Parse::refuse(std::string message, std::string location) {
  find("SCHEMA_VALIDATION_FAILED", std::move(message), std::move(location));
}

void Parse::refuse_unsupported(const std::string& what, std::string location) {
  refuse(what + " is not supported yet by this emulator", std::move(location));
}

void Parse::link(const State** target, std::string name, std::string location) {
  links_.push_back({target, std::move(name), std::move(location)});
}

std::unique_ptr<StatesBlock> Parse::read_block(const Fields& fields) {
  if (!fields.require({"States", "StartAt"})) return nullptr;
  auto block = std::make_unique<StatesBlock>();
  const Json& states = *fields.get("States");
  if (!states.is_object()) {
    fields.refuse("States", "Expected value of type Object");
    return nullptr;
  }
  if (states.empty()) fields.refuse("States", "Value cannot be empty");
  std::vector<Link> links;
  links.swap(links_);  // the enclosing block's wait until this one is read
  if (const auto start = fields.text("StartAt"))
    link(&block->start_at, *start, fields.at("StartAt"));
  bool complete = true;
  for (const auto& member : states.items()) {
    const std::string place = fields.at("States") + "/" + member.key();
    if (characters_in(member.key()) > kMaxStateName) {
      find("INVALID_STATE_NAME", "The state name must not be longer than 80 characters", place);
    }
    if (!names_.insert(member.key()).second) {
      find("DUPLICATE_STATE_NAME", "Duplicate state name: " + member.key(), place);
    }
    std::unique_ptr<State> state;
    if (member.value().is_object()) {
      state = read_state(state_fields(*this, member.value(), place), member.key());
    } else {
      refuse("Expected value of type Object", place);
    }
    complete = complete && state != nullptr;
    if (state) block->states.push_back(std::move(state));
  }
  links.swap(links_);
  if (!complete) return nullptr;  // what could be reached is not known
  resolve(*block, links);
  check_reach(*block, fields.at("States"));
  return block;
}

std::unique_ptr<State> Parse::read_alone(
    const Json& json, const std::string& name,
    const std::function<const State*(const std::string&)>& elsewhere) {
  std::unique_ptr<State> state = read_state(state_fields(*this, json, ""), name);
  for (const Link& link : links_) *link.target = elsewhere(link.name);
  links_.clear();
  return state;
}

void Parse::resolve(StatesBlock& block, const std::vector<Link>& links) {
  std::map<std::string_view, const State*> by_name;
  for (const auto& state : block.states) by_name.emplace(state->name(), state.get());
  std::vector<std::string_view> names;
  for (const auto& [name, state] : by_name) names.push_back(name);
  for (const Link& link : links) {
    const auto target = by_name.find(link.name);
    if (target != by_name.end()) {
      *link.target = target->second;
    } else {
      // "Next" whatever the field is called (measured on AWS).
      find("MISSING_TRANSITION_TARGET", "Missing 'Next' target: " + link.name, link.location,
           "there is no such state" + did_you_mean(link.name, names));
    }
  }
}

// A block without an end is not searched for states that nothing leads to (measured on AWS).
void Parse::check_reach(const StatesBlock& block, const std::string& location) {
  if (std::none_of(block.states.begin(), block.states.end(),
                   [](const auto& state) { return state->ends; })) {
    find("MISSING_END_STATE", "Workflow has no terminal state", "");
    return;
  }
  std::set<const State*> reached;
  std::vector<const State*> open;
  if (block.start_at != nullptr) open.push_back(block.start_at);
  while (!open.empty()) {
    const State* state = open.back();
    open.pop_back();
    if (reached.insert(state).second) state->add_successors(open);
  }
  for (const auto& state : block.states) {
    if (reached.count(state.get()) > 0) continue;
    find("MISSING_TRANSITION_TARGET", "State \"" + state->name() + "\" is not reachable.",
         location + "/" + state->name());
  }
}

}  // namespace bedlam::states
