#include <charconv>

#include "emulator/base/regex.h"
#include "emulator/scenario/reader.h"
#include "emulator/scenario/values.h"
#include "emulator/script/pattern.h"

namespace bedlam::scenario {
namespace {

constexpr std::string_view kDurationForms = "a number with its unit, such as 800ms, 1.5s or 2m";

void wrong_kind(const Node& node, std::string_view what, std::string_view wanted,
                Mistakes& mistakes, std::string hint = "") {
  mistakes.add(node.position,
               std::string(what) + " is " + std::string(wanted) + ", not " + describe(node),
               std::move(hint));
}

Json scalar_value(const Node& node, Mistakes& mistakes) {
  return node.kind == Node::Kind::kScalar ? to_json(node, mistakes) : Json();
}

// The text of a scalar that is one, whatever its kind: `wait: 3` is a duration without unit.
bool number(const Node& node) {
  Mistakes ignored("");
  return scalar_value(node, ignored).is_number();
}

}  // namespace

std::optional<std::string> read_text(const Node& node, std::string_view what, Mistakes& mistakes) {
  const Json value = scalar_value(node, mistakes);
  if (value.is_string()) return value.get<std::string>();
  const bool scalar = value.is_number() || value.is_boolean();
  wrong_kind(node, what, "a text", mistakes,
             scalar ? "if it is meant as a text, put it in quotes: \"" + node.text + "\"" : "");
  return std::nullopt;
}

std::optional<std::string> read_choice(const Node& node, const Choices& choices,
                                       std::string_view what, Mistakes& mistakes) {
  const std::optional<std::string> word = read_text(node, what, mistakes);
  if (!word) return std::nullopt;
  for (const std::string_view allowed : choices.words) {
    if (*word == allowed) return word;
  }
  mistakes.add(
      node.position,
      std::string(what) + " cannot be '" + *word + "'" + did_you_mean(*word, choices.words),
      "allowed: " + enumerate(choices.words));
  return std::nullopt;
}

std::optional<int> read_integer(const Node& node, int minimum, std::string_view what,
                                Mistakes& mistakes) {
  const Json value = scalar_value(node, mistakes);
  const std::string range =
      "a whole number from " + std::to_string(minimum) + " to " + std::to_string(kMaxNumber);
  if (value.is_number_integer()) {
    const bool huge = value.is_number_unsigned() &&
                      value.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxNumber);
    if (!huge && value.get<std::int64_t>() >= minimum && value.get<std::int64_t>() <= kMaxNumber) {
      return value.get<int>();
    }
  }
  wrong_kind(node, what, range, mistakes);
  return std::nullopt;
}

std::optional<Duration> read_duration(const Node& node, std::string_view what, Mistakes& mistakes) {
  if (number(node)) {
    mistakes.add(node.position, std::string(what) + " needs a unit",
                 "write " + node.text + "s, or " + node.text + "ms");
    return std::nullopt;
  }
  const std::optional<std::string> text = read_text(node, what, mistakes);
  if (!text) return std::nullopt;
  if (const std::optional<Duration> duration = parse_duration(*text)) return duration;
  mistakes.add(node.position, std::string(what) + " cannot be '" + *text + "'",
               "a duration is " + std::string(kDurationForms));
  return std::nullopt;
}

std::optional<int> read_memory(const Node& node, std::string_view what, Mistakes& mistakes) {
  // AWS Lambda developer guide, "Lambda quotas": memory of a function.
  constexpr int kLeastMb = 128, kMostMb = 10'240, kMbInGb = 1'024;
  const std::optional<std::string> text = read_text(node, what, mistakes);
  if (!text) return std::nullopt;
  int size = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
  std::string_view unit(end, static_cast<std::size_t>(text->data() + text->size() - end));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit == "GB" && size <= kMostMb / kMbInGb) {
    size *= kMbInGb;
    unit = "MB";
  }
  if (error == std::errc() && unit == "MB" && size >= kLeastMb && size <= kMostMb) return size;
  mistakes.add(node.position, std::string(what) + " cannot be '" + *text + "'",
               "a function has 128MB to 10240MB");
  return std::nullopt;
}

std::optional<std::string> read_pattern(const Node& node, std::string_view what,
                                        Mistakes& mistakes) {
  const std::optional<std::string> pattern = read_text(node, what, mistakes);
  if (!pattern || !script::is_regex(*pattern)) return pattern;
  if (pattern->size() > kMaxRegexBytes) {
    mistakes.add(node.position, "the regular expression is longer than " +
                                    std::to_string(kMaxRegexBytes) + " bytes");
    return std::nullopt;
  }
  if (const std::optional<std::string> mistake = script::pattern_mistake(*pattern)) {
    mistakes.add(node.position, *mistake,
                 "a text between slashes is a regular expression (ECMAScript)");
    return std::nullopt;
  }
  return pattern;
}

bool read_true(const Node& node, std::string_view what, Mistakes& mistakes) {
  if (scalar_value(node, mistakes) == Json(true)) return true;
  wrong_kind(node, what, "true", mistakes, "leave the field out where it does not hold");
  return false;
}

std::optional<std::string> read_region(const Node& node, std::string_view what,
                                       Mistakes& mistakes) {
  static const Regex form = Regex::compile("[a-z]{2,}(-[a-z]+)+-[0-9]+").value();
  const std::optional<std::string> region = read_text(node, what, mistakes);
  if (!region) return std::nullopt;
  if (region->size() < kMaxRegexBytes && form.matches(*region)) return region;
  mistakes.add(node.position, std::string(what) + " cannot be '" + *region + "'",
               "a Region is written like us-east-1");
  return std::nullopt;
}

std::vector<const Node*> read_list(const Node& node, std::string_view what, Mistakes& mistakes) {
  if (node.kind == Node::Kind::kList && !node.items.empty()) return node.items;
  if (node.kind == Node::Kind::kList) {
    mistakes.add(node.position, std::string(what) + " is an empty list", "leave the field out");
  } else {
    wrong_kind(node, what, "a list", mistakes, "begin each item with '- '");
  }
  return {};
}

const std::vector<Member>& read_map(const Node& node, std::string_view what, Mistakes& mistakes) {
  if (node.kind != Node::Kind::kMap) wrong_kind(node, what, "an object", mistakes);
  return node.members;
}

}  // namespace bedlam::scenario
