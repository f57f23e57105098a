#include "harness/starter/input.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace bedlam::harness {
namespace {

const Json kMadeUp = "made up";

// What an intrinsic function takes, by the beginning of its name (developer guide, "Intrinsic
// functions"); a text is as good for all others.
Json argument_of(std::string_view function) {
  if (function.starts_with("States.Math")) return 1;
  if (function.starts_with("States.Array(")) return kMadeUp;
  if (function.starts_with("States.Array")) return Json::array({kMadeUp});
  if (function.starts_with("States.JsonMerge")) return Json::object();
  if (function.starts_with("States.StringToJson")) return "{}";
  return kMadeUp;
}

// What the comparison of a Choice looks at.
Json compared(const Json& rule) {
  for (const auto& member : rule.items()) {
    const std::string& name = member.key();
    if (name.starts_with("Numeric")) return 1;
    if (name.starts_with("Boolean")) return true;
    if (name.starts_with("Timestamp")) return "2024-01-01T00:00:00Z";
  }
  return kMadeUp;
}

// One level of states, and the value that they read.
class Guess {
 public:
  explicit Guess(Json& root) : root_(root) {}

  void read_template(const Json& value) {
    if (value.is_object()) {
      for (const auto& member : value.items()) {
        const Json& inner = member.value();
        if (member.key().ends_with(".$") && inner.is_string()) {
          read_expression(inner.get<std::string>());
        } else {
          read_template(inner);
        }
      }
    } else if (value.is_array()) {
      for (const Json& element : value) read_template(element);
    } else if (value.is_string()) {
      read_jsonata(value.get<std::string>(), kMadeUp);
    }
  }

  // The execution's input as the context object has it, wherever a state reads it.
  void read_context(const Json& value) {
    if (value.is_string()) {
      const std::string& text = value.get_ref<const std::string&>();
      for (const std::string_view name :
           {"$$.Execution.Input.", "$states.context.Execution.Input."}) {
        for (std::size_t at = text.find(name); at != std::string::npos;
             at = text.find(name, at + 1)) {
          const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at + name.size());
          put("$." + std::string(begin, std::find_if_not(begin, text.end(), of_path)), kMadeUp);
        }
      }
    }
    if (!value.is_structured()) return;
    for (const Json& member : value) read_context(member);
  }

  void walk(const Json& block) {
    const Json* states = find(block, "States");
    if (states == nullptr || !states->is_object()) return;
    std::set<std::string> seen;
    std::deque<std::string> next{text_member(block, "StartAt")};
    while (!next.empty()) {
      const std::string name = next.front();
      next.pop_front();
      const Json* state = find(*states, name);
      if (state == nullptr || !state->is_object() || !seen.insert(name).second) continue;
      read(*state);
      if (!replaces_input(*state)) follow(*state, next);
    }
  }

 private:
  static bool replaces_input(const Json& state) {
    const std::string type = text_member(state, "Type");
    if (type == "Choice" || type == "Wait") return false;
    if (find(state, "Output") != nullptr) return true;
    const Json* result_path = find(state, "ResultPath");
    if (result_path != nullptr) return *result_path == "$";
    if (type != "Pass") return true;
    return find(state, "Result") != nullptr || find(state, "Parameters") != nullptr;
  }

  void follow(const Json& state, std::deque<std::string>& next) {
    const std::string path = text_member(state, "ResultPath");
    if (path.starts_with("$.")) produced_.insert(path.substr(2, path.find_first_of(".[", 2) - 2));
    for (const char* field : {"Next", "Default"}) next.push_back(text_member(state, field));
    if (const Json* rules = find(state, "Choices")) {
      for (const Json& rule : *rules) next.push_back(text_member(rule, "Next"));
    }
  }

  void read(const Json& state) {
    const std::string input_path = text_member(state, "InputPath");
    base_ = input_path.starts_with("$.") ? input_path : "$";
    if (base_ != "$") put(base_, kMadeUp, false);
    for (const char* field :
         {"SecondsPath", "TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath"}) {
      put(text_member(state, field), 1);
    }
    put(text_member(state, "TimestampPath"), "2024-01-01T00:00:00Z");
    if (const Json* rules = find(state, "Choices")) {
      for (const Json& rule : *rules) read_rule(rule);
    }
    for (const char* field : {"Parameters", "Arguments", "Output", "Assign"}) {
      if (const Json* value = find(state, field)) read_template(*value);
    }
    if (const Json* branches = find(state, "Branches")) {
      for (const Json& branch : *branches) Guess(root_).walk(branch);
    }
    if (text_member(state, "Type") == "Map") read_map(state);
  }

  void read_rule(const Json& rule) {
    put(text_member(rule, "Variable"), compared(rule));
    for (const char* list : {"And", "Or"}) {
      const Json* rules = find(rule, list);
      if (rules == nullptr || !rules->is_array()) continue;
      for (const Json& inner : *rules) read_rule(inner);
    }
    if (const Json* inner = find(rule, "Not")) read_rule(*inner);
    read_jsonata(text_member(rule, "Condition"), kMadeUp);
  }

