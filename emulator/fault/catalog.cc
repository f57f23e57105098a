#include <algorithm>

#include "emulator/fault/where.h"

namespace bedlam::fault {

// Each stands in a file below kinds/.
const Kind &stall(), &reset(), &close(), &half_close(), &end(), &exception(), &error_frame(),
    &cut(), &corrupt(), &drop(), &duplicate(), &swap(), &drip(), &garbage(), &endless(),
    &no_answer(), &rst_stream(), &goaway();

namespace {

// "the argument, as far as it fits into a line": its text, number or name.
std::string shown_argument(const Json& argument) {
  if (argument.is_string()) return " " + argument.get<std::string>();
  if (argument.is_number()) return " " + to_text(argument);
  const Json* name = find(argument, "name");
  if (name == nullptr) name = find(argument, "code");
  return name != nullptr && name->is_string() ? " " + name->get<std::string>() : "";
}

std::string counted(int number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

struct ShowPoint {
  std::string operator()(const BeforeHeaders& /*point*/) const { return "before the headers"; }
  std::string operator()(const AfterTime& point) const {
    return "after " + format_duration(point.time);
  }
  std::string operator()(const AfterTokens& point) const {
    return "after " + counted(point.tokens, "token");
  }
  std::string operator()(const AfterFrames& point) const {
    return "after " + counted(point.frames, "frame");
  }
  std::string operator()(const AtFrame& point) const {
    const auto* event = std::get_if<std::string>(&point.frame);
    if (event == nullptr) return "at frame " + std::to_string(std::get<int>(point.frame));
    return *event == "last" ? "at the last frame" : "at frame " + *event;
  }
};

}  // namespace

const std::vector<const Kind*>& catalog() {
  static const std::vector<const Kind*> kKinds{
      &stall(),       &reset(),   &close(),   &half_close(), &end(),        &exception(),
      &error_frame(), &cut(),     &corrupt(), &drop(),       &duplicate(),  &swap(),
      &drip(),        &garbage(), &endless(), &no_answer(),  &rst_stream(), &goaway(),
  };
  return kKinds;
}

const Kind* find_kind(std::string_view name) {
  const auto& kinds = catalog();
  const auto kind =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind* k) { return k->name() == name; });
  return kind == kinds.end() ? nullptr : *kind;
}

std::string describe(const Fault& fault) {
  std::string text = std::string(fault.kind->name()) + shown_argument(fault.argument) + " " +
                     std::visit(ShowPoint{}, fault.where.point);
  if (fault.where.byte) text += ", byte " + std::to_string(*fault.where.byte);
  return text;
}

void apply(const Fault& fault, rpc::Reply& reply, const Exceptions& exceptions) {
  Fault completed = fault;
  completed.argument = fault.kind->completed(fault.argument, exceptions);
  complete(reply);
  const bool struck = fault.kind->apply(completed, reply.steps);
  reply.note.fault = describe(fault) + (struck ? "" : " (not reached)");
}

}  // namespace bedlam::fault
