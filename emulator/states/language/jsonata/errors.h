// The errors of JSONata: codes and texts (docs.jsonata.org, "Error codes" of the reference
// implementation), one catalogue.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/states/language/jsonata/jsonata.h"

namespace bedlam::states::jsonata {

// An error on its way up: its position and token may still be filled in.
struct Fault {
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  Fault() = default;
  explicit Fault(std::string_view error) : code(error) {}

  std::string code;
  std::size_t position = kNowhere;  // in bytes of the expression
  std::string token;                // "": none yet
  bool has_token = false;
  std::string message;                                    // of $error and $assert, and of limits
  std::vector<std::pair<std::string_view, Json>> fields;  // what the text mentions: "value", ...

  Fault& with(std::string_view field, Json value) {
    fields.emplace_back(field, std::move(value));
    return *this;
  }
  Fault& at(std::size_t where) {
    position = where;
    return *this;
  }
  Fault& named(std::string what) {
    token = std::move(what);
    has_token = true;
    return *this;
  }
};

// With the text of the catalogue, filled in. `expression` turns a position in bytes into one in
// UTF-16 code units, as the reference counts.
Error to_error(const Fault& fault, std::string_view expression);

}  // namespace bedlam::states::jsonata
