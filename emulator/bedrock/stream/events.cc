#include "emulator/bedrock/stream/events.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "emulator/aws/event_payload.h"
#include "emulator/aws/event_stream.h"
#include "emulator/base/base64.h"

namespace bedlam::bedrock {
namespace {

constexpr std::size_t kShortestPadding = 2, kLongestPadding = 61;  // seen in recordings of 2025

std::string_view padding_letters(Random& random) {
  const std::size_t length =
      kShortestPadding + random.below(kLongestPadding - kShortestPadding + 1);
  return aws::kPaddingLetters.substr(0, length);
}

std::int64_t rounded_ms(Duration duration) {
  return std::chrono::round<std::chrono::milliseconds>(duration).count();
}

// Stand in a payload for what differs from frame to frame; with any of it inside, a payload is
// written anew for each.
constexpr std::string_view kTextMark = "<the text of a frame>";
constexpr std::string_view kPaddingMark = "<the padding of a frame>";

// The text of a payload around a mark; none where the mark is not there just once.
struct Around {
  std::string before, after;

  static std::optional<Around> mark(const std::string& text, std::string_view mark) {
    const std::size_t at = text.find(mark);
    if (at == std::string::npos || text.find(mark, at + 1) != std::string::npos) {
      return std::nullopt;
    }
    return Around{text.substr(0, at), text.substr(at + mark.size())};
  }
};

// Writes the payloads of one run of events that differ in their texts alone, whose JSON is built
// once.
class RunPattern {
 public:
  // nullopt where they are not so.
  static std::optional<RunPattern> of(const Events::Run& run, Payload payload) {
    if (run.alike != Events::Alike::kButForTheText) return std::nullopt;
    const Event form = run.make(kTextMark, 0);
    RunPattern pattern;
    std::optional<Around> text;
    if (payload == Payload::kBytes) {
      text = Around::mark(to_text(form.payload), kTextMark);
    } else {
      const auto padding =
          Around::mark(to_text(aws::with_padding(form.payload, kPaddingMark)), kPaddingMark);
      if (!padding) return std::nullopt;
      text = Around::mark(padding->before, kTextMark);
      pattern.after_padding_ = padding->after;
    }
    if (!text) return std::nullopt;
    pattern.text_ = *std::move(text);
    pattern.name_ = form.name;
    pattern.inner_ = form.inner;
    return pattern;
  }

  const std::string& name() const { return name_; }
  std::string_view inner() const { return inner_; }
  // With the text; the padding and `after_padding()` follow.
  std::string write(std::string_view text) const {
    std::string json;
    json.reserve(text_.before.size() + text.size() + text_.after.size() + kMaxOverhead);
    json += text_.before;
    append_escaped(json, text);
    json += text_.after;
    return json;
  }
  const std::string& after_padding() const { return after_padding_; }

 private:
  static constexpr std::size_t kMaxOverhead = kLongestPadding + 16;

  std::string name_, after_padding_;
  std::string_view inner_;
  Around text_;
};

// Makes the steps of a stream behind its head.
class EventFrames final : public rpc::StepSource {
 public:
  EventFrames(Events events, Timeline timeline, Random padding, int output_tokens, Payload payload)
      : output_tokens_(output_tokens),
        event_tokens_(events.empty() ? 0 : events.last_tokens()),
        last_due_(timeline.of(events.empty() ? 1 : events.last_tokens())),
        parts_(std::move(events).take_parts()),
        timeline_(std::move(timeline)),
        padding_(padding),
        payload_(payload) {}

  Duration last_due() const override { return last_due_; }

  std::optional<rpc::Step> next() override {
    if (part_ == parts_.size()) {
      if (std::exchange(ended_, true)) return std::nullopt;
      return rpc::Step{last_due_, rpc::End{}};
    }
    const auto* run = std::get_if<Events::Run>(&parts_[part_]);
    if (run == nullptr) return whole(std::get<Event>(parts_[part_++]));
    rpc::Step step = of_run(*run);
    if (++piece_ == run->pieces.size()) {
      ++part_;
      piece_ = 0;
      pattern_.reset();
    }
    return step;
  }

