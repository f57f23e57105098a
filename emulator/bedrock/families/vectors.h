// Vectors for the embedding families. No model computes them: a vector depends on nothing but the
// text and its length, is the same in every run, and lies nearer to that of a text that shares
// words with it than to others.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"

namespace bedlam::bedrock {

// Of length 1.
std::vector<double> text_vector(std::string_view text, std::size_t dimensions);

// The forms in which the families write them.
Json float_values(const std::vector<double>& vector);   // eight decimals
Json int8_values(const std::vector<double>& vector);    // -128 to 127
Json uint8_values(const std::vector<double>& vector);   // 0 to 255
Json sign_bits(const std::vector<double>& vector);      // a 1 for every value above zero, else 0
Json packed_bits(const std::vector<double>& vector);    // the same, eight in a number 0 to 255
Json packed_signed(const std::vector<double>& vector);  // minus 128

}  // namespace bedlam::bedrock
