// JSONata: any text as an expression.
#include "emulator/states/language/jsonata/jsonata.h"
#include "tests/fuzz/fuzz_input.h"

namespace bedlam {
namespace {

const Json& input() {
  static const Json kInput = *parse_json(
      R"j({"Account":{"Name":"Firefly","Order":[{"OrderID":"o1","Product":[{"SKU":"a","Price":34.45,
           "Quantity":2,"Description":{"Colour":"Purple"}},{"SKU":"b","Price":21.67,"Quantity":1}]},
           {"OrderID":"o2","Product":[]}]},"numbers":[3,1,-2.5,1e10],"words":["b","a","é😀"],
           "nested":[[1,[2]],[]],"nothing":null,"flag":true,"when":"2024-10-04T09:08:07.006Z"})j");
  return kInput;
}

// What comes of it, as text.
std::string outcome(const states::jsonata::Expression& expression) {
  static const Json kBindings = *parse_json(R"({"v":{"a":[1,2]},"states":{"input":{"n":1}}})");
  Random random(1);
  states::jsonata::Environment environment{random};
  environment.now_millis = 1'728'000'000'000;
  environment.limits.steps = 50'000;
  environment.limits.memory_bytes = std::size_t{8} << 20U;
  const auto result = expression.evaluate(&input(), &kBindings, environment);
  if (!result) {
    fuzz::require(!result.error().code.empty(), "an error has a code");
    return result.error().code + ' ' + result.error().message;
  }
  return result->value ? to_text(*result->value) : "undefined";
}

}  // namespace
}  // namespace bedlam

BEDLAM_FUZZ_TARGET(jsonata) {
  using namespace bedlam;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expression = states::jsonata::compile(text);
  if (!expression) {
    fuzz::require(expression.error().code.starts_with('S'), "a mistake has a code");
    fuzz::require(!expression.error().message.empty(), "who refuses says why");
    return 0;
  }
  (void)states::jsonata::references_of(*expression);
  fuzz::require(outcome(*expression) == outcome(*expression), "the same outcome");
  return 0;
}
