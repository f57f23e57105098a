#include "harness/expect/fields.h"

#include <algorithm>

#include "harness/expect/matchers/calls.h"
#include "harness/expect/matchers/gaps.h"
#include "harness/expect/matchers/handed_back.h"
#include "harness/expect/matchers/objects.h"
#include "harness/expect/matchers/quantity.h"
#include "harness/expect/matchers/value.h"

namespace bedlam::harness {
namespace {

MatcherPtr number(const Cursor& cursor) {
  return compile_quantity(cursor, Unit::kNumber);
}
MatcherPtr duration(const Cursor& cursor) {
  return compile_quantity(cursor, Unit::kDuration);
}
MatcherPtr money(const Cursor& cursor) {
  return compile_quantity(cursor, Unit::kMoney);
}
MatcherPtr value(const Cursor& cursor) {
  return compile_value(cursor);
}
MatcherPtr status(const Cursor& cursor) {
  return compile_word(cursor, {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "RUNNING"});
}

// Of the retry X-ray (xray.h), which every step and the file have.
Fields with_xray(Fields fields) {
  for (const Field& field : std::initializer_list<Field>{{"waited", duration},
                                                         {"nested_retries", number},
                                                         {"paid_twice", number},
                                                         {"past_deadline", number}}) {
    fields.push_back(field);
  }
  return fields;
}

}  // namespace

const Fields& start_fields() {
  static const Fields fields = with_xray({{"status", status},
                                          {"output", value},
                                          {"error", value},
                                          {"cause", value},
                                          {"takes", duration},
                                          {"states", value},
                                          {"events", value},
                                          {"calls", compile_calls},
                                          {"attempts", number},
                                          {"gaps", compile_gaps},
                                          {"handed_back", compile_handed_back},
                                          {"objects", compile_objects},
                                          {"cost", money}});
  return fields;
}

const Fields& model_call_fields() {
  static const Fields fields = with_xray({{"outcome", value},
                                          {"text", value},
                                          {"tool_input", value},
                                          {"answer", value},
                                          {"tokens", number},
                                          {"attempts", number},
                                          {"gaps", compile_gaps},
                                          {"takes", duration},
                                          {"stop_reason", value},
                                          {"error", value},
                                          {"message", value},
                                          {"calls", compile_calls},
                                          {"handed_back", compile_handed_back},
                                          {"cost", money}});
  return fields;
}

const Fields& command_fields() {
  static const Fields fields = with_xray({{"exit", number},
                                          {"stdout", value},
                                          {"stderr", value},
                                          {"takes", duration},
                                          {"calls", compile_calls},
                                          {"attempts", number},
                                          {"timed_out", value},
                                          {"handed_back", compile_handed_back},
                                          {"objects", compile_objects},
                                          {"cost", money}});
  return fields;
}

const Fields& file_fields() {
  static const Fields fields = with_xray({{"calls", compile_calls},
                                          {"attempts", number},
                                          {"takes", duration},
                                          {"objects", compile_objects},
                                          {"cost", money}});
  return fields;
}

const Fields& call_fields() {
  static const Fields fields{{"operation", value},
                             {"model", value},
                             {"region", value},
                             {"attempts", number},
                             {"gaps", compile_gaps},
                             {"takes", duration},
                             {"status", number},
                             {"outcome", value},
                             {"ended", value},
                             {"input_tokens", number},
                             {"output_tokens", number},
                             {"tokens_sent", number},
                             {"attempt", number},
                             {"rule", value},
                             {"fault", value},
                             {"refused_by", value},
                             {"quota_region", value},
                             {"reserved_tokens", number},
                             {"charged_tokens", number},
                             {"origin", value},
                             {"body", value},
                             {"cost", money}};
  return fields;
}

MatcherPtr compile_field(const Cursor& object, const std::string& name, const Fields& fields) {
  const Cursor cursor = object.member(name);
  const auto field =
      std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
  if (field != fields.end()) return field->compile(cursor);
  std::vector<std::string_view> names;
  std::string allowed;
  for (const Field& known : fields) {
    names.push_back(known.name);
    allowed += (allowed.empty() ? "" : ", ") + std::string(known.name);
  }
  return cursor.mistake("nothing here is called '" + name + "'" + did_you_mean(name, names),
                        "what can be expected: " + allowed);
}

}  // namespace bedlam::harness
