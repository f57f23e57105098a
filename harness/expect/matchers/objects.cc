#include "harness/expect/matchers/objects.h"

#include <algorithm>

#include "emulator/base/glob.h"
#include "harness/expect/matchers/value.h"

namespace bedlam::harness {
namespace {

Json lines_of(const std::string& text) {
  Json values = Json::array();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    auto value = parse_json(line);
    values.push_back(value ? std::move(*value) : Json(line));
    begin = end + 1;
  }
  return values;
}

Json content_of(const std::string& name, const std::string& body) {
  if (name.ends_with(".jsonl")) return lines_of(body);
  auto value = parse_json(body);
  return value ? std::move(*value) : Json(body);
}

class ObjectsNamed final : public Matcher {
 public:
  ObjectsNamed(Position position, std::string name, MatcherPtr content)
      : position_(position), name_(std::move(name)), content_(std::move(content)) {}

  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const auto* objects = std::get_if<Objects>(&actual);
    if (objects == nullptr) return;
    std::size_t found = 0;
    for (const auto& [name, body] : objects->bodies) {
      if (!glob_match(name_, name)) continue;
      ++found;
      if (!content_) {
        misses.push_back({position_, " " + name_, "no such object", "there is " + name});
        return;
      }
      const std::size_t before = misses.size();
      content_->check(content_of(name, *body), around, misses);
      for (std::size_t i = before; i < misses.size(); ++i) {
        misses[i].below = " " + name + misses[i].below;
      }
    }
    if (found == 0 && content_) {
      misses.push_back({position_, " " + name_, "an object of this name", listed(*objects)});
    }
  }

 private:
  static std::string listed(const Objects& objects) {
    constexpr std::size_t kShown = 8;
    if (objects.bodies.empty()) return "there is no object";
    std::string text = "there are ";
    std::size_t shown = 0;
    for (const auto& [name, body] : objects.bodies) {
      if (shown == kShown) return text + " and others";
      text += (shown++ == 0 ? "" : ", ") + name;
    }
    return text;
  }

  Position position_;
  std::string name_;
  MatcherPtr content_;  // nullptr: there is none of the name
};

}  // namespace

MatcherPtr compile_objects(const Cursor& cursor) {
  if (!cursor.value().is_object() || cursor.value().empty()) {
    return cursor.mistake(
        "expected objects by their names",
        "write {bucket/key: what it holds}; * stands for anything, null for none");
  }
  std::vector<MatcherPtr> matchers;
  for (const auto& member : cursor.value().items()) {
    const Cursor content = cursor.member(member.key());
    MatcherPtr matcher;
    if (!member.value().is_null()) {
      matcher = compile_value(content);
      if (!matcher) return nullptr;
    }
    matchers.push_back(
        std::make_shared<ObjectsNamed>(content.position(), member.key(), std::move(matcher)));
  }
  return all_of(std::move(matchers));
}

}  // namespace bedlam::harness
