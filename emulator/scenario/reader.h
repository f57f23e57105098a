// What every reader of a section shares: the file, the mistakes, and checked access to the fields
// of an object and to scalars. Each function reports what is wrong and returns nothing then, so
// that readers go on and find the next mistake.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/duration.h"
#include "emulator/scenario/document.h"
#include "emulator/scenario/mistakes.h"
#include "emulator/scenario/scenario.h"
#include "emulator/scenario/shapes.h"

namespace bedlam::scenario {

// Bounds of numbers in a file. Ours: above what any model or SDK takes.
inline constexpr int kMaxNumber = 1'000'000;
// A regular expression is compiled by recursion; longer ones could exhaust the stack.
inline constexpr std::size_t kMaxRegexBytes = 1'000;

struct Reader {
  std::string file;       // the scenario's, as given
  std::string directory;  // for the paths in it
  NamedFiles named_files;
  Mistakes& mistakes;
  std::string_view error_names = "error name";  // of the service whose section is read
  bool recorded = false;                        // inside a model that is
  std::string_view section = "models";          // the one whose entries are read
};

// A map, checked against its shape: unknown and missing fields, and fields that exclude each other,
// are reported once, at construction.
class Fields {
 public:
  Fields(const Node& node, const Object& shape, Mistakes& mistakes);

  // Whether the node is an object at all.
  bool ok() const { return ok_; }
  const Node& node() const { return node_; }
  // The value, or nullptr where the field is absent. The name is one of the shape's.
  const Node* get(std::string_view name) const;
  // Where the field's name stands; the object's position where it is absent.
  Position key(std::string_view name) const;

 private:
  void report_unknown(const Member& member);
  void check_group(const Group& group);

  const Node& node_;
  const Object& shape_;
  Mistakes& mistakes_;
  bool ok_;
};

// `what` names the value in messages: "prompt", "the workflow's name".
std::optional<std::string> read_text(const Node& node, std::string_view what, Mistakes& mistakes);
// The word, which is one of the choices.
std::optional<std::string> read_choice(const Node& node, const Choices& choices,
                                       std::string_view what, Mistakes& mistakes);
std::optional<int> read_integer(const Node& node, int minimum, std::string_view what,
                                Mistakes& mistakes);
std::optional<Duration> read_duration(const Node& node, std::string_view what, Mistakes& mistakes);
// In MB, as AWS Lambda counts them: 1 GB is 1,024.
std::optional<int> read_memory(const Node& node, std::string_view what, Mistakes& mistakes);
// A glob, or a regular expression that compiles.
std::optional<std::string> read_pattern(const Node& node, std::string_view what,
                                        Mistakes& mistakes);
// Only the word true may stand there.
bool read_true(const Node& node, std::string_view what, Mistakes& mistakes);
std::optional<std::string> read_region(const Node& node, std::string_view what, Mistakes& mistakes);

// The items of a list that is not empty; none where it is no such list.
std::vector<const Node*> read_list(const Node& node, std::string_view what, Mistakes& mistakes);
// The members of an object with names of the author's choosing.
const std::vector<Member>& read_map(const Node& node, std::string_view what, Mistakes& mistakes);

// "a, b or c".
std::string enumerate(const std::vector<std::string_view>& words);

}  // namespace bedlam::scenario
