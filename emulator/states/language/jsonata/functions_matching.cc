// $match, $contains, $split and $replace: patterns are texts, regular expressions, or functions
// that behave like a regular expression.
#include <array>
#include <charconv>
#include <cmath>

#include "emulator/states/language/jsonata/functions.h"

namespace bedlam::states::jsonata {
namespace {

// One match after the other of a pattern that is a function.
class Matches {
 public:
  Matches(Call& call, Value matcher, const String& text)
      : call_(call), matcher_(matcher), text_(text) {}

  // Moves to the next match. False: there is none, or it failed (then failed() of the evaluator).
  bool next() {
    const Function& function = matcher_.function();
    if (function.kind == Function::Kind::kRegex) return next_of_regex(*function.node);
    return next_of_function();
  }

  std::uint32_t start = 0, end = 0;  // bytes
  double start_units = 0;            // UTF-16
  Value match;                       // the matched text
  Value groups;                      // an array of texts

 private:
  bool next_of_regex(const Node& node) {
    if (!first_ && end >= text_.size) return false;
    MatchSpan found;
    if (!search(call_.evaluator, *node.regex, text_.view(), end, found) || !found.found) {
      return false;
    }
    if (!first_ && found.start == found.end) {
      call_.evaluator.fail(Fault("D1004").at(node.position).with("value", node.regex->pattern()));
      return false;
    }
    first_ = false;
    start_units +=
        static_cast<double>(utf16_length(text_.view().substr(counted_, found.start - counted_)));
    counted_ = found.start;
    start = found.start;
    end = found.end;
    match = piece(start, end);
    Arena& arena = call_.evaluator.arena();
    Array* captured = make_array(arena);
    for (std::size_t i = 1; i < found.groups.size(); ++i) {
      const Regex::Span span = found.groups[i];
      captured->push(arena, span.start == Regex::kUnset ? Value() : piece(span.start, span.end));
    }
    groups = Value(captured);
    return true;
  }

  bool next_of_function() {
    Evaluator& evaluator = call_.evaluator;
    Arguments arguments(evaluator.arena());
    if (first_) arguments.push_back(Value(&text_));
    const Value result =
        evaluator.apply(first_ ? matcher_ : following_, arguments, Value::null(), call_.frame);
    first_ = false;
    if (result.failed() || !is_truthy(result)) return false;
    if (!result.is_object()) return refuse();
    Object& object = result.object();
    const auto member = [&](std::string_view name) { return object.get(evaluator.arena(), name); };
    following_ = member("next");
    groups = member("groups");
    match = member("match");
    if (!member("start").is_number() || !member("end").is_number() || !match.is_string() ||
        !following_.is_function()) {
      return refuse();
    }
    if (!groups.is_array()) groups = Value(make_array(evaluator.arena()));
    start_units = member("start").number();
    start = static_cast<std::uint32_t>(utf16_to_bytes(text_.view(), start_units));
    end = static_cast<std::uint32_t>(utf16_to_bytes(text_.view(), member("end").number()));
    return true;
  }

  bool refuse() {
    call_.evaluator.fail("T1010");
    return false;
  }

  Value piece(std::size_t from, std::size_t to) const {
    return Value(refer_string(call_.evaluator.arena(), text_.view().substr(from, to - from)));
  }

