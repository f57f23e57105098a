// A path in its parsed form, and the parser that makes it. Internal to language/; everybody else
// uses Path (path.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/result.h"

namespace bedlam::states {

// Ours: AWS bounds a path only by the size of the definition. They keep evaluation off the stack's
// end and a definition of 1 MB from becoming a document as deep.
inline constexpr std::size_t kMaxPathSegments = 256;
inline constexpr int kMaxFilterDepth = 32;  // parentheses, negations and paths within filters

struct Filter;

struct Segment {
  enum class Kind { kName, kIndex, kNames, kIndexes, kSlice, kWildcard, kFilter };
  Kind kind = Kind::kName;
  bool deep = false;                     // `..` stands before it: here and everywhere below
  std::vector<std::string> names;        // one for kName
  std::vector<std::int64_t> indexes;     // one for kIndex; negative: from the end
  std::optional<std::int64_t> from, to;  // kSlice
  std::int64_t step = 1;
  std::shared_ptr<const Filter> filter;  // kFilter

  // Selects at most one value, found without looking anywhere else.
  bool is_single() const { return !deep && (kind == Kind::kName || kind == Kind::kIndex); }
};

struct PathSyntax {
  enum class Root { kInput, kContext, kVariable, kItem };  // $, $$, $name, @
  Root root = Root::kInput;
  std::string variable;
  std::vector<Segment> segments;

  bool is_definite() const;
};

// What stands on one side of a filter's comparison.
struct Operand {
  std::optional<PathSyntax> path;
  Json literal;
};

struct Pattern;  // a compiled regular expression (path_filter.cc)

struct Filter {
  enum class Kind { kOr, kAnd, kNot, kExists, kCompare, kMatch };
  enum class Comparison { kEqual, kUnequal, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
  Kind kind = Kind::kExists;
  std::vector<Filter> operands;  // kOr, kAnd, kNot
  Comparison comparison = Comparison::kEqual;
  Operand left, right;                     // kExists uses the left one only
  std::shared_ptr<const Pattern> pattern;  // kMatch
};

// The error says what is wrong with the expression: `text` between the slashes, `flags` behind
// them.
Result<std::shared_ptr<const Pattern>, std::string> compile_pattern(std::string_view text,
                                                                    std::string_view flags);

// Where a path stands, which decides what ends a dotted name in it.
enum class PathPlace { kAlone, kArgument, kFilter };

// Reads the path at `at` and moves `at` behind it; standing alone, it must fill the text. The error
// is one sentence. `depth` counts the filters around it.
Result<PathSyntax, std::string> parse_path(std::string_view text, std::size_t& at, PathPlace place,
                                           int depth = 0);

// Reads the filter behind `?(`, up to its closing parenthesis.
Result<Filter, std::string> parse_filter(std::string_view text, std::size_t& at, int depth);

// Reads a quoted text whose opening quote is at `at`; a backslash takes the next character as it
// is. nullopt: the closing quote is missing.
std::optional<std::string> parse_quoted(std::string_view text, std::size_t& at);

}  // namespace bedlam::states
