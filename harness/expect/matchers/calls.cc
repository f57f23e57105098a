#include "harness/expect/matchers/calls.h"

#include "harness/expect/fields.h"
#include "harness/expect/matchers/quantity.h"

namespace bedlam::harness {
namespace {

// The fields of one call.
struct CallPart {
  Position position;
  std::vector<std::pair<std::string, MatcherPtr>> fields;
  std::string text;  // as it was written

  std::vector<Miss> misses(const CallRecord& call, const Surroundings& around) const {
    std::vector<Miss> all;
    for (const auto& [name, matcher] : fields) {
      const auto value = call.fields.find(name);
      std::vector<Miss> found;
      matcher->check(value == call.fields.end() ? Value(Json()) : value->second, around, found);
      for (Miss& miss : found) {
        miss.below = "." + name + miss.below;
        all.push_back(std::move(miss));
      }
    }
    return all;
  }
};

// "Converse of anthropic.claude-3-haiku-…, 3 attempts, ThrottlingException"
std::string describe(const CallRecord& call) {
  const auto text = [&](std::string_view name) {
    const auto value = call.fields.find(name);
    return value == call.fields.end() ? std::string() : show(value->second);
  };
  std::string line = text("operation") + " of " + text("model");
  if (text("attempts") != "1") line += ", " + text("attempts") + " attempts";
  return line + ", " + text("status") + " " + text("outcome");
}

std::string number_of_calls(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " call" : " calls");
}

class CallList final : public Matcher {
 public:
  CallList(Position position, std::vector<CallPart> parts)
      : position_(position), parts_(std::move(parts)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const auto* calls = std::get_if<Calls>(&actual);
    if (calls == nullptr) return;
    const auto& records = calls->records;
    for (std::size_t i = 0; i < std::min(parts_.size(), records.size()); ++i) {
      for (Miss& miss : parts_[i].misses(records[i], around)) {
        miss.below = "[" + std::to_string(i) + "]" + miss.below;
        misses.push_back(std::move(miss));
      }
    }
    if (records.size() > parts_.size()) {
      misses.push_back({position_, "", number_of_calls(parts_.size()),
                        "there were " + std::to_string(records.size()) +
                            ", next: " + describe(records[parts_.size()])});
    } else if (records.size() < parts_.size()) {
      misses.push_back({parts_[records.size()].position, "", number_of_calls(parts_.size()),
                        records.empty() ? "there was none"
                                        : "there were only " + std::to_string(records.size())});
    }
  }

 private:
  Position position_;
  std::vector<CallPart> parts_;
};

class CallCount final : public Matcher {
 public:
  CallCount(MatcherPtr count, Position position, CallPart part)
      : count_(std::move(count)), position_(position), part_(std::move(part)) {}
  void check(const Value& actual, const Surroundings& around,
             std::vector<Miss>& misses) const override {
    const auto* calls = std::get_if<Calls>(&actual);
    if (calls == nullptr) return;
    std::size_t matching = 0;
    std::string nearest;
    std::size_t fewest = SIZE_MAX;
    for (const CallRecord& call : calls->records) {
      const std::vector<Miss> found = part_.misses(call, around);
      if (found.empty()) ++matching;
      if (found.empty() || found.size() >= fewest) continue;
      fewest = found.size();
      nearest = "; nearest: " + describe(call) + ", expected " + found[0].below.substr(1) + " " +
                found[0].expected;
    }
    const std::string actually = "there were " + std::to_string(matching);
    if (!count_) {
      if (matching > 0) return;
      misses.push_back({position_, "", "a call with " + part_.text, "there was none" + nearest});
      return;
    }
    std::vector<Miss> found;
    count_->check(Json(matching), around, found);
    for (Miss& miss : found) {
      miss.expected += part_.text.empty() ? " calls" : " calls with " + part_.text;
      miss.actual = actually + nearest;
      misses.push_back(std::move(miss));
    }
  }

 private:
  MatcherPtr count_;  // nullptr: at least one
  Position position_;
  CallPart part_;
};

bool compile_part(const Cursor& cursor, CallPart& part) {
  part.position = cursor.position();
  bool good = true;
  for (const auto& member : cursor.value().items()) {
    if (member.key() == "count") continue;
    MatcherPtr matcher = compile_field(cursor, member.key(), call_fields());
    good = good && matcher;
    part.text += (part.text.empty() ? "" : ", ") + member.key() + " " + show(member.value());
    part.fields.emplace_back(member.key(), std::move(matcher));
  }
  return good;
}

MatcherPtr compile_list(const Cursor& cursor) {
  std::vector<CallPart> parts(cursor.value().size());
  bool good = true;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Cursor element = cursor.element(i);
    if (!element.value().is_object()) {
      return element.mistake("expected a call", "write {operation: Converse, attempts: 3}");
    }
    good = compile_part(element, parts[i]) && good;
  }
  if (!good) return nullptr;
  return std::make_shared<CallList>(cursor.position(), std::move(parts));
}

}  // namespace

MatcherPtr compile_calls(const Cursor& cursor) {
  const Json& value = cursor.value();
  if (value.is_array()) return compile_list(cursor);
  if (value.is_object()) {
    CallPart part;
    const bool good = compile_part(cursor, part);
    MatcherPtr count;
    if (find(value, "count") != nullptr) {
      count = compile_quantity(cursor.member("count"), Unit::kNumber);
      if (!count) return nullptr;
    }
    if (!good) return nullptr;
    return std::make_shared<CallCount>(std::move(count), cursor.position(), std::move(part));
  }
  MatcherPtr count = compile_quantity(cursor, Unit::kNumber);
  if (!count) return nullptr;
  return std::make_shared<CallCount>(std::move(count), cursor.position(), CallPart{});
}

}  // namespace bedlam::harness
