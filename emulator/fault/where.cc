#include "emulator/fault/where.h"

#include <algorithm>

namespace bedlam::fault {
namespace {

using rpc::Bytes;
using rpc::Step;

bool is_head(const Step& step) {
  return std::holds_alternative<rpc::Head>(step.action);
}

std::size_t after_head(const std::vector<Step>& steps) {
  const auto head = std::find_if(steps.begin(), steps.end(), is_head);
  return head == steps.end() ? 0 : static_cast<std::size_t>(head - steps.begin()) + 1;
}

// The place just after a step.
Place after(const std::vector<Step>& steps, std::size_t step) {
  return {step + 1, 0, steps[step].due};
}

// A plan that goes on with a stream has no headers of its own: its beginning is just after them.
std::optional<Place> just_after_head(const std::vector<Step>& steps) {
  if (steps.empty()) return std::nullopt;
  const std::size_t step = after_head(steps);
  if (step == 0) return Place{0, 0, steps.front().due};
  return after(steps, step - 1);
}

// The place just after the first frame that `wanted` accepts.
template <typename Wanted>
std::optional<Place> after_frame(const std::vector<Step>& steps, Wanted wanted) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const rpc::FrameLabel* label = label_of(steps[i]);
    if (label != nullptr && wanted(*label)) return after(steps, i);
  }
  return std::nullopt;
}

bool is_named(const rpc::FrameLabel& label, std::string_view event) {
  return label.event == event || label.inner == event;
}

std::optional<std::size_t> find_frame(const AtFrame& at, const std::vector<Step>& steps) {
  const auto* event = std::get_if<std::string>(&at.frame);
  const bool last = event != nullptr && *event == "last";
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const rpc::FrameLabel* label = label_of(steps[i]);
    if (label == nullptr) continue;
    if (last) {
      found = i;
    } else if (event != nullptr ? is_named(*label, *event)
                                : std::get<int>(at.frame) == label->index) {
      return i;
    }
  }
  return found;
}

struct Locate {
  const std::vector<Step>& steps;

  std::optional<Place> operator()(const BeforeHeaders& /*point*/) const {
    if (steps.empty()) return std::nullopt;
    return Place{0, 0, steps.front().due};
  }
  std::optional<Place> operator()(const AfterTime& point) const {
    const auto later = std::find_if(steps.begin(), steps.end(),
                                    [&](const Step& step) { return step.due > point.time; });
    if (later == steps.end()) return std::nullopt;
    return Place{static_cast<std::size_t>(later - steps.begin()), 0, point.time};
  }
  std::optional<Place> operator()(const AfterTokens& point) const {
    if (point.tokens <= 0) return just_after_head(steps);
    return after_frame(steps,
                       [&](const rpc::FrameLabel& label) { return label.tokens >= point.tokens; });
  }
  std::optional<Place> operator()(const AfterFrames& point) const {
    if (point.frames <= 0) return just_after_head(steps);
    return after_frame(
        steps, [&](const rpc::FrameLabel& label) { return label.index + 1 >= point.frames; });
  }
  std::optional<Place> operator()(const AtFrame& point) const {
    const std::optional<std::size_t> frame = find_frame(point, steps);
    if (!frame) return std::nullopt;
    return Place{*frame, 0, steps[*frame].due};
  }
};

// Goes on by that many bytes of body; `whole_body` false: within the one step that it starts at.
std::optional<Place> advance(Place place, std::size_t bytes, bool whole_body,
                             const std::vector<Step>& steps) {
  for (std::size_t i = place.step; i < steps.size(); ++i) {
    const auto* body = std::get_if<Bytes>(&steps[i].action);
    if (body == nullptr) continue;
    const Duration due = std::max(place.due, steps[i].due);
    if (bytes == body->data.size()) return Place{i + 1, 0, due};
    if (bytes < body->data.size()) return Place{i, bytes, due};
    if (!whole_body) return std::nullopt;
    bytes -= body->data.size();
  }
  return std::nullopt;
}

std::optional<Place> with_byte(const Where& where, std::optional<Place> place,
                               const std::vector<Step>& steps) {
  if (!place || !where.byte) return place;
  return advance(*place, *where.byte, !std::holds_alternative<AtFrame>(where.point), steps);
}

}  // namespace

