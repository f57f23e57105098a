// The signature of a function, `<s-nn?:s>` (docs.jsonata.org, "Function signature syntax"): which
// arguments it takes, which of them the context may stand in for, and which become arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/result.h"
#include "emulator/states/language/jsonata/arguments.h"

namespace bedlam::states::jsonata {

struct Fault;

class Signature {
 public:
  // Errors: S0401, S0402; positions count from the start of the signature.
  static Result<Signature, Fault> parse(std::string_view text);

  // The arguments as the function takes them, appended to `validated`. Errors: T0410, T0411, T0412.
  std::optional<Fault> validate(Arena& arena, const Arguments& arguments, Value context,
                                Arguments& validated) const;

 private:
  struct Parameter {
    std::uint16_t accepts = 0;  // a bit for each kind of value
    bool optional = false;
    bool repeated = false;
    bool context = false;
    char type = 0;             // 's', 'a', 'f', ...; '(' for a choice
    std::string subtype = {};  // of an array
    bool has_subtype = false;
  };

  // How many arguments each of the first `count` parameters takes of `kinds`; false: none matches.
  bool match(std::string_view kinds, std::size_t parameter, std::size_t count, std::size_t from,
             bool whole, std::uint8_t* taken) const;
  Fault mismatch(std::string_view kinds) const;

  std::vector<Parameter> parameters_;
};

}  // namespace bedlam::states::jsonata