 private:
  rpc::Step of_run(const Events::Run& run) {
    if (piece_ == 0) pattern_ = RunPattern::of(run, payload_);
    if (!pattern_) return whole(run.made(piece_));
    std::string json = pattern_->write(run.pieces[piece_].text);
    if (payload_ == Payload::kBytes) {
      json = in_bytes(json);
    } else {
      json += padding_letters(padding_);
      json += pattern_->after_padding();
    }
    return frame({pattern_->name(), run.tokens_at(piece_), pattern_->inner()}, json);
  }

  rpc::Step whole(const Event& event) {
    if (payload_ == Payload::kBytes) {
      return frame({event.name, event.tokens, event.inner}, in_bytes(to_text(event.payload)));
    }
    return frame({event.name, event.tokens, event.inner},
                 to_text(with_padding(event.payload, padding_)));
  }

  std::string in_bytes(std::string_view json) {
    std::string payload = R"({"bytes":")" + base64_encode(json) + R"(","p":")";
    payload += padding_letters(padding_);
    payload += "\"}";
    return payload;
  }

  struct Framed {
    const std::string& name;
    int tokens;
    std::string_view inner;
  };

  rpc::Step frame(const Framed& event, std::string_view json) {
    rpc::FrameLabel label{index_++, event.name, event.tokens, generated(event.tokens), event.inner};
    return {timeline_.of(event.tokens),
            rpc::Bytes{aws::encode_event(event.name, json), std::move(label)}};
  }

  // Where no event counts tokens, the last one has them all.
  int generated(int tokens) const {
    if (event_tokens_ == 0) return part_ == parts_.size() ? output_tokens_ : 0;
    return static_cast<int>(std::int64_t{output_tokens_} * tokens / event_tokens_);
  }

  int output_tokens_, event_tokens_;
  Duration last_due_;
  std::vector<Events::Part> parts_;
  Timeline timeline_;
  Random padding_;
  Payload payload_;
  std::size_t part_ = 0, piece_ = 0;  // of the next frame
  int index_ = 0;
  bool ended_ = false;
  std::optional<RunPattern> pattern_;  // of the run under way, where it has one
};

}  // namespace

Timeline::Timeline(std::vector<Duration> ready)
    : tokens_(static_cast<int>(ready.size())), first_(ready.front()), last_(ready.back()) {
  if (tokens_ > 1) pause_ = ready[1] - ready[0];
  for (std::size_t i = 1; i < ready.size(); ++i) {
    if (ready[i] - ready[i - 1] == pause_) continue;
    ready_ = std::move(ready);
    return;
  }
}

Duration Timeline::of(int tokens) const {
  const int index = std::clamp(tokens, 1, tokens_) - 1;
  return ready_.empty() ? first_ + index * pause_ : ready_[static_cast<std::size_t>(index)];
}

std::int64_t Timeline::ms_of(int tokens) const {
  return rounded_ms(of(tokens));
}
std::int64_t Timeline::last_ms() const {
  return rounded_ms(last());
}

Json with_padding(const Json& payload, Random& random) {
  return aws::with_padding(payload, padding_letters(random));
}

rpc::Reply stream_reply(aws::Headers headers, Events events, const Timeline& timeline,
                        Random padding, int output_tokens, Payload payload) {
  rpc::Reply reply;
  const Duration first = events.empty() ? timeline.first() : timeline.of(events.first_tokens());
  reply.steps.push_back({first, rpc::Head{200, std::move(headers)}});
  reply.rest =
      std::make_shared<EventFrames>(std::move(events), timeline, padding, output_tokens, payload);
  return reply;
}

}  // namespace bedlam::bedrock