  // The items are a list of one, which is what the iterator reads where nothing selects for it.
  void read_map(const Json& state) {
    Json item = kMadeUp;
    const char* selector = find(state, "ItemSelector") != nullptr ? "ItemSelector" : "Parameters";
    const Json* selected = find(state, selector);
    if (selected != nullptr) {
      Json members = Json::object();
      Guess of_item(members);
      of_item.read_items(*selected);
      if (!members.empty()) item = members;
      read_template(*selected);
    } else {
      Json members = Json::object();
      for (const char* field : {"ItemProcessor", "Iterator"}) {
        if (const Json* inside = find(state, field)) Guess(members).walk(*inside);
      }
      if (!members.empty() || sets_members(state)) item = members;
    }
    if (const Json* reader = find(state, "ItemReader")) {
      for (const char* field : {"Parameters", "Arguments"}) {
        if (const Json* asked = find(*reader, field)) read_template(*asked);
      }
      return;
    }
    const std::string items = text_member(state, "ItemsPath");
    put(items.empty() && find(state, "Items") == nullptr ? "$" : items, Json::array({item}));
    if (const Json* list = find(state, "Items"); list != nullptr && list->is_string()) {
      read_jsonata(list->get<std::string>(), Json::array({item}));
    }
  }

  // A state of the Map puts its result into the item, which a text has no place for.
  static bool sets_members(const Json& map) {
    for (const char* field : {"ItemProcessor", "Iterator"}) {
      const Json* inside = find(map, field);
      const Json* states = inside == nullptr ? nullptr : find(*inside, "States");
      if (states == nullptr || !states->is_object()) continue;
      const bool sets = std::any_of(states->begin(), states->end(), [](const Json& state) {
        return text_member(state, "ResultPath").starts_with("$.");
      });
      if (sets) return true;
    }
    return false;
  }

  // `$$.Map.Item.Value.name` in a selector.
  void read_items(const Json& value) {
    constexpr std::string_view kItem = "$$.Map.Item.Value.";
    if (value.is_string() && value.get<std::string>().starts_with(kItem)) {
      put("$." + value.get<std::string>().substr(kItem.size()), kMadeUp);
    }
    if (!value.is_structured()) return;
    for (const Json& member : value) read_items(member);
  }

  static bool of_path(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '[' ||
           c == ']' || c == '-';
  }

  // A path, or an intrinsic function with paths among its arguments.
  void read_expression(const std::string& text) {
    for (std::size_t at = text.find("$."); at != std::string::npos; at = text.find("$.", at + 1)) {
      if (at > 0 && text[at - 1] == '$') continue;  // of the context object
      const auto end =
          std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at) + 1, text.end(), of_path);
      const std::size_t open = text.rfind('(', at);
      const std::size_t function = open == std::string::npos ? open : text.rfind("States.", open);
      put(std::string(text.begin() + static_cast<std::ptrdiff_t>(at), end),
          function == std::string::npos ? kMadeUp
                                        : argument_of(std::string_view(text).substr(function)));
    }
  }

  void read_jsonata(const std::string& text, const Json& value) {
    constexpr std::string_view kInput = "$states.input.";
    if (!text.starts_with("{%")) return;
    for (std::size_t at = text.find(kInput); at != std::string::npos;
         at = text.find(kInput, at + 1)) {
      const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at + kInput.size());
      const auto end = std::find_if_not(begin, text.end(),
                                        [](char c) { return of_path(c) && c != '-' && c != '['; });
      put("$." + std::string(begin, end), value);
    }
  }

  // Puts the value where nothing stands yet, or where only a text had been made up.
  void put(std::string path, const Json& value, bool from_base = true) {
    if (!path.starts_with('$') || path.starts_with("$$")) return;
    if (from_base && base_ != "$") path = base_ + path.substr(1);
    std::vector<std::string> names;
    for (std::size_t at = 1; at < path.size();) {
      const std::size_t end = std::min(path.find_first_of(".[]", at), path.size());
      if (end > at) names.push_back(path.substr(at, end - at));
      at = end + 1;
    }
    if (!names.empty() && produced_.contains(names.front())) return;
    Json* place = &root_;
    for (const std::string& name : names) {
      const bool index = std::all_of(name.begin(), name.end(),
                                     [](unsigned char c) { return std::isdigit(c) != 0; });
      if (index) {
        if (!place->is_array()) *place = Json::array();
        if (place->empty()) place->push_back(kMadeUp);
        place = &place->front();
      } else {
        if (!place->is_object()) *place = Json::object();
        place = &(*place)[name];
      }
    }
    const bool made_up = *place == kMadeUp || place->is_null();
    const bool empty_root = names.empty() && place->is_object() && place->empty();
    if (made_up || empty_root) *place = value;
  }

  Json& root_;
  std::string base_ = "$";
  std::set<std::string> produced_;  // by states before, under these names of the input
};

}  // namespace

Json starting_result(const Json& state) {
  Json result = Json::object();
  if (const Json* selector = find(state, "ResultSelector")) Guess(result).read_template(*selector);
  return result;
}

Json starting_input(const Json& machine) {
  Json input = Json::object();
  Guess(input).read_context(machine);
  Guess(input).walk(machine);
  return input;
}

}  // namespace bedlam::harness