  Call& call_;
  Value matcher_, following_;
  const String& text_;
  bool first_ = true;
  std::uint32_t counted_ = 0;
};

// The number of matches that a limit allows; less than zero: refused with `code`.
double limit_of(Call& call, std::size_t index, std::string_view code) {
  const Value limit = call[index];
  if (!limit.is_number()) return HUGE_VAL;
  if (limit.number() >= 0) return limit.number();
  call.evaluator.fail(Fault(code).with("value", limit.number()).with("index", index + 1));
  return -1;
}

Value contains(Call& call) {
  if (!call[0].is_string() || call[1].is_undefined()) return {};
  if (call[1].is_string()) {
    return Value::boolean(call[0].text().find(call[1].text()) != std::string_view::npos);
  }
  Matches matches(call, call[1], call[0].string());
  const bool found = matches.next();
  return call.evaluator.failed() ? Value::failure() : Value::boolean(found);
}

Value match(Call& call) {
  if (!call[0].is_string()) return {};
  const double limit = limit_of(call, 2, "D3040");
  if (limit < 0) return Value::failure();
  Arena& arena = call.evaluator.arena();
  Array* results = call.evaluator.sequence();
  Matches matches(call, call[1], call[0].string());
  for (double count = 0; count < limit && matches.next(); ++count) {
    Object* found = arena.make<Object>();
    found->set(arena, refer_string(arena, "match"), matches.match);
    found->set(arena, refer_string(arena, "index"), Value(matches.start_units));
    found->set(arena, refer_string(arena, "groups"), matches.groups);
    results->push(arena, Value(found));
  }
  return call.evaluator.failed() ? Value::failure() : Value(results);
}

void split_by_text(Call& call, std::string_view text, std::string_view separator, double limit,
                   Array& results) {
  Arena& arena = call.evaluator.arena();
  const auto add = [&](std::string_view part) {
    results.push(arena, Value(refer_string(arena, part)));
    return results.size < limit;
  };
  if (separator.empty()) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t start = i;
      next_code_point(text, i);
      if (!add(text.substr(start, i - start))) return;
    }
    return;
  }
  while (true) {
    const std::size_t at = text.find(separator);
    if (!add(text.substr(0, at)) || at == text.npos) return;
    text.remove_prefix(at + separator.size());
  }
}

Value split(Call& call) {
  if (!call[0].is_string()) return {};
  double limit = limit_of(call, 2, "D3020");
  if (limit < 0) return Value::failure();
  Arena& arena = call.evaluator.arena();
  Array* results = make_array(arena);
  if (limit == 0) return Value(results);
  const std::string_view text = call[0].text();
  if (!call.evaluator.spend(text.size() / 16)) return Value::failure();
  if (call[1].is_string()) {
    limit = std::trunc(limit);
    if (limit > 0) split_by_text(call, text, call[1].text(), limit, *results);
    return Value(results);
  }
  if (!call[1].is_function()) {
    results->push(arena, call[0]);
    return Value(results);
  }
  Matches matches(call, call[1], call[0].string());
  std::size_t start = 0;
  double count = 0;
  for (; count < limit && matches.next(); ++count) {
    const std::size_t length = matches.start > start ? matches.start - start : 0;
    results->push(arena, Value(refer_string(arena, text.substr(start, length))));
    start = matches.end;
  }
  if (count < limit) results->push(arena, Value(refer_string(arena, text.substr(start))));
  return call.evaluator.failed() ? Value::failure() : Value(results);
}

// `$1` and the like in a replacement; `$$` is a dollar, `$0` the whole match.
class Template {
 public:
  Template(Arena& arena, std::string_view text) : arena_(arena), text_(text) {}

  void append_to(std::string& out, const Matches& matches) const {
    Array& groups = matches.groups.array();
    std::size_t position = 0;
    for (std::size_t dollar = text_.find('$'); dollar != text_.npos;
         dollar = text_.find('$', position)) {
      out += text_.substr(position, dollar - position);
      position = dollar + 1;
      const char next = position < text_.size() ? text_[position] : '\0';
      if (next == '$' || next == '0') {
        out += next == '$' ? "$" : matches.match.text();
        ++position;
      } else {
        group(out, groups, position);
      }
    }
    out += text_.substr(position);
  }

 private:
  // As many digits as the largest number of a group has, or one less where that is too large.
  void group(std::string& out, Array& groups, std::size_t& position) const {
    std::size_t digits = 1;
    for (std::uint32_t count = groups.size; count >= 10; count /= 10) ++digits;
    std::optional<std::uint32_t> index = number(position, digits);
    if (index && digits > 1 && *index > groups.size) index = number(position, digits - 1);
    if (!index) {
      out += '$';
      return;
    }
    if (*index >= 1 && *index <= groups.size) {
      const Value captured = groups.at(arena_, *index - 1);
      if (captured.is_string()) out += captured.text();
    }
    position += std::to_string(*index).size();
  }

