// Faults of a server that says nothing: stall, for a time or forever, and no_answer.
#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

// Everything after the place waits that much longer, or is never sent.
class StallKind : public Kind {
 public:
  std::string_view name() const override { return "stall"; }
  std::string_view description() const override {
    return "Nothing is sent for a while, or ever again; the connection stays open.";
  }
  std::string_view argument() const override { return "forever, or a duration such as 90s"; }

  std::optional<std::string> check(const Json& argument) const override {
    if (forever(argument)) return std::nullopt;
    if (argument.is_string() && parse_duration(argument.get<std::string>())) return std::nullopt;
    return "stall takes `forever` or a duration such as `90s`";
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate(fault.where, steps);
    if (!place) return false;
    if (forever(fault.argument)) {
      end_with(rpc::Stall{}, *place, steps);
      return true;
    }
    const Duration pause =
        parse_duration(fault.argument.get<std::string>()).value_or(Duration::zero());
    for (std::size_t i = split_at(*place, steps); i < steps.size(); ++i) steps[i].due += pause;
    return true;
  }

 private:
  static bool forever(const Json& argument) {
    return argument.is_null() || argument == Json(true) || argument == Json("forever");
  }
};

class NoAnswer : public Kind {
 public:
  std::string_view name() const override { return "no_answer"; }
  std::string_view description() const override {
    return "The request is read and never answered; the connection stays open.";
  }
  std::string_view argument() const override { return "true"; }
  bool has_place() const override { return false; }

  std::optional<std::string> check(const Json& argument) const override {
    return check_flag(argument, name());
  }

  bool apply(const Fault& /*fault*/, std::vector<rpc::Step>& steps) const override {
    steps.clear();
    steps.push_back({Duration::zero(), rpc::Stall{}});
    return true;
  }
};

}  // namespace

const Kind& stall() {
  static const StallKind kKind;
  return kKind;
}

const Kind& no_answer() {
  static const NoAnswer kKind;
  return kKind;
}

}  // namespace bedlam::fault
