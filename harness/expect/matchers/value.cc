#include "harness/expect/matchers/value.h"

#include <algorithm>

#include "emulator/base/utf8.h"
#include "emulator/script/pattern.h"
#include "emulator/states/language/path.h"
#include "harness/expect/matchers/quantity.h"

namespace bedlam::harness {
namespace {

const Json& json_of(const Value& value) {
  static const Json null;
  const auto* json = std::get_if<Json>(&value);
  return json == nullptr ? null : *json;
}

std::string it_was(const Json& value) {
  return value.is_null() ? "there was none" : "it was " + show(value);
}

bool is_pattern(const std::string& text) {
  return script::is_regex(text) || text.find('*') != std::string::npos;
}

class Equal final : public Matcher {
 public:
  Equal(Position position, Json expected) : position_(position), expected_(std::move(expected)) {}
  void check(const Value& actual, const Surroundings& /*around*/,
             std::vector<Miss>& misses) const override {
    const Json& value = json_of(actual);
    if (same_value(expected_, value)) return;
    misses.push_back({position_, "", show(expected_), it_was(value)});
  }

 private:
  Position position_;
  Json expected_;
};

class Pattern final : public Matcher {
 public:
  Pattern(Position position, std::string pattern)
      : position_(position), pattern_(std::move(pattern)) {}
  void check(const Value& actual, const Surroundings& /*around*/,
             std::vector<Miss>& misses) const override {
    const Json& value = json_of(actual);
    if (value.is_string() && script::pattern_matches(pattern_, value.get<std::string>())) return;
    misses.push_back({position_, "", "a text that matches " + pattern_, it_was(value)});
  }

 private:
  Position position_;
  std::string pattern_;
};

// Of a text its characters, of a list its elements, of an object its members.
std::optional<std::size_t> length_of(const Json& value) {
  if (value.is_array() || value.is_object()) return value.size();
  if (!value.is_string()) return std::nullopt;
  return characters_in(value.get_ref<const std::string&>());
}

class Length final : public Matcher {
 public:
  explicit Length(MatcherPtr number) : number_(std::move(number)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const std::optional<std::size_t> length = length_of(json_of(actual));
    std::vector<Miss> found;
    number_->check(length ? Json(*length) : Json(), around, found);
    for (Miss& miss : found) {
      miss.expected = "length " + miss.expected;
      miss.actual = length ? "it was " + std::to_string(*length) + " long"
                           : it_was(json_of(actual)) + ", which has no length";
      misses.push_back(std::move(miss));
    }
  }

 private:
  MatcherPtr number_;
};

// A text: as part of the text (of a document: of its JSON). Anything else: some element of a list,
// or a part of an object.
class Contains final : public Matcher {
 public:
  Contains(Position position, Json part, MatcherPtr matcher)
      : position_(position), part_(std::move(part)), matcher_(std::move(matcher)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const Json& value = json_of(actual);
    if (holds(value, around)) return;
    misses.push_back({position_, "", "something that contains " + show(part_), it_was(value)});
  }

 private:
  bool matches(const Json& value, const Surroundings& around) const {
    std::vector<Miss> misses;
    matcher_->check(value, around, misses);
    return misses.empty();
  }
  bool holds(const Json& value, const Surroundings& around) const {
    if (value.is_array()) {
      const bool some = std::any_of(value.begin(), value.end(),
                                    [&](const Json& element) { return matches(element, around); });
      if (some || !part_.is_string()) return some;
    }
    if (!part_.is_string()) return matches(value, around);
    const std::string text = value.is_string() ? value.get<std::string>() : to_text(value);
    return !value.is_null() && text.find(part_.get_ref<const std::string&>()) != std::string::npos;
  }

  Position position_;
  Json part_;
  MatcherPtr matcher_;
};

class Member final : public Matcher {
 public:
  Member(Position position, std::string name, MatcherPtr matcher)
      : position_(position), name_(std::move(name)), matcher_(std::move(matcher)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const Json& object = json_of(actual);
    const Json* member = find(object, name_);
    if (member == nullptr) {
      misses.push_back({position_, "." + name_, "a member " + name_, it_was(object)});
      return;
    }
    const std::size_t before = misses.size();
    matcher_->check(*member, around, misses);
    for (std::size_t i = before; i < misses.size(); ++i) {
      misses[i].below = "." + name_ + misses[i].below;
    }
  }

 private:
  Position position_;
  std::string name_;
  MatcherPtr matcher_;
};

class AtPath final : public Matcher {
 public:
  AtPath(Position position, states::Path path, MatcherPtr matcher)
      : position_(position), path_(std::move(path)), matcher_(std::move(matcher)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const Json& document = json_of(actual);
    const Json no_context = Json::object();
    Random random(0);  // paths draw nothing
    const auto found = path_.evaluate({document, no_context, random});
    if (!found) {
      misses.push_back({position_, " " + path_.text(), "something at " + path_.text(),
                        "there was nothing in " + show(document)});
      return;
    }
    const std::size_t before = misses.size();
    matcher_->check(*found, around, misses);
    for (std::size_t i = before; i < misses.size(); ++i) {
      misses[i].below = " " + path_.text() + misses[i].below;
    }
  }

