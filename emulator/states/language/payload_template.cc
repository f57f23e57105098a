#include "emulator/states/language/payload_template.h"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/states/language/intrinsic/call.h"
#include "emulator/states/language/path.h"

namespace bedlam::states {
namespace {

// A path into the context object is missing in the context object, any other one in the input.
Failure not_found(const Path& path, const std::string& field, const Scope& scope) {
  const Json& searched = path.of_context() ? scope.context : scope.input;
  return {"States.Runtime", "The JSONPath '" + path.text() + "' specified for the field '" + field +
                                "' could not be found in the input '" + to_text(searched) + "'"};
}

// RFC 6901 section 3.
std::string pointer_token(std::string_view name) {
  std::string token = "/";
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

}  // namespace

struct Expression::Parsed {
  std::variant<Path, intrinsic::Call> body;
  std::string field;
};

Result<Expression, std::string> Expression::parse(std::string_view text, std::string field) {
  Expression expression;
  if (text.starts_with('$')) {
    auto path = Path::parse(text);
    if (!path) return std::move(path).error();
    expression.parsed_ = std::make_shared<const Parsed>(Parsed{*std::move(path), std::move(field)});
    return expression;
  }
  if (!text.starts_with("States.")) {
    return "'" + std::string(text) +
           "' is neither a path, which starts with '$', nor a call of an intrinsic function, which "
           "starts with 'States.'";
  }
  auto call = intrinsic::Call::parse(text);
  if (!call) return std::move(call).error();
  expression.parsed_ = std::make_shared<const Parsed>(Parsed{*std::move(call), std::move(field)});
  return expression;
}

Result<Json, Failure> Expression::evaluate(const Scope& scope) const {
  const auto* path = std::get_if<Path>(&parsed_->body);
  if (path == nullptr) return std::get<intrinsic::Call>(parsed_->body).evaluate(scope);
  auto value = path->evaluate(scope);
  if (value) return *std::move(value);
  return not_found(*path, parsed_->field, scope);
}

// One value of the template: a constant, a path or call, or an object or array that holds such.
struct PayloadTemplate::Parsed {
  struct Member;

  Json constant;
  std::optional<Expression> expression;
  std::vector<Member> members;
  std::vector<Parsed> elements;

  bool is_constant() const;

  std::optional<TemplateMistake> read(const Json& json);
  std::optional<TemplateMistake> read_member(const std::string& name, const Json& json);
  Result<Json, Failure> evaluate(const Scope& scope) const;
};

struct PayloadTemplate::Parsed::Member {
  std::string name;
  Parsed value;
};

bool PayloadTemplate::Parsed::is_constant() const {
  return !expression && members.empty() && elements.empty();
}

std::optional<TemplateMistake> PayloadTemplate::Parsed::read_member(const std::string& name,
                                                                    const Json& json) {
  Parsed member;
  if (!name.ends_with(".$")) {
    auto mistake = member.read(json);
    if (mistake) mistake->pointer.insert(0, pointer_token(name));
    if (mistake) return mistake;
    members.push_back({name, std::move(member)});
    return std::nullopt;
  }
  const std::string aws_text = "The value for the field '" + name +
                               "' must be a valid JSONPath or a valid intrinsic function call";
  if (!json.is_string())
    return TemplateMistake{pointer_token(name), aws_text, "It must be a string"};
  auto value = Expression::parse(json.get_ref<const std::string&>(), name);
  if (!value) return TemplateMistake{pointer_token(name), aws_text, value.error()};
  member.expression = *std::move(value);
  members.push_back({name.substr(0, name.size() - 2), std::move(member)});
  return std::nullopt;
}

std::optional<TemplateMistake> PayloadTemplate::Parsed::read(const Json& json) {
  bool all_constant = true;
  if (json.is_object()) {
    for (const auto& [name, value] : json.items()) {
      if (auto mistake = read_member(name, value)) return mistake;
      all_constant = all_constant && members.back().value.is_constant();
    }
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (auto mistake = elements.emplace_back().read(json[i])) {
        mistake->pointer.insert(0, "/" + std::to_string(i));
        return mistake;
      }
      all_constant = all_constant && elements.back().is_constant();
    }
  }
  if (all_constant) {
    members.clear();
    elements.clear();
    constant = json;
  }
  return std::nullopt;
}

Result<Json, Failure> PayloadTemplate::Parsed::evaluate(const Scope& scope) const {
  if (expression) {
    auto value = expression->evaluate(scope);
    if (value) return value;
    const auto* path = std::get_if<Path>(&expression->parsed_->body);
    if (path != nullptr && path->is_outside_array(scope)) return Json(nullptr);
    return value;
  }
  if (!members.empty()) {
    Json object = Json::object();
    for (const auto& [name, member] : members) {
      auto value = member.evaluate(scope);
      if (!value) return value;
      object[name] = *std::move(value);
    }
    return object;
  }
  if (!elements.empty()) {
    Json array = Json::array();
    for (const Parsed& element : elements) {
      auto value = element.evaluate(scope);
      if (!value) return value;
      array.push_back(*std::move(value));
    }
    return array;
  }
  return constant;
}

Result<PayloadTemplate, TemplateMistake> PayloadTemplate::parse(const Json& json) {
  auto parsed = std::make_shared<Parsed>();
  if (auto mistake = parsed->read(json)) return *std::move(mistake);
  PayloadTemplate payload_template;
  payload_template.parsed_ = std::move(parsed);
  return payload_template;
}

Result<Json, Failure> PayloadTemplate::evaluate(const Scope& scope) const {
  return parsed_->evaluate(scope);
}

}  // namespace bedlam::states
