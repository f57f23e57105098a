// Faults that end the reply where they strike: reset, close, half_close, end. They differ in what
// the peer sees of it, so they share everything but the last step.
#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

class Ending : public Kind {
 public:
  Ending(std::string_view name, std::string_view description, rpc::Action action)
      : name_(name), description_(description), action_(std::move(action)) {}

  std::string_view name() const override { return name_; }
  std::string_view description() const override { return description_; }
  std::string_view argument() const override { return "true"; }

  std::optional<std::string> check(const Json& argument) const override {
    return check_flag(argument, name_);
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate(fault.where, steps);
    if (place) end_with(action_, *place, steps);
    return place.has_value();
  }

 private:
  std::string_view name_, description_;
  rpc::Action action_;
};

// An HTTP message needs its headers to end in order, so before them is just after them.
class EarlyEnd : public Ending {
 public:
  using Ending::Ending;

  bool spares_headers() const override { return true; }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate_in_body(fault.where, steps);
    if (place) end_in_order(*place, steps);
    return place.has_value();
  }
};

}  // namespace

const Kind& reset() {
  static const Ending kKind(
      "reset", "The connection is reset (TCP RST), on HTTP/2 with all its streams.", rpc::Reset{});
  return kKind;
}

const Kind& close() {
  static const Ending kKind("close", "The connection is closed in order, the body is not finished.",
                            rpc::Close{});
  return kKind;
}

const Kind& half_close() {
  static const Ending kKind(
      "half_close", "The server's direction of the connection ends (FIN), the client's stays open.",
      rpc::HalfClose{});
  return kKind;
}

const Kind& end() {
  static const EarlyEnd kKind(
      "end", "The body ends here as if it were complete, which no client of HTTP can see.",
      rpc::End{});
  return kKind;
}

}  // namespace bedlam::fault
