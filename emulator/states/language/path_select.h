// Applies a parsed path to a document. Internal to language/.
#pragma once

#include <deque>
#include <vector>

#include "emulator/states/language/path_syntax.h"
#include "emulator/states/language/scope.h"

namespace bedlam::states {

// Ours: how many values one path may visit before it gives up, so that `$..*..*..*` over 256 KiB
// ends.
inline constexpr std::size_t kMaxVisits = 2'000'000;

// The document that the path starts from; nullptr for a variable that is not assigned. `item` is
// what `@` stands for.
const Json* root_of(const PathSyntax& path, const Scope& scope, const Json* item = nullptr);

// The member, or the element of a possibly negative index; nullptr where it does not exist.
const Json* single_step(const Segment& segment, const Json& value);

// What the first `count` steps, each of which is single, lead to from `root`; nullptr where one of
// them finds nothing.
const Json* follow(const PathSyntax& path, std::size_t count, const Json& root);

class Selector {
 public:
  // `document` is what `$` means within filters.
  Selector(const Json& document, const Scope& scope) : document_(document), scope_(scope) {}

  // Adds everything that the path's steps from `step` on select in `value`, in document order.
  void select(const PathSyntax& path, std::size_t step, const Json& value);

  const std::vector<const Json*>& found() const { return found_; }
  bool gave_up() const { return visits_ > kMaxVisits; }
  Json to_array() const;

 private:
  void apply(const PathSyntax& path, std::size_t step, const Json& value);
  void descend(const PathSyntax& path, std::size_t step, const Json& value);
  void take_slice(const PathSyntax& path, std::size_t step, const Json& array);
  void take_names(const PathSyntax& path, std::size_t step, const Json& object);
  void take_filtered(const PathSyntax& path, std::size_t step, const Json& value);
  bool accepts(const Filter& filter, const Json& item);
  bool compares(const Filter& filter, const Json& item);
  const Json* resolve(const Operand& operand, const Json& item, Json& storage);

  const Json& document_;
  const Scope& scope_;
  std::vector<const Json*> found_;
  std::deque<Json> built_;  // values that stand nowhere in the document
  std::size_t visits_ = 0;
};

// Whether the whole of `text` matches.
bool matches(const Pattern& pattern, const std::string& text);

}  // namespace bedlam::states
