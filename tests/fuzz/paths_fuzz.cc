// Paths, intrinsic functions, payload templates and Choice rules: any text.
#include "emulator/states/language/choice_rule.h"
#include "emulator/states/language/intrinsic/call.h"
#include "emulator/states/language/path.h"
#include "tests/fuzz/fuzz_input.h"

namespace bedlam {
namespace {

const Json& document() {
  static const Json kDocument = *parse_json(
      R"j({"store":{"book":[{"price":9,"author":"abz","title":"t","isbn":"0-1"},{"price":12.5},
           {"x":null}],"bicycle":{"color":"red","price":19.95}},"a":[{"b":",)","c":1},[1,[2]],true],
           "text":"{\"k\":[1]}","words":"a,b;c","bytes":"YQ==","n":-3,"empty":{},"it's":{"x.y":1}})j");
  return kDocument;
}

const Json& context() {
  static const Json kContext = *parse_json(
      R"({"Execution":{"Input":{"it's":{"x.y":1}},"Id":"arn:aws:states:1"},"Task":{"Token":"t"}})");
  return kContext;
}

const Json& variables() {
  static const Json kVariables = *parse_json(R"({"variable":{"field":[{"a":1}]},"v":"text"})");
  return kVariables;
}

void check_path(std::string_view text, const states::Scope& scope) {
  using states::Path;
  const auto path = Path::parse(text);
  if (!path) return fuzz::require(!path.error().empty(), "who refuses says why");
  const auto value = path->evaluate(scope);
  const Json* found = path->find(scope);
  fuzz::require(found == nullptr || (value.ok() && *found == *value), "what is found is the value");
  fuzz::require(value.ok() || !value.error().reason.empty(), "a miss says why");
  const bool may_miss = path->is_definite() || !path->variable().empty() || value.ok() ||
                        value.error().reason.starts_with("The path visits");
  fuzz::require(may_miss, "an indefinite path never misses");
  const auto again = Path::parse(path->text());
  fuzz::require(again.ok(), "the text of a path is a path");
  if (!path->is_reference()) return;
  fuzz::require(path->is_definite(), "a reference path selects one value");
  Json target = scope.input;
  if (!path->assign(target, "assigned")) {
    return fuzz::require(target == scope.input, "what cannot be written changes nothing");
  }
  const auto written = path->evaluate({target, scope.context, scope.random, scope.variables});
  fuzz::require(written.ok() && *written == "assigned", "what was written is read");
}

void check_call(std::string_view text, const states::Scope& scope) {
  const auto call = states::intrinsic::Call::parse(text);
  if (!call) return fuzz::require(!call.error().empty(), "who refuses says why");
  Random random(1);
  const auto value = call->evaluate({scope.input, scope.context, random, scope.variables});
  Random same(1);
  const auto again = call->evaluate({scope.input, scope.context, same, scope.variables});
  fuzz::require(value.ok() == again.ok(), "the same outcome");
  if (!value) return fuzz::require(!value.error().error.empty(), "a failure has a name");
  fuzz::require(to_text(*value) == to_text(*again), "the same value");
}

void check_template(std::string_view text, const states::Scope& scope) {
  const auto json = parse_json(text);
  if (!json) return;
  if (const auto form = states::PayloadTemplate::parse(*json)) {
    const auto value = form->evaluate(scope);
    if (value) (void)to_text(*value);
  }
  if (const auto rule = states::ChoiceRule::parse(*json)) (void)rule->matches(scope);
}

}  // namespace
}  // namespace bedlam

BEDLAM_FUZZ_TARGET(paths) {
  using namespace bedlam;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Random random(1);
  const states::Scope scope{document(), context(), random, &variables()};
  check_path(text, scope);
  check_call(text, scope);
  check_template(text, scope);
  return 0;
}
