#include "emulator/states/machine/variables.h"

#include <cctype>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "emulator/states/language/jsonata_template.h"

namespace bedlam::states {
namespace {

using Names = std::set<std::string>;

bool is_distributed(const Json& block) {
  const Json* const config = find(block, "ProcessorConfig");
  const Json* const mode = config == nullptr ? nullptr : find(*config, "Mode");
  return mode != nullptr && *mode == "DISTRIBUTED";
}

// `$name` in a path or a call of an intrinsic function; not within quotes.
void add_path_variables(std::string_view text, Names& names) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '\'') {
      quoted = !quoted;
    } else if (text[at] == '$' && !quoted) {
      const std::size_t begin = at + 1;
      std::size_t end = begin;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 ||
                                   text[end] == '_' || (text[end] & '\x80') != 0)) {
        ++end;
      }
      if (end > begin) names.emplace(text.substr(begin, end - begin));
      if (end < text.size() && text[end] == '$' && end == begin) ++at;  // `$$`
    }
  }
}

// Where literal data stands, in which only `.$` members are paths.
bool holds_data(std::string_view field) {
  for (const std::string_view name :
       {"Parameters", "ResultSelector", "ItemSelector", "Assign", "BatchInput", "Credentials"}) {
    if (field == name) return true;
  }
  return false;
}

void add_jsonpath(const Json& value, bool in_data, Names& names) {
  if (value.is_array()) {
    for (const Json& element : value) add_jsonpath(element, in_data, names);
  }
  if (!value.is_object()) return;
  for (const auto& [field, member] : value.items()) {
    const bool is_inner = field == "ItemProcessor" || field == "Iterator" || field == "Branches";
    if (!in_data && (is_inner || field == "Result" || field == "Comment")) continue;
    const bool is_path =
        field.ends_with(".$") || (!in_data && (field.ends_with("Path") || field == "Variable"));
    if (member.is_string() && is_path) {
      add_path_variables(member.get_ref<const std::string&>(), names);
    } else {
      add_jsonpath(member, in_data || holds_data(field), names);
    }
  }
}

void add_jsonata(const Json& value, bool top, Names& names) {
  if (value.is_string() && is_jsonata(value.get_ref<const std::string&>())) {
    names.merge(variables_of_jsonata(value.get_ref<const std::string&>()));
  }
  if (value.is_array()) {
    for (const Json& element : value) add_jsonata(element, false, names);
  }
  if (!value.is_object()) return;
  for (const auto& [field, member] : value.items()) {
    const bool is_inner = field == "ItemProcessor" || field == "Iterator" || field == "Branches";
    if (!(top && is_inner)) add_jsonata(member, false, names);
  }
}

void add_references(const Json& block, bool machine_is_jsonata, Json& references) {
  const Json* const states = find(block, "States");
  if (states == nullptr || !states->is_object()) return;
  for (const auto& [name, state] : states->items()) {
    const Json* const language = find(state, "QueryLanguage");
    const bool is_jsonata = language == nullptr ? machine_is_jsonata : *language == "JSONata";
    Names names;
    if (is_jsonata) {
      add_jsonata(state, true, names);
    } else {
      add_jsonpath(state, false, names);
    }
    if (!names.empty())
      references[name] = Json(std::vector<std::string>(names.begin(), names.end()));
    for (const auto& [place, inner] : blocks_in(state)) {
      add_references(*inner, machine_is_jsonata, references);
    }
  }
}

// Calls `see` with each Assign of a state, its catchers' and rules' too, and its place below it.
void each_assign(const Json& state,
                 const std::function<void(const std::string&, const Json&)>& see) {
  const Json* const own = find(state, "Assign");
  if (own != nullptr && own->is_object()) see("/Assign", *own);
  for (const char* list_name : {"Catch", "Choices"}) {
    const Json* const list = find(state, list_name);
    if (list == nullptr || !list->is_array()) continue;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Json* const assign = find((*list)[i], "Assign");
      if (assign == nullptr || !assign->is_object()) continue;
      see(std::string("/") + list_name + "[" + std::to_string(i) + "]/Assign", *assign);
    }
  }
}

std::string variable_of(std::string_view member) {
  if (member.ends_with(".$")) member.remove_suffix(2);
  return std::string(member);
}

void check_block(const Json& block, const std::string& place, const Names& outer, Parse& parse) {
  const Json* const states = find(block, "States");
  if (states == nullptr || !states->is_object()) return;
  Names visible = outer;
  for (const auto& [name, state] : states->items()) {
    const std::string state_place = place + "/States/" + name;
    each_assign(state, [&](const std::string& below, const Json& assign) {
      for (const auto& member : assign.items()) {
        const std::string variable = variable_of(member.key());
        if (outer.count(variable) > 0) {
          parse.refuse("The variable '" + variable +
                           "' is assigned in an outer scope and cannot be assigned here",
                       state_place + below);
        }
        // Recorded: a branch may assign what a catcher of its Parallel assigns after it.
        if (!below.starts_with("/Catch")) visible.insert(variable);
      }
    });
  }
  for (const auto& [name, state] : states->items()) {
    for (const auto& [below, inner] : blocks_in(state)) {
      const std::string inner_place = place + "/States/" + name + below;
      check_block(*inner, inner_place, is_distributed(*inner) ? Names{} : visible, parse);
    }
  }
}

}  // namespace

std::vector<std::pair<std::string, const Json*>> blocks_in(const Json& state) {
  std::vector<std::pair<std::string, const Json*>> blocks;
  for (const char* name : {"ItemProcessor", "Iterator"}) {
    const Json* const block = find(state, name);
    if (block != nullptr) blocks.emplace_back(std::string("/") + name, block);
  }
  const Json* const branches = find(state, "Branches");
  if (branches == nullptr || !branches->is_array()) return blocks;
  for (std::size_t i = 0; i < branches->size(); ++i) {
    blocks.emplace_back("/Branches[" + std::to_string(i) + "]", &(*branches)[i]);
  }
  return blocks;
}

Json variable_references(const Json& machine) {
  Json references = Json::object();
  const Json* const language = find(machine, "QueryLanguage");
  add_references(machine, language != nullptr && *language == "JSONata", references);
  return references;
}

void check_variable_scopes(const Json& machine, Parse& parse) {
  check_block(machine, "", {}, parse);
}

}  // namespace bedlam::states
