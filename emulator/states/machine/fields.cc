#include <algorithm>
#include <cmath>

#include "emulator/states/machine/parse.h"

namespace bedlam::states {
namespace {

std::string join(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return "[" + text + "]";
}

std::string expected(std::string_view type) {
  return "Expected value of type " + std::string(type);
}

std::string plain(double number) {
  return number == std::floor(number) ? std::to_string(static_cast<std::int64_t>(number))
                                      : to_text(Json(number));
}

}  // namespace

void Fields::refuse(std::string_view name, std::string message) const {
  parse.refuse(std::move(message), at(name));
}

bool Fields::require(const std::vector<std::string_view>& names) const {
  std::vector<std::string_view> missing;
  std::copy_if(names.begin(), names.end(), std::back_inserter(missing),
               [this](std::string_view name) { return !has(name); });
  if (missing.empty()) return true;
  parse.refuse("These fields are required: " + join(missing), here());
  return false;
}

bool Fields::at_most_one(const std::vector<std::string_view>& names) const {
  const auto present = std::count_if(names.begin(), names.end(),
                                     [this](std::string_view name) { return has(name); });
  if (present <= 1) return true;
  parse.refuse("Only one of these fields may be specified: " + join(names), here());
  return false;
}

bool Fields::exactly_one(const std::vector<std::string_view>& names) const {
  if (!at_most_one(names)) return false;
  if (std::any_of(names.begin(), names.end(), [this](std::string_view n) { return has(n); })) {
    return true;
  }
  parse.refuse("One of these fields is required: " + join(names), here());
  return false;
}

std::optional<std::string> Fields::text(std::string_view name) const {
  const Json* value = get(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  refuse(name, expected("String"));
  return std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view name) const {
  const Json* value = get(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  refuse(name, expected("Boolean"));
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view name, std::int64_t min,
                                            std::int64_t max) const {
  const Json* value = get(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) {
    refuse(name, expected("Integer"));
    return std::nullopt;
  }
  const bool huge = value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX;
  if (huge || value->get<std::int64_t>() < min || value->get<std::int64_t>() > max) {
    refuse(name, "Value is not in the range " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::optional<double> Fields::number(std::string_view name, double min, double max) const {
  const Json* value = get(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    refuse(name, expected("Float"));
    return std::nullopt;
  }
  const double number = value->get<double>();
  if (number < min || number > max) {
    refuse(name, "Value is not in the range " + plain(min) + " to " + plain(max));
    return std::nullopt;
  }
  return number;
}

std::optional<Path> Fields::path(std::string_view name, PathKind kind) const {
  const std::optional<std::string> path_text = text(name);
  if (!path_text) return std::nullopt;
  const bool reference = kind == PathKind::kReference;
  Result<Path, std::string> path = Path::parse(*path_text);
  if (!path) {
    refuse(name, (reference ? "Value is not a Reference Path: " : "Value is not a Path: ") +
                     path.error());
    return std::nullopt;
  }
  if (reference && !path->is_reference()) {
    refuse(name, "Value is not a Reference Path: " + *path_text);
    return std::nullopt;
  }
  return std::move(*path);
}

std::optional<Template> Fields::value_template(std::string_view name) const {
  const Json* value = get(name);
  if (value == nullptr) return std::nullopt;
  if (jsonata) {
    auto form = JsonataTemplate::parse(*value, std::string(name));
    if (form) return Template(*std::move(form));
    parse.find(form.error().code, form.error().message, at(name) + form.error().pointer);
    return std::nullopt;
  }
  auto form = PayloadTemplate::parse(*value);
  if (form) return Template(*std::move(form));
  parse.refuse(form.error().message, at(name) + form.error().pointer);
  return std::nullopt;
}

std::optional<JsonataTemplate> Fields::jsonata_expression(std::string_view name) const {
  const Json* value = get(name);
  const bool is_expression = jsonata && value != nullptr && value->is_string() &&
                             is_jsonata(value->get_ref<const std::string&>());
  if (!is_expression) return std::nullopt;
  auto form = value_template(name);
  if (!form) return std::nullopt;
  return std::get<JsonataTemplate>(*std::move(form));
}

std::optional<Expression> Fields::expression(std::string_view name) const {
  const std::optional<std::string> expression_text = text(name);
  if (!expression_text) return std::nullopt;
  Result<Expression, std::string> expression =
      Expression::parse(*expression_text, std::string(name));
  if (expression) return std::move(*expression);
  refuse(name, expression.error());
  return std::nullopt;
}

std::vector<Fields> Fields::list(std::string_view name, bool non_empty) const {
  std::vector<Fields> elements;
  const Json* value = get(name);
  if (value == nullptr) return elements;
  if (!value->is_array()) {
    refuse(name, expected("Array"));
    return elements;
  }
  if (non_empty && value->empty()) refuse(name, "Value cannot be empty");
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string place = at(name) + "[" + std::to_string(i) + "]";
    if ((*value)[i].is_object()) {
      elements.emplace_back(parse, (*value)[i], place, jsonata);
    } else {
      parse.refuse(expected("Object"), place);
    }
  }
  return elements;
}

}  // namespace bedlam::states
