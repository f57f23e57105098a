#include "emulator/bedrock/families/vectors.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>

#include "emulator/base/random.h"

namespace bedlam::bedrock {
namespace {

constexpr std::uint64_t kVectorSeed = 0x656d626564;
constexpr int kValuesOfAWord = 32;        // of all values, so that long texts stay cheap
constexpr double kShareOfTheWhole = 0.3;  // what tells apart texts of the same words
// Values of a unit vector are around 1/√dimensions; this brings most of them into a byte.
constexpr double kByteDeviations = 4;

bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

void to_length(std::vector<double>& vector, double length) {
  double squares = 0;
  for (const double value : vector) squares += value * value;
  if (squares == 0) return;
  for (double& value : vector) value *= length / std::sqrt(squares);
}

void add_word(const std::string& word, std::vector<double>& vector) {
  Random random = Random(kVectorSeed).derive(word);
  for (int i = 0; i < kValuesOfAWord; ++i) {
    vector[random.below(vector.size())] += random.below(2) == 0 ? -1 : 1;
  }
}

void add_words(std::string_view text, std::vector<double>& vector) {
  std::string word;
  for (const char c : text) {
    if (is_letter(c)) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      add_word(word, vector);
      word.clear();
    }
  }
  if (!word.empty()) add_word(word, vector);
}

template <typename Of>
Json each_value(const std::vector<double>& vector, Of of) {
  Json values = Json::array();
  for (const double value : vector) values.push_back(of(value));
  return values;
}

int byte_of(double value, std::size_t dimensions) {
  const double deviations = value * std::sqrt(static_cast<double>(dimensions));
  const double scaled = std::round(deviations / kByteDeviations * 127);
  return static_cast<int>(std::clamp(scaled, -128.0, 127.0));
}

Json packed(const std::vector<double>& vector, int offset) {
  Json bytes = Json::array();
  for (std::size_t at = 0; at + 8 <= vector.size(); at += 8) {
    int byte = 0;
    for (std::size_t bit = 0; bit < 8; ++bit) byte = byte * 2 + (vector[at + bit] > 0 ? 1 : 0);
    bytes.push_back(byte + offset);
  }
  return bytes;
}

}  // namespace

std::vector<double> text_vector(std::string_view text, std::size_t dimensions) {
  std::vector<double> vector(dimensions);
  add_words(text, vector);
  to_length(vector, 1);
  std::vector<double> whole(dimensions);
  Random random = Random(kVectorSeed).derive(text, 1);
  for (double& value : whole) value = random.normal();
  to_length(whole, kShareOfTheWhole);
  for (std::size_t i = 0; i < dimensions; ++i) vector[i] += whole[i];
  to_length(vector, 1);
  return vector;
}

Json float_values(const std::vector<double>& vector) {
  constexpr double kDecimals = 1e8;
  return each_value(vector, [](double v) { return std::round(v * kDecimals) / kDecimals; });
}

Json int8_values(const std::vector<double>& vector) {
  return each_value(vector, [&](double v) { return byte_of(v, vector.size()); });
}

Json uint8_values(const std::vector<double>& vector) {
  return each_value(vector, [&](double v) { return byte_of(v, vector.size()) + 128; });
}

Json sign_bits(const std::vector<double>& vector) {
  return each_value(vector, [](double v) { return v > 0 ? 1 : 0; });
}

Json packed_bits(const std::vector<double>& vector) {
  return packed(vector, 0);
}

Json packed_signed(const std::vector<double>& vector) {
  return packed(vector, -128);
}

}  // namespace bedlam::bedrock