const rpc::FrameLabel* label_of(const Step& step) {
  const auto* bytes = std::get_if<Bytes>(&step.action);
  return bytes != nullptr && bytes->frame ? &*bytes->frame : nullptr;
}

std::optional<Place> locate(const Where& where, const std::vector<Step>& steps) {
  return with_byte(where, std::visit(Locate{steps}, where.point), steps);
}

std::optional<Place> locate_in_body(const Where& where, const std::vector<Step>& steps) {
  std::optional<Place> place = std::visit(Locate{steps}, where.point);
  if (place && place->step < after_head(steps)) {
    const std::optional<Place> body = just_after_head(steps);
    place = Place{body->step, 0, std::max(place->due, body->due)};
  }
  return with_byte(where, place, steps);
}

void end_later_than(const Where& where, std::vector<Step>& steps) {
  const auto* after = std::get_if<AfterTime>(&where.point);
  if (after == nullptr || steps.empty() || steps.back().due > after->time) return;
  steps.back().due = after->time + Duration(1);
}

std::size_t split_at(const Place& place, std::vector<Step>& steps) {
  if (place.sent_bytes == 0) return place.step;
  auto& whole = std::get<Bytes>(steps[place.step].action);
  Step first{steps[place.step].due, Bytes{whole.data.substr(0, place.sent_bytes), std::nullopt}};
  whole.data.erase(0, place.sent_bytes);
  steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(place.step), std::move(first));
  return place.step + 1;
}

void end_with(rpc::Action action, const Place& place, std::vector<Step>& steps) {
  const std::size_t rest = split_at(place, steps);
  steps.resize(rest);
  steps.push_back({place.due, std::move(action)});
}

void end_in_order(const Place& place, std::vector<Step>& steps) {
  end_with(rpc::End{}, place, steps);
  std::size_t length = 0;
  for (const Step& step : steps) {
    if (const auto* bytes = std::get_if<Bytes>(&step.action)) length += bytes->data.size();
  }
  for (Step& step : steps) {
    auto* head = std::get_if<rpc::Head>(&step.action);
    if (head == nullptr || !head->headers.find("content-length")) continue;
    aws::Headers headers;
    for (const auto& [name, value] : head->headers) {
      const bool stated = aws::equals_ignoring_case(name, "content-length");
      headers.add(name, stated ? std::to_string(length) : value);
    }
    head->headers = std::move(headers);
  }
}

std::optional<std::size_t> frame_at(const Where& where, const std::vector<Step>& steps) {
  const std::optional<Place> place = std::visit(Locate{steps}, where.point);
  for (std::size_t i = place ? place->step : steps.size(); i < steps.size(); ++i) {
    if (label_of(steps[i]) != nullptr) return i;
  }
  return std::nullopt;
}

std::optional<aws::EventStreamMessage> message_of(const Bytes& frame) {
  aws::EventStreamDecoder decoder;
  decoder.feed(frame.data);
  auto message = decoder.next();
  return message ? *std::move(message) : std::nullopt;
}

Relabelling::Relabelling(std::vector<Step>& steps) : steps_(steps) {
  int running = 0;
  for (Step& step : steps_) {
    auto* bytes = std::get_if<Bytes>(&step.action);
    if (bytes == nullptr || !bytes->frame) continue;
    bytes->frame->tokens -= running;
    running += bytes->frame->tokens;
  }
}

void Relabelling::finish() {
  int index = 0, running = 0;
  for (Step& step : steps_) {
    auto* bytes = std::get_if<Bytes>(&step.action);
    if (bytes == nullptr || !bytes->frame) continue;
    bytes->frame->index = index++;
    running += bytes->frame->tokens;
    bytes->frame->tokens = running;
  }
}

std::optional<std::string> check_flag(const Json& argument, std::string_view kind) {
  if (argument.is_null() || argument == Json(true)) return std::nullopt;
  return std::string(kind) + " takes no value; write `" + std::string(kind) + ": true`";
}

}  // namespace bedlam::fault
