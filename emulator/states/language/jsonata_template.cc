#include "emulator/states/language/jsonata_template.h"

#include <optional>
#include <utility>
#include <vector>

namespace bedlam::states {
namespace {

constexpr std::string_view kOpening = "{%";
constexpr std::string_view kClosing = "%}";
constexpr std::string_view kLimitCode = "U1001";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view body_of(std::string_view text) {
  text.remove_prefix(kOpening.size());
  text.remove_suffix(kClosing.size());
  return trimmed(text);
}

}  // namespace

bool is_jsonata(std::string_view text) {
  return text.size() >= kOpening.size() + kClosing.size() && text.starts_with(kOpening) &&
         text.ends_with(kClosing);
}

std::set<std::string> variables_of_jsonata(std::string_view text) {
  const auto compiled = jsonata::compile(body_of(text));
  return compiled ? jsonata::references_of(*compiled).variables : std::set<std::string>();
}

std::string_view json_type(const Json& value) {
  if (value.is_array()) return "array";
  if (value.is_object()) return "object";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "boolean";
  if (value.is_null()) return "null";
  return "number";
}

Failure evaluation_failure(std::string_view expression, const std::string& field,
                           const std::string& what) {
  Failure failure{"States.QueryEvaluationError",
                  "The JSONata expression '" + std::string(expression) +
                      "' specified for the field '" + field + "' " + what};
  failure.evaluated_field = field;
  return failure;
}

struct JsonataTemplate::Parsed {
  struct Member;

  std::string field;  // with the way to this value, "Output/result"
  std::string text;   // of the expression, without what encloses it
  Json constant;
  std::optional<jsonata::Expression> expression;
  std::vector<Member> members;
  std::vector<Parsed> elements;

