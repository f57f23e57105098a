// The little XML that answers of Amazon S3 are: elements without attributes, found by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bedlam::states {

// What stands in the elements of that name, in order; entities as they are.
std::vector<std::string_view> blocks_in(std::string_view xml, std::string_view name);
// The text of the first element of that name; "" where there is none.
std::string text_in(std::string_view xml, std::string_view name);

}  // namespace bedlam::states