  std::optional<std::uint32_t> number(std::size_t position, std::size_t digits) const {
    const std::string_view text = text_.substr(position, digits);
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc{}) return std::nullopt;
    return value;
  }

  Arena& arena_;
  std::string_view text_;
};

Value replaced_text(Call& call, std::string_view text, std::string_view pattern, double limit) {
  std::string result;
  std::size_t position = 0;
  for (double count = 0; count < limit; ++count) {
    const std::size_t at = text.find(pattern, position);
    if (at == text.npos) break;
    result += text.substr(position, at - position);
    if (call[2].is_string()) result += call[2].text();
    position = at + pattern.size();
    if (!call.evaluator.has_room(result.size())) return Value::failure();
  }
  result += text.substr(position);
  return call.evaluator.text(result);
}

bool append_replacement(Call& call, std::string& result, const Matches& matches) {
  Evaluator& evaluator = call.evaluator;
  if (call[2].is_string()) {
    Template(evaluator.arena(), call[2].text()).append_to(result, matches);
    return true;
  }
  Arena& arena = evaluator.arena();
  Object* found = arena.make<Object>();
  found->set(arena, refer_string(arena, "match"), matches.match);
  found->set(arena, refer_string(arena, "start"), Value(matches.start_units));
  const double length = static_cast<double>(utf16_length(matches.match.text()));
  found->set(arena, refer_string(arena, "end"), Value(matches.start_units + length));
  found->set(arena, refer_string(arena, "groups"), matches.groups);
  Arguments arguments(arena);
  arguments.push_back(Value(found));
  const Value replacement = evaluator.apply(call[2], arguments, Value::null(), call.frame);
  if (replacement.failed()) return false;
  if (!replacement.is_string()) {
    evaluator.fail("D3012", replacement);
    return false;
  }
  result += replacement.text();
  return true;
}

Value replace(Call& call) {
  if (!call[0].is_string()) return {};
  if (call[1].is_string() && call[1].string().size == 0) {
    return call.evaluator.fail(Fault("D3010").with("value", "").with("index", 2));
  }
  const double limit = limit_of(call, 3, "D3011");
  if (limit < 0) return Value::failure();
  const std::string_view text = call[0].text();
  if (!call.evaluator.spend(text.size() / 16)) return Value::failure();
  if (call[1].is_string()) {
    if (call[2].is_function()) return call.evaluator.fail("D3012");
    return replaced_text(call, text, call[1].text(), limit);
  }
  if (!call[1].is_function()) return call[0];
  std::string result;
  std::size_t position = 0;
  Matches matches(call, call[1], call[0].string());
  for (double count = 0; count < limit && matches.next(); ++count) {
    if (matches.start > position) result += text.substr(position, matches.start - position);
    if (!append_replacement(call, result, matches)) return Value::failure();
    position = std::min<std::size_t>(matches.start + matches.match.string().size, text.size());
    if (!call.evaluator.has_room(result.size())) return Value::failure();
  }
  if (call.evaluator.failed()) return Value::failure();
  result += text.substr(position);
  return call.evaluator.text(result);
}

constexpr std::array kMatchingFunctions{
    Builtin{"match", "<s-f<s:o>n?:a<o>>", 3, match},
    Builtin{"contains", "<s-(sf):b>", 2, contains},
    Builtin{"replace", "<s-(sf)(sf)n?:s>", 4, replace},
    Builtin{"split", "<s-(sf)n?:a<s>>", 3, split},
};

}  // namespace

std::span<const Builtin> matching_functions() {
  return kMatchingFunctions;
}

}  // namespace bedlam::states::jsonata
