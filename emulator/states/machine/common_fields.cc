// The fields that several types of states share.
#include <algorithm>
#include <cctype>

#include "emulator/base/utf8.h"
#include "emulator/states/machine/parse.h"

namespace bedlam::states {
namespace {

void read_selection(const Fields& fields, std::string_view name, Selection& selection) {
  const Json* value = fields.get(name);
  if (value == nullptr) return;
  selection.nothing = value->is_null();
  if (selection.nothing) return;
  selection.path = fields.path(name, Fields::PathKind::kAny);
  if (selection.path && selection.path->is_whole()) selection.path.reset();
}

void read_result_path(const Fields& fields, ResultPath& result_path) {
  const Json* value = fields.get("ResultPath");
  if (value == nullptr) return;
  result_path.discard = value->is_null();
  if (result_path.discard) return;
  result_path.path = fields.path("ResultPath", Fields::PathKind::kReference);
  if (!result_path.path) return;
  if (result_path.path->of_context()) {
    fields.refuse("ResultPath", "Value is not a Reference Path: " + result_path.path->text());
  }
  if (result_path.path->is_whole()) result_path.path.reset();
}

// States.ALL stands alone, in the last element; `is_last` says whether this is it.
std::vector<std::string> read_error_equals(const Fields& fields, bool is_last) {
  std::vector<std::string> names;
  const Json* value = fields.get("ErrorEquals");
  if (value == nullptr) return names;
  if (!value->is_array()) {
    fields.refuse("ErrorEquals", "Expected value of type Array");
    return names;
  }
  if (value->empty()) fields.refuse("ErrorEquals", "Value cannot be empty");
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string place = fields.at("ErrorEquals") + "[" + std::to_string(i) + "]";
    if (!(*value)[i].is_string()) {
      fields.parse.refuse("Expected value of type String", place);
      continue;
    }
    names.push_back((*value)[i].get<std::string>());
    if (names.back() == "States.ALL" && (value->size() > 1 || !is_last)) {
      fields.parse.refuse("States.ALL must appear alone and at end of list", place);
    }
  }
  return names;
}

Retrier read_retrier(const Fields& fields, bool is_last) {
  constexpr std::int64_t kMaxMaxDelay = 31'622'400;
  Retrier retrier;
  fields.require({"ErrorEquals"});
  retrier.error_equals = read_error_equals(fields, is_last);
  const auto interval = fields.integer("IntervalSeconds", 1, kMaxSeconds);
  if (interval) retrier.interval_seconds = static_cast<double>(*interval);
  const auto attempts = fields.integer("MaxAttempts", 0, kMaxSeconds);
  if (attempts) retrier.max_attempts = static_cast<std::uint64_t>(*attempts);
  const auto rate = fields.number("BackoffRate", 1.0, 1e9);
  if (rate) retrier.backoff_rate = *rate;
  const auto max_delay = fields.integer("MaxDelaySeconds", 1, kMaxMaxDelay);
  if (max_delay) {
    retrier.max_delay_seconds = static_cast<double>(*max_delay);
    if (retrier.interval_seconds >= *retrier.max_delay_seconds) {
      fields.refuse("MaxDelaySeconds", "MaxDelaySeconds must be greater than IntervalSeconds");
    }
  }
  const auto jitter = fields.text("JitterStrategy");
  retrier.full_jitter = jitter == "FULL";
  if (jitter && jitter != "FULL" && jitter != "NONE") {
    fields.refuse("JitterStrategy",
                  "The field 'JitterStrategy' should have one of these values: [FULL, NONE]");
  }
  return retrier;
}

void check_catcher_language(const Fields& fields) {
  const std::string_view other = fields.jsonata ? "ResultPath" : "Output";
  if (fields.has(other)) refuse_language(fields, other);
}

// Variable names: Unicode identifiers (UAX #31) of at most 80 characters, not `states` (developer
// guide, "Passing data between states with variables"). Of what is not ASCII everything passes.
bool is_variable_name(std::string_view name) {
  constexpr std::size_t kMaxCharacters = 80;
  if (name.empty() || characters_in(name) > kMaxCharacters) return false;
  if (std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_';
  });
}

