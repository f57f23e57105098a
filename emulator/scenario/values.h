// What nodes mean as data: YAML 1.2's core schema (yaml.org/spec/1.2.2, chapter 10.3) as JSON.
#pragma once

#include <optional>
#include <string>

#include "emulator/base/json.h"
#include "emulator/scenario/document.h"
#include "emulator/scenario/scenario.h"

namespace bedlam::scenario {

// The node with all below it. Numbers that JSON does not have (.inf, .nan) are mistakes, and null.
Json to_json(const Node& node, Mistakes& mistakes);

// The same, with the position of every part.
Located locate(const Node& node, Mistakes& mistakes);

// "a list", "the number 3", "the text 'x'": for messages about a value of another kind.
std::string describe(const Node& node);

}  // namespace bedlam::scenario
