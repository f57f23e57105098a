#include "emulator/states/machine/definition.h"

#include <cctype>

#include "emulator/states/machine/parse.h"
#include "emulator/states/machine/variables.h"

namespace bedlam::states {
namespace {

// AWS reads definitions with Jackson, whose texts it passes on. Only the commonest is reproduced:
// a word that is no JSON (recorded).
std::string syntax_message(std::string_view text, const JsonError& error, std::size_t& column) {
  std::size_t begin = 0;
  while (begin < text.size() && std::isspace(static_cast<unsigned char>(text[begin])) != 0) ++begin;
  std::size_t end = begin;
  while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end])) != 0) ++end;
  const bool is_word = end > begin && std::isalpha(static_cast<unsigned char>(text[begin])) != 0;
  if (!is_word || error.line != 1) return error.message;
  column = end + 1;
  return "Unrecognized token '" + std::string(text.substr(begin, end - begin)) +
         "': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
}

Finding syntax_finding(std::string_view text, const JsonError& error) {
  std::size_t column = error.column;
  const std::string message = syntax_message(text, error, column);
  const std::string location = "[Source: (String)\"" + std::string(text) +
                               "\"; line: " + std::to_string(error.line) +
                               ", column: " + std::to_string(column) + "]";
  return {Finding::Severity::kError, "INVALID_JSON_DESCRIPTION", message + "\n at " + location,
          location};
}

// A state that a state run alone leads to.
constexpr StateKind kElsewhere{.type = "",
                               .entered = EventType::kSucceedStateEntered,
                               .exited = std::nullopt,
                               .aborted = std::nullopt};
class Elsewhere final : public State {
 public:
  explicit Elsewhere(std::string name) : State(std::move(name), kElsewhere) {}
  Outcome run(Strand& /*strand*/) const override { return Waits{}; }
};

// The state of that name, wherever it stands.
const Json* find_state(const Json& block, const std::string& name) {
  const Json* const states = find(block, "States");
  if (states == nullptr || !states->is_object()) return nullptr;
  for (const auto& [key, state] : states->items()) {
    if (key == name) return &state;
    for (const auto& [place, inner] : blocks_in(state)) {
      if (const Json* const found = find_state(*inner, name)) return found;
    }
  }
  return nullptr;
}

}  // namespace

const Json* state_named(const Json& machine, const std::string& name) {
  return find_state(machine, name);
}

Result<std::shared_ptr<const Definition>, std::vector<Finding>> Definition::parse_state(
    const Json& machine, const Json& state, const std::string& name) {
  Parse parse(false);
  parse.set_alone();
  if (machine.is_object()) {
    const Fields fields(parse, machine, "");
    parse.set_jsonata(read_is_jsonata(fields).value_or(false));
    if (parse.read_block(fields) == nullptr || !parse.findings().empty()) return parse.findings();
  }
  Parse alone(false);
  alone.set_alone();
  alone.set_jsonata(parse.is_jsonata());
  const std::shared_ptr<Definition> definition(new Definition());
  definition->express_ = true;
  auto block = std::make_unique<StatesBlock>();
  std::unique_ptr<State> read = alone.read_alone(state, name, [&](const std::string& target) {
    block->states.push_back(std::make_unique<Elsewhere>(target));
    return block->states.back().get();
  });
  if (!read || !alone.findings().empty()) return alone.findings();
  block->start_at = read.get();
  block->states.push_back(std::move(read));
  definition->root_ = std::move(block);
  return std::shared_ptr<const Definition>(definition);
}

std::shared_ptr<const Definition> Definition::of_block(std::unique_ptr<const StatesBlock> block,
                                                       bool express) {
  const std::shared_ptr<Definition> definition(new Definition());
  definition->root_ = std::move(block);
  definition->express_ = express;
  return definition;
}

Definition::Definition() = default;
Definition::~Definition() = default;

Result<std::shared_ptr<const Definition>, std::vector<Finding>> Definition::parse(
    std::string_view text, std::string_view type) {
  Parse parse(type == "EXPRESS");
  const Result<Json, JsonError> json = text.empty() ? Json() : parse_json(text);
  if (!json) return std::vector<Finding>{syntax_finding(text, json.error())};
  if (!json->is_object()) {
    parse.refuse("Definition must be a valid JSON object", "");
    return parse.findings();
  }
  const Fields machine(parse, *json, "");
  const std::shared_ptr<Definition> definition(new Definition());
  definition->express_ = parse.is_express();
  parse.set_jsonata(read_is_jsonata(machine).value_or(false));
  const auto version = machine.text("Version");
  if (version && version != "1.0") {
    machine.refuse("Version", "The field 'Version' should have one of these values: [1.0]");
  }
  const auto timeout = machine.integer("TimeoutSeconds", 1, kMaxSeconds);
  if (timeout) definition->timeout_ = std::chrono::seconds(*timeout);
  definition->root_ = parse.read_block(machine);
  check_variable_scopes(*json, parse);
  definition->variable_references_ = states::variable_references(*json);
  if (!parse.findings().empty()) return parse.findings();
  return std::shared_ptr<const Definition>(definition);
}

}  // namespace bedlam::states