void check_assign(const Fields& fields) {
  const Json* value = fields.get("Assign");
  if (value == nullptr) return;
  if (!value->is_object()) {
    fields.refuse("Assign", "Expected value of type Object");
    return;
  }
  for (const auto& member : value->items()) {
    std::string_view name = member.key();
    if (!fields.jsonata && name.ends_with(".$")) name.remove_suffix(2);
    if (name == "states") {
      fields.refuse("Assign", "The variable name 'states' is reserved");
    } else if (!is_variable_name(name)) {
      fields.refuse("Assign", "The variable name '" + std::string(name) + "' is not valid");
    }
  }
}

}  // namespace

void refuse_language(const Fields& fields, std::string_view field) {
  const std::string own = fields.jsonata ? "JSONata" : "JSONPath";
  const std::string other = fields.jsonata ? "JSONPath" : "JSONata";
  fields.parse.refuse("The QueryLanguage is set to '" + own + "', but field '" +
                          std::string(field) + "' is only supported for the '" + other +
                          "' QueryLanguage",
                      fields.here());
}

// Measured on AWS: anything but "JSONPath" counts as JSONata, besides being refused.
std::optional<bool> read_is_jsonata(const Fields& fields) {
  if (!fields.has("QueryLanguage")) return std::nullopt;
  const auto language = fields.text("QueryLanguage");
  if (language && *language != "JSONata" && *language != "JSONPath") {
    fields.refuse("QueryLanguage",
                  "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]");
  }
  return language != "JSONPath";
}

void read_input_output(const Fields& fields, State& state) {
  if (fields.jsonata) return;
  read_selection(fields, "InputPath", state.flow.input_path);
  read_selection(fields, "OutputPath", state.flow.output_path);
}

void read_result(const Fields& fields, State& state) {
  if (fields.jsonata) return;
  state.flow.result_selector = fields.value_template("ResultSelector");
  read_result_path(fields, state.flow.result_path);
}

void read_ending(const Fields& fields, Sees sees, Ending& ending) {
  check_assign(fields);
  ending.assign = fields.value_template("Assign");
  if (!fields.jsonata) return;
  if (auto output = fields.value_template("Output")) {
    ending.output = std::get<JsonataTemplate>(*std::move(output));
  }
  for (const std::string_view name : {"Assign", "Output"}) check_states(fields, name, sees);
}

void check_states(const Fields& fields, std::string_view name, Sees sees) {
  const Json* value = fields.get(name);
  if (value == nullptr || !fields.jsonata) return;
  const std::string text = to_text(*value);
  const auto refuse = [&](std::string_view member, Sees where) {
    if (sees == where || text.find(member) == std::string::npos) return;
    fields.refuse(name,
                  "The field '" + std::string(name) + "' cannot reference " + std::string(member));
  };
  refuse("$states.result", Sees::kResult);
  refuse("$states.errorOutput", Sees::kError);
}

void read_next(const Fields& fields, State& state) {
  fields.at_most_one({"Next", "End"});
  state.ends = fields.boolean("End").value_or(false);
  const auto next = fields.text("Next");
  if (next) {
    fields.parse.link(&state.next, *next, fields.at("Next"));
  } else if (!fields.has("Next") && !state.ends) {
    fields.parse.refuse("One of these fields is required: [Next, End]", fields.here());
  }
}

void read_errors(const Fields& fields, State& state) {
  const std::vector<Fields> retriers = fields.list("Retry", false);
  for (const Fields& retrier : retriers) {
    state.retriers.push_back(read_retrier(retrier, &retrier == &retriers.back()));
  }
  const std::vector<Fields> catchers = fields.list("Catch", false);
  state.catchers.resize(catchers.size());  // links point into it
  for (std::size_t i = 0; i < catchers.size(); ++i) {
    catchers[i].require({"ErrorEquals", "Next"});
    Catcher& catcher = state.catchers[i];
    catcher.error_equals = read_error_equals(catchers[i], i + 1 == catchers.size());
    check_catcher_language(catchers[i]);
    if (!catchers[i].jsonata) read_result_path(catchers[i], catcher.result_path);
    read_ending(catchers[i], Sees::kError, catcher.ending);
    const auto next = catchers[i].text("Next");
    if (next) catchers[i].parse.link(&catcher.next, *next, catchers[i].at("Next"));
  }
}

}  // namespace bedlam::states
