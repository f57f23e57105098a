// A regular expression is a function: given a text it returns its first match as an object, whose
// `next` is a function that returns the following one.
#include "emulator/states/language/jsonata/evaluator.h"
#include "emulator/states/language/jsonata/functions.h"

namespace bedlam::states::jsonata {

bool search(Evaluator& evaluator, const Regex& regex, std::string_view text, std::uint32_t from,
            MatchSpan& match) {
  std::uint64_t steps = evaluator.steps_left();
  const Regex::Outcome outcome = regex.search(text, from, steps, match.groups);
  evaluator.set_steps_left(steps);
  if (outcome == Regex::Outcome::kTooLong) {
    evaluator.too_long();
    return false;
  }
  match.found = outcome == Regex::Outcome::kMatch;
  if (match.found) {
    match.start = static_cast<std::uint32_t>(match.groups[0].start);
    match.end = static_cast<std::uint32_t>(match.groups[0].end);
  }
  return true;
}

namespace {

Value match_object(Evaluator& evaluator, const Node& node, const String& text,
                   const MatchSpan& match) {
  Arena& arena = evaluator.arena();
  const std::string_view all = text.view();
  Object* result = arena.make<Object>();
  const auto piece = [&](std::size_t start, std::size_t end) {
    return Value(refer_string(arena, all.substr(start, end - start)));
  };
  const auto set = [&](std::string_view name, Value value) {
    result->set(arena, refer_string(arena, name), value);
  };
  Array* groups = make_array(arena);
  for (std::size_t i = 1; i < match.groups.size(); ++i) {
    const Regex::Span span = match.groups[i];
    groups->push(arena, span.start == Regex::kUnset ? Value() : piece(span.start, span.end));
  }
  set("match", piece(match.start, match.end));
  set("start", Value(double(utf16_length(all.substr(0, match.start)))));
  set("end", Value(double(utf16_length(all.substr(0, match.end)))));
  set("groups", Value(groups));
  Function* next = arena.make<Function>(Function::Kind::kNextMatch, &node, Value(&text));
  next->offset = match.end;
  set("next", Value(next));
  return Value(result);
}

}  // namespace

Value regex_call(Evaluator& evaluator, const Node& node, Value text, std::uint32_t from) {
  if (!text.is_string()) {
    text = text.is_undefined() ? evaluator.text("undefined") : string_of(evaluator, text);
    if (text.failed()) return text;
  }
  MatchSpan match;
  if (!search(evaluator, *node.regex, text.text(), from, match)) return Value::failure();
  return match.found ? match_object(evaluator, node, text.string(), match) : Value();
}

Value next_match(Evaluator& evaluator, const Function& function) {
  const String& text = function.input.string();
  if (function.offset >= text.size) return {};
  MatchSpan match;
  if (!search(evaluator, *function.node->regex, text.view(), function.offset, match)) {
    return Value::failure();
  }
  if (!match.found) return {};
  if (match.start == match.end) {
    return evaluator.fail(
        Fault("D1004").at(function.node->position).with("value", function.node->regex->pattern()));
  }
  return match_object(evaluator, *function.node, text, match);
}

}  // namespace bedlam::states::jsonata
