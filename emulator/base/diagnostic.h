// An author's mistake in a file: where, what, and how to mend it. A value, not an exception, and
// not an AWS error (aws/error.h) nor a workflow's failure (states/).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bedlam {

struct Position {
  std::size_t line = 0, column = 0;  // from 1, in bytes; line 0: the file as a whole
};

enum class Severity { kError, kWarning };

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string file;
  Position position;
  std::string message;  // what is wrong, without full stop
  std::string hint;     // how to fix it; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

// `file:line:column: error: message` and, on further lines, the source line with a mark under the
// column (where `source`, the file's whole text, is given) and the hint. Of a very long line the
// part around the column.
std::string format(const Diagnostic& diagnostic, std::string_view source = {});

bool has_errors(const Diagnostics& diagnostics);

// ", did you mean 'x'?" for the nearest of `allowed` to `word`, or "" where none is near. Case does
// not count.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& allowed);

}  // namespace bedlam
