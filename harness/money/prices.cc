#include "harness/money/prices.h"

#include <algorithm>
#include <array>

#include "emulator/base/diagnostic.h"
#include "emulator/base/glob.h"

namespace bedlam::embedded {
extern const std::string_view kPrices;
}

namespace bedlam::harness {
namespace {

// Prefixes of cross-Region inference profiles (Bedrock user guide, inference-profiles-support).
constexpr std::array<std::string_view, 6> kProfiles{"us.", "eu.", "apac.", "jp.", "au.", "global."};

class PriceReader {
 public:
  explicit PriceReader(std::string file) : file_(std::move(file)) {}

  Prices read(const Json& json) {
    Prices prices;
    check_names(json, "", {"date", "region", "note", "models", "step_functions", "lambda"});
    prices.date = text(json, "date", "");
    const Json& models = list(json, "models");
    for (std::size_t i = 0; i < models.size(); ++i) {
      prices.models.push_back(model(models[i], "models[" + std::to_string(i) + "]"));
    }
    const Json& states = part(json, "step_functions");
    check_names(states, "step_functions",
                {"standard_transitions_1000", "standard_transitions_1000_in",
                 "express_requests_1000000", "express_gb_second", "express_memory_mb", "source"});
    prices.transitions_1000 = price(states, "standard_transitions_1000", "step_functions");
    prices.express_requests_1000000 = price(states, "express_requests_1000000", "step_functions");
    prices.express_gb_second = price(states, "express_gb_second", "step_functions");
    prices.express_memory_mb = price(states, "express_memory_mb", "step_functions");
    if (const Json* regions = bedlam::find(states, "standard_transitions_1000_in")) {
      const std::string where = "step_functions.standard_transitions_1000_in";
      if (!regions->is_object()) fail(where, "expected prices by Region");
      for (const auto& region : regions->items()) {
        prices.transitions_1000_in[region.key()] = price(*regions, region.key(), where);
      }
    }
    const Json& lambda = part(json, "lambda");
    check_names(lambda, "lambda", {"requests_1000000", "gb_second", "source"});
    prices.lambda_requests_1000000 = price(lambda, "requests_1000000", "lambda");
    prices.lambda_gb_second = price(lambda, "gb_second", "lambda");
    return prices;
  }

  const std::string& error() const { return error_; }

 private:
  static std::string join(const std::string& where, std::string_view name) {
    return where.empty() ? std::string(name) : where + "." + std::string(name);
  }

  // The first mistake is told; the others would often follow from it.
  void fail(const std::string& where, const std::string& what) {
    if (error_.empty()) error_ = file_ + ": " + where + ": " + what;
  }

  void check_names(const Json& json, const std::string& where,
                   const std::vector<std::string_view>& allowed) {
    if (!json.is_object()) return fail(where.empty() ? "the file" : where, "expected an object");
    for (const auto& member : json.items()) {
      if (std::find(allowed.begin(), allowed.end(), member.key()) != allowed.end()) continue;
      fail(join(where, member.key()),
           "nothing here is called that" + did_you_mean(member.key(), allowed));
    }
  }

  std::string text(const Json& json, std::string_view name, const std::string& where) {
    const Json* value = bedlam::find(json, name);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    fail(join(where, name), "expected a text");
    return "";
  }

  std::optional<double> optional_price(const Json& json, std::string_view name,
                                       const std::string& where) {
    const Json* value = bedlam::find(json, name);
    if (value == nullptr) return std::nullopt;
    if (value->is_number() && value->get<double>() >= 0) return value->get<double>();
    fail(join(where, name), "expected a price in US dollars, from 0 on");
    return std::nullopt;
  }

  double price(const Json& json, std::string_view name, const std::string& where) {
    if (bedlam::find(json, name) == nullptr) fail(join(where, name), "is missing");
    return optional_price(json, name, where).value_or(0);
  }

  const Json& part(const Json& json, std::string_view name) {
    static const Json nothing = Json::object();
    const Json* value = bedlam::find(json, name);
    if (value == nullptr) fail(std::string(name), "is missing");
    return value == nullptr ? nothing : *value;
  }

  const Json& list(const Json& json, std::string_view name) {
    static const Json nothing = Json::array();
    const Json* value = bedlam::find(json, name);
    if (value != nullptr && value->is_array()) return *value;
    fail(std::string(name), "expected a list of prices");
    return nothing;
  }

  ModelPrice model(const Json& json, const std::string& where) {
    check_names(json, where,
                {"model", "input", "output", "cache_read", "cache_write", "image", "source"});
    ModelPrice price_of_model;
    price_of_model.pattern = text(json, "model", where);
    const bool by_image = bedlam::find(json, "image") != nullptr;
    if (by_image) {
      price_of_model.image = price(json, "image", where);
    } else {
      price_of_model.input = price(json, "input", where);
      price_of_model.output = price(json, "output", where);
    }
    price_of_model.cache_read = optional_price(json, "cache_read", where);
    price_of_model.cache_write = optional_price(json, "cache_write", where);
    return price_of_model;
  }

  std::string file_;
  std::string error_;
};

std::string_view without_profile(std::string_view model) {
  for (const std::string_view prefix : kProfiles) {
    if (model.starts_with(prefix)) return model.substr(prefix.size());
  }
  return model;
}

}  // namespace

Money price_of_answer(const ModelPrice& price, const TokenCounts& tokens, double pictures) {
  constexpr double kPricedTokens = 1000;
  if (price.image > 0) return price_of(pictures, price.image);
  return price_of(tokens.input, price.input, kPricedTokens) +
         price_of(tokens.output, price.output, kPricedTokens) +
         price_of(tokens.cache_read, price.cache_read.value_or(price.input), kPricedTokens) +
         price_of(tokens.cache_written, price.cache_write.value_or(price.input), kPricedTokens);
}

const ModelPrice* Prices::find(std::string_view model) const {
  const std::size_t slash = model.rfind('/');
  const std::string_view id = model.starts_with("arn:") && slash != std::string_view::npos
                                  ? model.substr(slash + 1)
                                  : model;
  for (const std::string_view name : {id, without_profile(id)}) {
    for (const ModelPrice& price : models) {
      if (glob_match(price.pattern, name)) return &price;
    }
  }
  return nullptr;
}

double Prices::transitions_1000_of(std::string_view region) const {
  const auto found = transitions_1000_in.find(region);
  return found == transitions_1000_in.end() ? transitions_1000 : found->second;
}

Result<Prices, std::string> parse_prices(std::string_view text, const std::string& file) {
  const auto json = parse_json(text);
  if (!json) return file + ": no JSON: " + json.error().message;
  PriceReader reader(file);
  Prices prices = reader.read(*json);
  if (!reader.error().empty()) return reader.error();
  return prices;
}

const Prices& shipped_prices() {
  static const Prices prices = *parse_prices(embedded::kPrices, "prices.json");
  return prices;
}

std::string_view shipped_prices_text() {
  return embedded::kPrices;
}

}  // namespace bedlam::harness
