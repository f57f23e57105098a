#include "harness/expect/expectation.h"

#include <algorithm>

#include "harness/expect/matchers/value.h"

namespace bedlam::harness {

Expectation Expectation::compile(const scenario::Located& source, const Fields& fields,
                                 const std::string& file,
                                 const std::vector<std::string>& earlier_steps,
                                 Diagnostics& mistakes) {
  Expectation expectation;
  Compilation compilation{source, file, earlier_steps, mistakes};
  const Cursor root(compilation, source.value, "");
  if (!source.value.is_object()) {
    root.mistake("expected fields of the result", "write expect: {takes: 19.2s}");
    return expectation;
  }
  for (const auto& member : source.value.items()) {
    MatcherPtr matcher = compile_field(root, member.key(), fields);
    if (matcher) expectation.fields_.push_back({member.key(), std::move(matcher), ""});
  }
  return expectation;
}

void Expectation::assume(std::string field, Json value, std::vector<std::string> unless,
                         Position position, std::string because) {
  const bool expected = std::any_of(fields_.begin(), fields_.end(), [&](const Expected& e) {
    return std::find(unless.begin(), unless.end(), e.name) != unless.end();
  });
  if (expected) return;
  const scenario::Located source{std::move(value), {{"", position}}};
  Diagnostics mistakes;
  const std::vector<std::string> no_steps;
  Compilation compilation{source, "", no_steps, mistakes};
  MatcherPtr matcher = compile_value(Cursor(compilation, source.value, ""));
  fields_.insert(fields_.begin(), {std::move(field), std::move(matcher), std::move(because)});
}

bool Expectation::expects(std::string_view field) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const Expected& expected) { return expected.name == field; });
}

std::vector<Verdict> Expectation::check(const Observed& observed,
                                        const Surroundings& around) const {
  std::vector<Verdict> verdicts;
  for (const Expected& expected : fields_) {
    const auto value = observed.fields.find(expected.name);
    std::vector<Miss> misses;
    expected.matcher->check(value == observed.fields.end() ? Value(Json()) : value->second, around,
                            misses);
    for (Miss& miss : misses) {
      Verdict verdict{miss.position,
                      observed.step,
                      expected.name + miss.below,
                      std::move(miss.expected),
                      std::move(miss.actual),
                      {}};
      if (!expected.note.empty()) verdict.notes.push_back(expected.note);
      verdict.notes.insert(verdict.notes.end(), observed.notes.begin(), observed.notes.end());
      verdicts.push_back(std::move(verdict));
    }
  }
  return verdicts;
}

}  // namespace bedlam::harness