 private:
  Position position_;
  states::Path path_;
  MatcherPtr matcher_;
};

// A list: element by element against a list, else every one against the same value.
class Listed final : public Matcher {
 public:
  Listed(Position position, Json expected, std::vector<MatcherPtr> elements)
      : position_(position), expected_(std::move(expected)), elements_(std::move(elements)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const Json& value = json_of(actual);
    if (!value.is_array()) {
      for (const MatcherPtr& element : elements_) element->check(value, around, misses);
      return;
    }
    if (value.size() != elements_.size()) {
      misses.push_back({position_, "", show(expected_), it_was(value)});
      return;
    }
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      const std::size_t before = misses.size();
      elements_[i]->check(value[i], around, misses);
      for (std::size_t miss = before; miss < misses.size(); ++miss) {
        misses[miss].below = "[" + std::to_string(i) + "]" + misses[miss].below;
      }
    }
  }

 private:
  Position position_;
  Json expected_;
  std::vector<MatcherPtr> elements_;
};

MatcherPtr compile_text(const Cursor& cursor, const std::string& text) {
  if (looks_like_number_test(text)) return compile_quantity(cursor, Unit::kNumber);
  if (!is_pattern(text)) return std::make_shared<Equal>(cursor.position(), text);
  if (const std::optional<std::string> mistake = script::pattern_mistake(text)) {
    return cursor.mistake(*mistake);
  }
  return std::make_shared<Pattern>(cursor.position(), text);
}

MatcherPtr compile_member(const Cursor& object, const std::string& name) {
  const Cursor cursor = object.member(name);
  if (!name.starts_with('$')) {
    MatcherPtr matcher = compile_value(cursor);
    return matcher ? std::make_shared<Member>(cursor.position(), name, std::move(matcher))
                   : nullptr;
  }
  Result<states::Path, std::string> path = states::Path::parse(name);
  if (!path) return cursor.mistake(path.error(), "write a path as in $.choices[0].text");
  if (path->of_context()) return cursor.mistake("there is no context object here");
  MatcherPtr matcher = compile_value(cursor);
  if (!matcher) return nullptr;
  return std::make_shared<AtPath>(cursor.position(), std::move(*path), std::move(matcher));
}

bool is_test(const Json& object) {
  if (object.empty()) return false;
  const auto items = object.items();
  return std::all_of(items.begin(), items.end(), [](const auto& member) {
    return member.key() == "contains" || member.key() == "length";
  });
}

MatcherPtr compile_test(const Cursor& object, const std::string& name) {
  const Cursor cursor = object.member(name);
  if (name == "length") {
    MatcherPtr number = compile_quantity(cursor, Unit::kNumber);
    return number ? std::make_shared<Length>(std::move(number)) : nullptr;
  }
  if (cursor.value().is_array()) {
    std::vector<MatcherPtr> parts;
    for (std::size_t i = 0; i < cursor.value().size(); ++i) {
      const Cursor part = cursor.element(i);
      parts.push_back(
          std::make_shared<Contains>(part.position(), part.value(), compile_value(part)));
    }
    return all_of(std::move(parts));
  }
  MatcherPtr matcher = compile_value(cursor);
  if (!matcher) return nullptr;
  return std::make_shared<Contains>(cursor.position(), cursor.value(), std::move(matcher));
}

}  // namespace

MatcherPtr compile_value(const Cursor& cursor) {
  const Json& value = cursor.value();
  if (value.is_string()) return compile_text(cursor, value.get<std::string>());
  if (value.is_array()) {
    std::vector<MatcherPtr> elements;
    for (std::size_t i = 0; i < value.size(); ++i) {
      elements.push_back(compile_value(cursor.element(i)));
    }
    if (std::find(elements.begin(), elements.end(), nullptr) != elements.end()) return nullptr;
    return std::make_shared<Listed>(cursor.position(), value, std::move(elements));
  }
  if (!value.is_object() || value.empty()) return std::make_shared<Equal>(cursor.position(), value);
  std::vector<MatcherPtr> members;
  for (const auto& member : value.items()) {
    members.push_back(is_test(value) ? compile_test(cursor, member.key())
                                     : compile_member(cursor, member.key()));
  }
  return all_of(std::move(members));
}

MatcherPtr compile_word(const Cursor& cursor, const std::vector<std::string_view>& words) {
  const Json& value = cursor.value();
  if (value.is_string() && !is_pattern(value.get<std::string>()) &&
      std::find(words.begin(), words.end(), value.get<std::string>()) == words.end()) {
    std::string allowed;
    for (const std::string_view word : words) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(word);
    }
    return cursor.mistake("'" + value.get<std::string>() + "' can never be" +
                              did_you_mean(value.get<std::string>(), words),
                          "one of " + allowed);
  }
  return compile_value(cursor);
}

}  // namespace bedlam::harness
