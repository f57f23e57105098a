// drip: from the position on, the body goes out at so many bytes a second, as through a thin pipe.
// Pieces are a twentieth of a second's worth, at least one byte, so that a plan stays small; each
// goes out when the pipe would have let its last byte through. A frame's label stays on its last
// piece.
#include <algorithm>
#include <cmath>

#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

constexpr std::size_t kPiecesPerSecond = 20;
constexpr double kMaxBytesPerSecond = 1e9;

// Sends pieces into a new plan and knows when the pipe is free again.
class Pipe {
 public:
  Pipe(std::size_t bytes_per_second, Duration free, std::vector<rpc::Step>& to)
      : rate_(bytes_per_second), from_(free), due_(free), to_(to) {}

  void send(rpc::Step step) {
    auto* bytes = std::get_if<rpc::Bytes>(&step.action);
    if (bytes == nullptr) {
      due_ = std::max(due_, step.due);
      to_.push_back({due_, std::move(step.action)});
      return;
    }
    if (step.due > due_) {  // the pipe ran dry
      from_ = due_ = step.due;
      sent_ = 0;
    }
    const std::size_t piece = std::max<std::size_t>(1, rate_ / kPiecesPerSecond);
    for (std::size_t at = 0; at < bytes->data.size(); at += piece) {
      std::string part = bytes->data.substr(at, piece);
      const bool last = at + part.size() == bytes->data.size();
      sent_ += part.size();
      due_ = from_ + passed();
      to_.push_back({due_, rpc::Bytes{std::move(part), last ? bytes->frame : std::nullopt}});
    }
  }

 private:
  // How long the bytes sent so far take; whole seconds and rest apart, so that nothing overflows.
  Duration passed() const {
    constexpr std::size_t kSecondNs = 1'000'000'000;
    return std::chrono::seconds(sent_ / rate_) + Duration(sent_ % rate_ * kSecondNs / rate_);
  }

  std::size_t rate_;
  Duration from_;         // since when it has been busy without a pause
  std::size_t sent_ = 0;  // since then
  Duration due_;
  std::vector<rpc::Step>& to_;
};

class Drip : public Kind {
 public:
  std::string_view name() const override { return "drip"; }
  std::string_view description() const override {
    return "From here on the body is sent at so many bytes a second.";
  }
  std::string_view argument() const override { return "bytes a second, a whole number from 1"; }

  bool spares_headers() const override { return true; }

  std::optional<std::string> check(const Json& argument) const override {
    const bool whole = argument.is_number_integer() && argument.get<double>() >= 1 &&
                       argument.get<double>() <= kMaxBytesPerSecond;
    if (whole) return std::nullopt;
    return "drip takes a number of bytes a second, from 1 to 1000000000";
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate_in_body(fault.where, steps);
    if (!place) return false;
    const auto first = static_cast<std::ptrdiff_t>(split_at(*place, steps));
    std::vector<rpc::Step> plan(steps.begin(), steps.begin() + first);
    Pipe pipe(fault.argument.get<std::size_t>(), place->due, plan);
    for (auto step = steps.begin() + first; step != steps.end(); ++step)
      pipe.send(std::move(*step));
    steps = std::move(plan);
    return true;
  }
};

}  // namespace

const Kind& drip() {
  static const Drip kKind;
  return kKind;
}

}  // namespace bedlam::fault