  bool is_constant() const;
  std::optional<TemplateMistake> read(const Json& json);
  std::optional<TemplateMistake> read_expression(const std::string& source);
  std::optional<TemplateMistake> read_object(const Json& json);
  std::optional<TemplateMistake> read_array(const Json& json);
  Result<Json, Failure> evaluate(const Json& bindings,
                                 const jsonata::Environment& environment) const;
  Result<Json, Failure> run(const Json& bindings, const jsonata::Environment& environment) const;
  bool mentions(std::string_view part) const;
};

struct JsonataTemplate::Parsed::Member {
  std::string name;
  Parsed value;
};

bool JsonataTemplate::Parsed::is_constant() const {
  return !expression && members.empty() && elements.empty();
}

std::optional<TemplateMistake> JsonataTemplate::Parsed::read_expression(const std::string& source) {
  text = body_of(source);
  auto compiled = jsonata::compile(text);
  // Measured on AWS: the message without its code.
  if (!compiled) {
    return TemplateMistake{"", compiled.error().message, {}, "INVALID_JSONATA_EXPRESSION"};
  }
  expression = *std::move(compiled);
  const jsonata::References references = jsonata::references_of(*expression);
  if (references.top_level_names.empty()) return std::nullopt;
  return TemplateMistake{"",
                         "Reference to '" + references.top_level_names.front() +
                             "' at the top level is not supported.",
                         {},
                         "UNSUPPORTED_JSONATA_EXPRESSION"};
}

std::optional<TemplateMistake> JsonataTemplate::Parsed::read_object(const Json& json) {
  bool all_constant = true;
  for (const auto& [name, value] : json.items()) {
    Member member{name, {}};
    member.value.field = field + "/" + name;
    if (auto mistake = member.value.read(value)) {
      mistake->pointer.insert(0, "/" + name);
      return mistake;
    }
    all_constant = all_constant && member.value.is_constant();
    members.push_back(std::move(member));
  }
  if (all_constant) members.clear();
  return std::nullopt;
}

std::optional<TemplateMistake> JsonataTemplate::Parsed::read_array(const Json& json) {
  bool all_constant = true;
  for (std::size_t i = 0; i < json.size(); ++i) {
    Parsed element;
    element.field = field + "[" + std::to_string(i) + "]";
    if (auto mistake = element.read(json[i])) {
      mistake->pointer.insert(0, "/" + std::to_string(i));
      return mistake;
    }
    all_constant = all_constant && element.is_constant();
    elements.push_back(std::move(element));
  }
  if (all_constant) elements.clear();
  return std::nullopt;
}

std::optional<TemplateMistake> JsonataTemplate::Parsed::read(const Json& json) {
  if (json.is_string() && is_jsonata(json.get_ref<const std::string&>())) {
    return read_expression(json.get_ref<const std::string&>());
  }
  std::optional<TemplateMistake> mistake;
  if (json.is_object()) mistake = read_object(json);
  if (json.is_array()) mistake = read_array(json);
  if (!mistake && is_constant()) constant = json;
  return mistake;
}

Result<Json, Failure> JsonataTemplate::Parsed::run(const Json& bindings,
                                                   const jsonata::Environment& environment) const {
  jsonata::Expression::Outcome outcome = expression->evaluate(nullptr, &bindings, environment);
  if (!outcome) {
    const jsonata::Error& error = outcome.error();
    // Measured on AWS: a limit has no code, and a colon before it.
    const bool is_limit = error.code == kLimitCode;
    return evaluation_failure(text, field,
                              "threw an error during evaluation" +
                                  (is_limit ? ": " : ". " + error.code + ": ") + error.message);
  }
  if (outcome->is_function) {
    return evaluation_failure(text, field, "returned an unsupported result type.");
  }
  if (!outcome->value) return evaluation_failure(text, field, "returned nothing (undefined).");
  return *std::move(outcome->value);
}

Result<Json, Failure> JsonataTemplate::Parsed::evaluate(
    const Json& bindings, const jsonata::Environment& environment) const {
  if (expression) return run(bindings, environment);
  if (!members.empty()) {
    Json object = Json::object();
    for (const Member& member : members) {
      auto value = member.value.evaluate(bindings, environment);
      if (!value) return value;
      object[member.name] = *std::move(value);
    }
    return object;
  }
  if (elements.empty()) return constant;
  Json array = Json::array();
  for (const Parsed& element : elements) {
    auto value = element.evaluate(bindings, environment);
    if (!value) return value;
    array.push_back(*std::move(value));
  }
  return array;
}

bool JsonataTemplate::Parsed::mentions(std::string_view part) const {
  if (text.find(part) != std::string::npos) return true;
  for (const Member& member : members) {
    if (member.value.mentions(part)) return true;
  }
  for (const Parsed& element : elements) {
    if (element.mentions(part)) return true;
  }
  return false;
}

Result<JsonataTemplate, TemplateMistake> JsonataTemplate::parse(const Json& json,
                                                                const std::string& field) {
  auto parsed = std::make_shared<Parsed>();
  parsed->field = field;
  if (auto mistake = parsed->read(json)) return *std::move(mistake);
  JsonataTemplate form;
  form.parsed_ = std::move(parsed);
  return form;
}

Result<Json, Failure> JsonataTemplate::evaluate(const Json& bindings,
                                                const jsonata::Environment& environment) const {
  return parsed_->evaluate(bindings, environment);
}

Result<Json, Failure> JsonataTemplate::evaluate_as(std::string_view type, const Json& bindings,
                                                   const jsonata::Environment& environment) const {
  Result<Json, Failure> value = parsed_->evaluate(bindings, environment);
  if (!value || !parsed_->expression || json_type(*value) == type) return value;
  return evaluation_failure(parsed_->text, parsed_->field,
                            "returned an unexpected result type. Expected '" + std::string(type) +
                                "', but was '" + std::string(json_type(*value)) +
                                "' for value: " + to_text(*value));
}

bool JsonataTemplate::is_constant() const {
  return parsed_->is_constant();
}

bool JsonataTemplate::mentions(std::string_view text) const {
  return parsed_->mentions(text);
}

}  // namespace bedlam::states
