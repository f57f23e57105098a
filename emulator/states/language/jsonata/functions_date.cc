#include <array>

#include "emulator/states/language/jsonata/date_picture.h"
#include "emulator/states/language/jsonata/functions.h"

namespace bedlam::states::jsonata {

const DatePicture* Evaluator::date_picture(std::string_view text) {
  const auto known = date_pictures_.find(text);
  if (known != date_pictures_.end()) return &known->second;
  auto parsed = DatePicture::parse(text);
  if (parsed.ok()) return &date_pictures_.emplace(text, *std::move(parsed)).first->second;
  fail(std::move(parsed).error());
  return nullptr;
}

namespace {

constexpr std::string_view kIso8601 = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";

Value formatted(Call& call, double millis, Value picture, Value zone) {
  const DatePicture* parsed =
      call.evaluator.date_picture(picture.is_string() ? picture.text() : kIso8601);
  if (parsed == nullptr) return Value::failure();
  auto text = parsed->format(millis, zone.is_string() ? zone.text() : "");
  if (!text.ok()) return call.evaluator.fail(std::move(text).error());
  return call.evaluator.text(*text);
}

double now(Call& call) {
  return static_cast<double>(call.evaluator.environment().now_millis);
}

Value now_text(Call& call) {
  return formatted(call, now(call), call[0], call[1]);
}

Value millis(Call& call) {
  return Value(now(call));
}

Value from_millis(Call& call) {
  if (!call[0].is_number()) return {};
  return formatted(call, call[0].number(), call[1], call[2]);
}

Value to_millis(Call& call) {
  if (!call[0].is_string()) return {};
  if (!call[1].is_string()) {
    const auto value = parse_iso8601(call[0].text());
    if (!value) return call.evaluator.fail("D3110", call[0]);
    return Value(*value);
  }
  const DatePicture* picture = call.evaluator.date_picture(call[1].text());
  if (picture == nullptr) return Value::failure();
  auto value = picture->read(call[0].text(), now(call), call.evaluator);
  if (!value.ok()) return call.evaluator.fail(std::move(value).error());
  return *value ? Value(**value) : Value();
}

constexpr std::array kDateFunctions{
    Builtin{"now", "<s?s?:s>", 2, now_text},
    Builtin{"millis", "<:n>", 0, millis},
    Builtin{"fromMillis", "<n-s?s?:s>", 3, from_millis},
    Builtin{"toMillis", "<s-s?:n>", 2, to_millis},
};

}  // namespace

std::span<const Builtin> date_functions() {
  return kDateFunctions;
}

}  // namespace bedlam::states::jsonata
