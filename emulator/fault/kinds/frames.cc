// Faults that touch whole frames and let the stream go on: corrupt, drop, duplicate, swap. The
// frame is the one that the position names, or the first after it. A reply without frames has none
// of them.
#include <algorithm>

#include "emulator/aws/event_stream.h"
#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

class FrameKind : public Kind {
 public:
  std::string_view argument() const override { return "true"; }
  bool touches_frames() const override { return true; }
  bool takes_byte() const override { return false; }
  bool spares_headers() const override { return true; }

  std::optional<std::string> check(const Json& argument) const override {
    return check_flag(argument, name());
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<std::size_t> frame = frame_at(fault.where, steps);
    return frame && touch(*frame, fault.argument, steps);
  }

 private:
  virtual bool touch(std::size_t frame, const Json& argument,
                     std::vector<rpc::Step>& steps) const = 0;
};

constexpr std::string_view kUnknownEvent = "unknownEvent";  // in no union

// A wrong checksum, or a frame that is sound but says what no reader knows.
class Corrupt : public FrameKind {
 public:
  std::string_view name() const override { return "corrupt"; }
  std::string_view description() const override {
    return "A frame carries a wrong checksum, of its prelude or of the whole message; or it is "
           "sound, but its payload ends a byte early and is no JSON, or no event has its type.";
  }
  std::string_view argument() const override {
    return "prelude_crc, message_crc, payload or event_type";
  }

  std::optional<std::string> check(const Json& argument) const override {
    for (const char* part : {"prelude_crc", "message_crc", "payload", "event_type"}) {
      if (argument == Json(part)) return std::nullopt;
    }
    return "corrupt takes `prelude_crc`, `message_crc`, `payload` or `event_type`";
  }

 private:
  bool touch(std::size_t frame, const Json& argument,
             std::vector<rpc::Step>& steps) const override {
    auto& bytes = std::get<rpc::Bytes>(steps[frame].action);
    if (argument == Json("payload")) return cut_payload(bytes);
    if (argument == Json("event_type")) return rename(bytes);
    const bool prelude = argument == Json("prelude_crc");
    const std::size_t crc =
        prelude ? aws::kEventStreamPreludeCrcOffset : bytes.data.size() - aws::kEventStreamCrcBytes;
    bytes.data[crc] = static_cast<char>(bytes.data[crc] ^ 1);
    return true;
  }

  // False where there is none.
  static bool cut_payload(rpc::Bytes& bytes) {
    std::optional<aws::EventStreamMessage> message = message_of(bytes);
    if (!message || message->payload.empty()) return false;
    message->payload.pop_back();
    bytes.data = encode(*message);
    return true;
  }

  // False for a frame that is no event.
  static bool rename(rpc::Bytes& bytes) {
    std::optional<aws::EventStreamMessage> message = message_of(bytes);
    if (!message || message->text(":event-type").empty()) return false;
    for (auto& [name, value] : message->headers) {
      if (name == ":event-type") value = std::string(kUnknownEvent);
    }
    bytes.data = encode(*message);
    bytes.frame->event = kUnknownEvent;
    return true;
  }
};

class Drop : public FrameKind {
 public:
  std::string_view name() const override { return "drop"; }
  std::string_view description() const override { return "A frame is left out."; }

 private:
  bool touch(std::size_t frame, const Json& /*argument*/,
             std::vector<rpc::Step>& steps) const override {
    Relabelling relabelling(steps);
    const int generated = label_of(steps[frame])->generated;
    steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(frame));
    relabelling.finish();
    // The model wrote it all the same: where no later frame says so, the one before does.
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      auto* bytes = std::get_if<rpc::Bytes>(&step->action);
      if (bytes == nullptr || !bytes->frame) continue;
      bytes->frame->generated = std::max(bytes->frame->generated, generated);
      break;
    }
    return true;
  }
};

class Duplicate : public FrameKind {
 public:
  std::string_view name() const override { return "duplicate"; }
  std::string_view description() const override { return "A frame is sent twice."; }

 private:
  bool touch(std::size_t frame, const Json& /*argument*/,
             std::vector<rpc::Step>& steps) const override {
    Relabelling relabelling(steps);
    const rpc::Step twin = steps[frame];
    steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(frame), twin);
    relabelling.finish();
    return true;
  }
};

class Swap : public FrameKind {
 public:
  std::string_view name() const override { return "swap"; }
  std::string_view description() const override {
    return "A frame and the one after it change places, each at the other's time.";
  }

 private:
  bool touch(std::size_t frame, const Json& /*argument*/,
             std::vector<rpc::Step>& steps) const override {
    const auto next =
        std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(frame) + 1, steps.end(),
                     [](const auto& s) { return label_of(s) != nullptr; });
    if (next == steps.end()) return false;
    Relabelling relabelling(steps);
    std::swap(steps[frame].action, next->action);
    relabelling.finish();
    return true;
  }
};

}  // namespace

const Kind& corrupt() {
  static const Corrupt kKind;
  return kKind;
}

const Kind& drop() {
  static const Drop kKind;
  return kKind;
}

const Kind& duplicate() {
  static const Duplicate kKind;
  return kKind;
}

const Kind& swap() {
  static const Swap kKind;
  return kKind;
}

}  // namespace bedlam::fault
