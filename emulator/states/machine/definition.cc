#include "emulator/states/machine/definition.h"

#include <cctype>

#include "emulator/states/machine/parse.h"

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

// A JSONata machine is refused as a whole, but for the mistake that AWS names first (recorded).
void refuse_jsonata(const Fields& machine) {
  const std::size_t before = machine.parse.findings().size();
  const Json* states = machine.get("States");
  if (states != nullptr && states->is_object()) {
    for (const auto& state : states->items()) {
      const Json* language = find(state.value(), "QueryLanguage");
      if (language == nullptr || *language != "JSONPath") continue;
      machine.parse.refuse(
          "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
          "/States/" + state.key());
    }
  }
  if (machine.parse.findings().size() == before) {
    machine.parse.refuse_unsupported("QueryLanguage 'JSONata'", "/QueryLanguage");
  }
}

}  // namespace

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
  const auto language = machine.text("QueryLanguage");
  if (language == "JSONata") {
    refuse_jsonata(machine);
    return parse.findings();
  }
  if (language && language != "JSONPath") {
    machine.refuse(
        "QueryLanguage",
        "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]");
  }
  const auto version = machine.text("Version");
  if (version && version != "1.0") {
    machine.refuse("Version", "The field 'Version' should have one of these values: [1.0]");
  }
  const auto timeout = machine.integer("TimeoutSeconds", 1, kMaxSeconds);
  if (timeout) definition->timeout_ = std::chrono::seconds(*timeout);
  definition->root_ = parse.read_block(machine);
  if (!parse.findings().empty()) return parse.findings();
  return std::shared_ptr<const Definition>(definition);
}

}  // namespace bedlam::states
