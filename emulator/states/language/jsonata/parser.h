// From text to a Program in two passes: the parser (Pratt's, by binding powers) knows the grammar;
// the analysis makes paths of its operators and finds the contexts that `%` means.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "emulator/states/language/jsonata/ast.h"
#include "emulator/states/language/jsonata/errors.h"

namespace bedlam::states::jsonata {

// Parentheses, calls and operators within one another; beyond it: U1001.
inline constexpr int kMaxNesting = 1'000;
// Operands of a chain such as `a & b & c`, which nest to the left.
inline constexpr int kMaxTreeDepth = 1'500;
// `?:` and `??` copy their left side; nested, that doubles each time.
inline constexpr std::size_t kMaxNodes = 500'000;

// The syntax tree in program.root; program.text is the text.
std::optional<Fault> parse(Program& program);

// Replaces program.root by what is evaluated.
std::optional<Fault> analyse(Program& program);

Fault too_deep();

}  // namespace bedlam::states::jsonata
