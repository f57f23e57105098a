// What things cost: one dated file with the source of each price (prices.json), which a user can
// replace. Prices are US dollars; those of models for 1,000 tokens, or for one image.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/result.h"
#include "harness/money/money.h"

namespace bedlam::harness {

struct ModelPrice {
  std::string pattern;  // a glob over the model's id
  double input = 0, output = 0;
  std::optional<double> cache_read, cache_write;  // else as input
  double image = 0;                               // of one; 0: it is paid by tokens
};

// What an answer took. Those of the prompt cache are not among the input's.
struct TokenCounts {
  int input = 0, output = 0, cache_read = 0, cache_written = 0;
};
// `pictures`: how many there are, of a model that is paid by them.
Money price_of_answer(const ModelPrice& price, const TokenCounts& tokens, double pictures);

struct Prices {
  std::string date;
  std::vector<ModelPrice> models;
  double transitions_1000 = 0;                                     // Step Functions, Standard
  std::map<std::string, double, std::less<>> transitions_1000_in;  // by Region
  double express_requests_1000000 = 0, express_gb_second = 0, express_memory_mb = 0;
  double lambda_requests_1000000 = 0, lambda_gb_second = 0;

  // The first that matches: by the id as it was called, else without its profile's prefix, else by
  // the id inside an ARN. nullptr where none does.
  const ModelPrice* find(std::string_view model) const;
  double transitions_1000_of(std::string_view region) const;
};

// The file's text; the error is one line: "mine.json: models[3].input: expected a price from 0 on".
Result<Prices, std::string> parse_prices(std::string_view text, const std::string& file);

// Those that are built in, and their file.
const Prices& shipped_prices();
std::string_view shipped_prices_text();

}  // namespace bedlam::harness
