// endless: the body never ends. The last frame before the place comes again and again, or filler
// where the body has no frames, until the client leaves.
#include <algorithm>

#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

constexpr Duration kDefaultPause = std::chrono::milliseconds(10);
constexpr std::size_t kFillerBytes = 1'024;

// A body without end has no length to announce.
void forget_length(std::vector<rpc::Step>& steps) {
  for (rpc::Step& step : steps) {
    auto* head = std::get_if<rpc::Head>(&step.action);
    if (head == nullptr) continue;
    aws::Headers headers;
    for (const auto& [name, value] : head->headers) {
      if (!aws::equals_ignoring_case(name, "content-length")) headers.add(name, value);
    }
    head->headers = std::move(headers);
  }
}

// The last whole frame, labelled as the one after it.
rpc::Bytes piece_after(const std::vector<rpc::Step>& steps) {
  const auto last = std::find_if(steps.rbegin(), steps.rend(),
                                 [](const rpc::Step& step) { return label_of(step) != nullptr; });
  if (last == steps.rend()) return {std::string(kFillerBytes, ' '), std::nullopt};
  rpc::Bytes piece = std::get<rpc::Bytes>(last->action);
  ++piece.frame->index;
  ++piece.frame->tokens;
  return piece;
}

class EndlessKind : public Kind {
 public:
  std::string_view name() const override { return "endless"; }
  std::string_view description() const override {
    return "The body never ends: its last frame comes again and again (HTTP/2: DATA without end).";
  }
  std::string_view argument() const override {
    return "true, or the pause between two frames such as 50ms";
  }
  bool spares_headers() const override { return true; }

  std::optional<std::string> check(const Json& argument) const override {
    if (!check_flag(argument, name())) return std::nullopt;
    if (argument.is_string()) {
      const auto pause = parse_duration(argument.get<std::string>());
      if (pause && *pause > Duration::zero()) return std::nullopt;
    }
    return "endless takes `true` or the pause between two frames, such as `50ms`";
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate_in_body(fault.where, steps);
    if (!place) return false;
    Duration pause = kDefaultPause;
    if (fault.argument.is_string()) {
      pause = parse_duration(fault.argument.get<std::string>()).value_or(kDefaultPause);
    }
    end_with(rpc::End{}, *place, steps);
    steps.pop_back();
    forget_length(steps);
    rpc::Bytes piece = piece_after(steps);
    steps.push_back({place->due + pause, rpc::Endless{std::move(piece), pause}});
    return true;
  }
};

}  // namespace

const Kind& endless() {
  static const EndlessKind kKind;
  return kKind;
}

}  // namespace bedlam::fault
