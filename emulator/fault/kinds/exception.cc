// exception: an exception frame inside a stream that began with HTTP 200, after which the body ends
// in order. What the frame looks like is the event stream's own rule; which exceptions there are,
// and what they say, only the service knows.
#include "emulator/aws/event_stream.h"
#include "emulator/fault/kinds/kinds.h"
#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

constexpr std::string_view kEventStream = "application/vnd.amazon.eventstream";

// A plan without headers goes on with a stream whose headers are out: its frames tell.
bool is_event_stream(const std::vector<rpc::Step>& steps) {
  bool frames = false;
  for (const rpc::Step& step : steps) {
    const auto* head = std::get_if<rpc::Head>(&step.action);
    if (head != nullptr) return head->headers.get("content-type") == kEventStream;
    frames = frames || label_of(step) != nullptr;
  }
  return frames;
}

class ExceptionFrame : public Kind {
 public:
  std::string_view name() const override { return "exception"; }
  std::string_view description() const override {
    return "An exception frame is sent inside the stream, and the body ends.";
  }
  std::string_view argument() const override {
    return "an exception's name, or {name, message} and further members of its payload";
  }
  bool touches_frames() const override { return true; }

  std::optional<std::string> check(const Json& argument) const override {
    const Json object = normal(argument);
    if (text_member(object, "name").empty()) {
      return "exception takes a name such as `throttlingException`, or {name: …, message: …}";
    }
    const Json* message = find(object, "message");
    if (message != nullptr && !message->is_string()) return "the message of an exception is text";
    return std::nullopt;
  }

  // {"type": what the union calls it, "payload": its members}
  Json completed(const Json& argument, const Exceptions& exceptions) const override {
    const Json object = normal(argument);
    std::string type = text_member(object, "name");
    if (exceptions.member_of) type = exceptions.member_of(type);
    const std::string message(exceptions.message);
    Json payload = exceptions.payload_of ? exceptions.payload_of(type) : Json{{message, ""}};
    for (const auto& [name, value] : object.items()) {
      if (name != "name") payload[name == "message" ? message : name] = value;
    }
    return Json{{"type", type}, {"payload", std::move(payload)}};
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate_in_body(fault.where, steps);
    if (!place || !is_event_stream(steps)) return false;
    const std::string type = text_member(fault.argument, "type");
    end_in_order(*place, steps);
    rpc::FrameLabel label{0, type, 0, 0};
    for (const rpc::Step& step : steps) {
      if (const rpc::FrameLabel* before = label_of(step)) {
        label.index = before->index + 1;
        label.tokens = before->tokens;
        label.generated = std::max(label.generated, before->generated);
      }
    }
    steps.insert(
        steps.end() - 1,
        {place->due, rpc::Bytes{aws::encode_exception(type, to_text(fault.argument.at("payload"))),
                                std::move(label)}});
    return true;
  }

 private:
  static Json normal(const Json& argument) {
    if (argument.is_string()) return Json{{"name", argument}};
    return argument.is_object() ? argument : Json::object();
  }
};

}  // namespace

const Kind& exception() {
  static const ExceptionFrame kKind;
  return kKind;
}

}  // namespace bedlam::fault
