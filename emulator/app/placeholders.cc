#include "emulator/app/placeholders.h"

#include <algorithm>
#include <array>
#include <optional>

namespace bedlam::app {
namespace {

constexpr std::string_view kOpening = "${";
constexpr std::string_view kFunctionArn =
    "arn:aws:lambda:us-east-1:123456789012:function:placeholder";

// Where a placeholder that begins at `at` ends: behind the brace that closes it.
std::size_t end_of_placeholder(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && --depth == 0) return at + 1;
  }
  return text.size();
}

// Numbers of the Amazon States Language that a template may fill in.
bool wants_number(std::string_view field) {
  constexpr std::array<std::string_view, 13> kFields{
      "TimeoutSeconds",
      "HeartbeatSeconds",
      "Seconds",
      "MaxConcurrency",
      "IntervalSeconds",
      "MaxAttempts",
      "BackoffRate",
      "MaxDelaySeconds",
      "ToleratedFailureCount",
      "MaxItems",
      "ToleratedFailurePercentage",
      "MaxItemsPerBatch",
      "MaxInputBytesPerBatch",
  };
  return std::find(kFields.begin(), kFields.end(), field) != kFields.end() ||
         (field.starts_with("Numeric") && !field.ends_with("Path"));
}

// Such that no two of them contradict each other.
Json number_for(std::string_view field) {
  if (field == "TimeoutSeconds" || field == "MaxDelaySeconds") return 99'999;
  return 1;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string resource_for(std::string text) {
  text = replace_all(std::move(text), "${AWS::Partition}", "aws");
  text = replace_all(std::move(text), "${AWS::Region}", "us-east-1");
  text = replace_all(std::move(text), "${AWS::AccountId}", "123456789012");
  const std::size_t states = text.find(":states:::");
  if (text.starts_with("arn:") && states != std::string::npos) {
    text = "arn:aws" + text.substr(states);
  }
  return has_placeholder(text) ? std::string(kFunctionArn) : text;
}

// Of a field that holds states, retriers or catchers: as little as may stand there. Names of states
// are unique, so the placeholder's own is part of it.
std::optional<Json> structure_for(std::string_view field, const std::string& text) {
  if (!text.starts_with(kOpening) || end_of_placeholder(text, 1) != text.size()) {
    return std::nullopt;
  }
  const std::string name = "In " + text.substr(0, 70);  // names have at most 80 characters
  const Json block{{"StartAt", name}, {"States", {{name, {{"Type", "Pass"}, {"End", true}}}}}};
  if (field == "ItemProcessor" || field == "Iterator") return block;
  if (field == "Branches") return Json::array({block});
  if (field == "Retry" || field == "Catch") return Json::array();
  return std::nullopt;
}

Json string_for(std::string_view field, const std::string& text) {
  if (auto structure = structure_for(field, text)) return *std::move(structure);
  if (field == "Resource") return resource_for(text);
  if (field == "End" || field == "BooleanEquals") return true;
  if (field.starts_with("Is")) return true;
  if (field == "Timestamp" || (field.starts_with("Timestamp") && !field.ends_with("Path"))) {
    return "2024-01-01T00:00:00Z";
  }
  const bool is_path = field.ends_with("Path") || field.ends_with(".$") || field == "Variable";
  if (is_path && !text.starts_with("States.")) return "$.placeholder";
  if (wants_number(field)) return number_for(field);
  return text;
}

// `{"Ref": "X"}`, `{"Fn::GetAtt": […]}`.
bool is_function(const Json& value) {
  if (!value.is_object() || value.size() != 1) return false;
  const std::string& name = value.begin().key();
  return name == "Ref" || name.starts_with("Fn::");
}

Json filled(std::string_view field, const Json& value) {
  if (is_function(value)) return string_for(field, "${" + value.begin().key() + "}");
  if (value.is_object()) {
    Json object = Json::object();
    for (const auto& [name, member] : value.items()) object[name] = filled(name, member);
    return object;
  }
  if (value.is_array()) {
    Json array = Json::array();
    for (const Json& element : value) array.push_back(filled({}, element));
    return array;
  }
  if (!value.is_string()) return value;
  const std::string& text = value.get_ref<const std::string&>();
  return has_placeholder(text) ? string_for(field, text) : value;
}

}  // namespace

bool has_placeholder(std::string_view text) {
  return text.find(kOpening) != std::string_view::npos;
}

std::string quote_placeholders(std::string_view text) {
  std::string quoted(text);
  bool in_string = false;
  for (std::size_t at = 0; at < quoted.size(); ++at) {
    if (in_string && quoted[at] == '\\') {
      ++at;
    } else if (quoted[at] == '"') {
      in_string = !in_string;
    } else if (!in_string && quoted.compare(at, kOpening.size(), kOpening) == 0) {
      const std::size_t end = end_of_placeholder(text, at);
      if (end - at < kOpening.size() + 2) continue;  // `${}`: nothing can be made of it
      std::fill(quoted.begin() + static_cast<std::ptrdiff_t>(at),
                quoted.begin() + static_cast<std::ptrdiff_t>(end), '_');
      quoted[at] = '"';
      quoted.replace(at + 1, kOpening.size(), kOpening);
      quoted[end - 1] = '"';
      at = end - 1;
    }
  }
  return quoted;
}

Json fill_placeholders(const Json& definition) {
  return filled({}, definition);
}

}  // namespace bedlam::app
