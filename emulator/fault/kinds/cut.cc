// cut: a frame (or a plain body) stops in its middle; then the body ends in order, which some
// readers take for the end, or the connection closes.
#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

// The middle of the frame that follows the position.
std::optional<Place> middle_of_next(const Place& place, const std::vector<rpc::Step>& steps) {
  for (std::size_t i = place.step; i < steps.size(); ++i) {
    const auto* bytes = std::get_if<rpc::Bytes>(&steps[i].action);
    if (bytes == nullptr || bytes->data.size() < 2) continue;
    return Place{i, bytes->data.size() / 2, std::max(place.due, steps[i].due)};
  }
  return std::nullopt;
}

class Cut : public Kind {
 public:
  std::string_view name() const override { return "cut"; }
  std::string_view description() const override {
    return "A frame stops at `byte` (by default in its middle), and the body ends there in order "
           "or with the connection.";
  }
  std::string_view argument() const override { return "true, or close to close the connection"; }

  bool spares_headers() const override { return true; }

  std::optional<std::string> check(const Json& argument) const override {
    if (argument == Json("close") || !check_flag(argument, name())) return std::nullopt;
    return "cut takes `true`, or `close` to close the connection after the cut";
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    std::optional<Place> place = locate_in_body(fault.where, steps);
    if (place && !fault.where.byte) place = middle_of_next(*place, steps);
    if (!place) return false;
    if (fault.argument == Json("close")) {
      end_with(rpc::Close{}, *place, steps);
    } else {
      end_in_order(*place, steps);
    }
    return true;
  }
};

}  // namespace

const Kind& cut() {
  static const Cut kKind;
  return kKind;
}

}  // namespace bedlam::fault
