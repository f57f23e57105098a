#include "emulator/rpc/sent_steps.h"

#include <algorithm>
#include <array>
#include <type_traits>

namespace bedlam::rpc {
namespace {

// In the order of Action's alternatives; a labelled piece is a frame.
constexpr std::array<std::string_view, std::variant_size_v<Action>> kNames{
    "head",  "bytes",   "end",          "reset",   "close",  "half_close",
    "stall", "garbage", "reset_stream", "go_away", "endless"};
constexpr std::string_view kFrame = "frame";
static_assert(std::is_same_v<std::variant_alternative_t<0, Action>, Head>);
static_assert(std::is_same_v<std::variant_alternative_t<1, Action>, Bytes>);
static_assert(std::is_same_v<std::variant_alternative_t<10, Action>, Endless>);

// A step's first byte: the action, and what of it is as with the step or the frame before. The rest
// of a frame is told by the numbers that are not.
constexpr std::uint8_t kActionMask = 0x0f;
constexpr std::uint8_t kIsFrame = 0x0f;  // in place of the action
constexpr std::uint8_t kSamePause = 0x10;
constexpr std::uint8_t kSameEvent = 0x20;
constexpr std::uint8_t kNextIndex = 0x40;
constexpr std::uint8_t kOneToken = 0x80;

constexpr std::size_t kShortPlan = 32;  // bytes: a head, a body, the end
constexpr unsigned kNumberBits = 7;     // a number's bits in each byte, the lowest first
constexpr std::uint8_t kMore = 0x80;

// Grows by a quarter, not by twice: there are thousands of these.
void make_room(std::vector<std::uint8_t>& bytes) {
  constexpr std::size_t kLongestStep = 64;
  if (bytes.capacity() - bytes.size() >= kLongestStep) return;
  bytes.reserve(bytes.size() + bytes.size() / 4 + kLongestStep + kShortPlan);
}

}  // namespace

std::string_view name_of(const Action& action) {
  const auto* bytes = std::get_if<Bytes>(&action);
  return bytes != nullptr && bytes->frame ? kFrame : kNames.at(action.index());
}

void SentSteps::put(std::uint64_t number) {
  for (; number >= kMore; number >>= kNumberBits) {
    packed_.push_back(static_cast<std::uint8_t>(number) | kMore);
  }
  packed_.push_back(static_cast<std::uint8_t>(number));
}

// The sign in the lowest bit, so that small negative numbers are short too.
void SentSteps::put_signed(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  put(number < 0 ? ~(bits << 1U) : bits << 1U);
}

std::uint64_t SentSteps::number_of(const std::string& event) {
  const auto known = std::find(events_.begin(), events_.end(), event);
  if (known != events_.end()) return static_cast<std::uint64_t>(known - events_.begin());
  events_.push_back(event);
  return events_.size() - 1;
}

void SentSteps::add(const Action& action, Instant at) {
  make_room(packed_);
  ++count_;
  const auto* bytes = std::get_if<Bytes>(&action);
  const FrameLabel* frame = bytes != nullptr && bytes->frame ? &*bytes->frame : nullptr;
  const Duration pause = at - last_.at;
  std::uint8_t tag = frame != nullptr ? kIsFrame : static_cast<std::uint8_t>(action.index());
  if (pause == last_.pause) tag |= kSamePause;
  Last next{at, pause, last_.event, last_.index, last_.tokens};
  if (frame != nullptr) {
    const bool first = events_.empty();
    next.event = number_of(frame->event);
    next.index = frame->index;
    next.tokens = frame->tokens;
    if (!first && next.event == last_.event) tag |= kSameEvent;
    if (next.index == last_.index + 1) tag |= kNextIndex;
    if (next.tokens == last_.tokens + 1) tag |= kOneToken;
  }
  packed_.push_back(tag);
  if ((tag & kSamePause) == 0) put(static_cast<std::uint64_t>(pause.count()));
  if (bytes != nullptr) put(bytes->data.size());
  if (frame != nullptr) {
    if ((tag & kSameEvent) == 0) put(next.event);
    if ((tag & kNextIndex) == 0) put_signed(next.index - last_.index);
    if ((tag & kOneToken) == 0) put_signed(next.tokens - last_.tokens);
  }
  last_ = next;
}

std::size_t SentSteps::memory() const {
  std::size_t bytes = packed_.capacity() + events_.capacity() * sizeof(std::string);
  for (const std::string& event : events_) bytes += event.size();
  return bytes;
}

SentSteps::Iterator SentSteps::begin() const {
  return {*this, count_};
}
SentSteps::Iterator SentSteps::end() const {
  return {*this, 0};
}

SentSteps::Iterator::Iterator(const SentSteps& steps, std::size_t left)
    : steps_(&steps), left_(left) {
  if (left_ > 0) read();
}

SentSteps::Iterator& SentSteps::Iterator::operator++() {
  if (--left_ > 0) read();
  return *this;
}

std::uint64_t SentSteps::Iterator::get() {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += kNumberBits) {
    const std::uint8_t byte = steps_->packed_[at_++];
    number |= static_cast<std::uint64_t>(byte & ~kMore) << shift;
    if (byte < kMore) return number;
  }
}

std::int64_t SentSteps::Iterator::get_signed() {
  const std::uint64_t bits = get();
  return static_cast<std::int64_t>((bits & 1U) != 0 ? ~(bits >> 1U) : bits >> 1U);
}

void SentSteps::Iterator::read() {
  const std::uint8_t tag = steps_->packed_[at_++];
  const std::uint8_t action = tag & kActionMask;
  if ((tag & kSamePause) == 0) last_.pause = Duration(static_cast<std::int64_t>(get()));
  last_.at += last_.pause;
  step_ = {last_.at, action == kIsFrame ? kFrame : kNames.at(action), 0, std::nullopt};
  if (action == kIsFrame || action == 1) step_.bytes = get();
  if (action != kIsFrame) return;
  if ((tag & kSameEvent) == 0) last_.event = get();
  last_.index += (tag & kNextIndex) != 0 ? 1 : get_signed();
  last_.tokens += (tag & kOneToken) != 0 ? 1 : get_signed();
  step_.frame = {static_cast<int>(last_.index), steps_->events_[last_.event],
                 static_cast<int>(last_.tokens)};
}

}  // namespace bedlam::rpc
