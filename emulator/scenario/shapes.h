// The words of the scenario format, in one place: which objects there are, which fields they have,
// what may stand in them, and a sentence for each. The readers take their checks from here
// (fields.h), `bedlam schema` its JSON Schema (schema.cc), docs/scenarios.md its reference table.
#pragma once

#include <string_view>
#include <vector>

#include "emulator/base/json.h"

namespace bedlam::scenario {

struct Field {
  std::string_view name;
  // A scalar's, a choice's or an object's name; `[type]` for a list of them, `{type}` for an object
  // with names of the author's choosing; several with ` | ` between them.
  std::string_view type;
  std::string_view about;  // one sentence
  bool required = false;
};

// Fields of which at most one may stand, or, where required, exactly one.
struct Group {
  bool required;
  std::vector<std::string_view> names;
};

struct Object {
  std::string_view name;   // "reply"
  std::string_view title;  // "a reply"
  std::string_view about;
  std::vector<Field> fields;
  std::vector<Group> groups;

  const Field* find(std::string_view field) const;
  std::vector<std::string_view> names() const;
};

// One of a few words.
struct Choices {
  std::string_view name;
  std::string_view about;
  std::vector<std::string_view> words;
};

struct Scalar {
  std::string_view name;
  std::string_view about;
  Json schema;  // what JSON Schema says of it
};

// In the order of the documentation; the first is the whole file.
const std::vector<Object>& objects();
const std::vector<Choices>& choices();
const std::vector<Scalar>& scalars();

// By name; one that is not in the tables is a bug.
const Object& object(std::string_view name);
const Choices& choice(std::string_view name);

}  // namespace bedlam::scenario
