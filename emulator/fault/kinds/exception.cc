// exception, error_frame: a frame that says what failed, inside a stream that began with HTTP 200,
// after which the body ends in order. What the frame looks like is the event stream's own rule;
// which exceptions there are, and what they say, only the service knows.
#include <algorithm>

#include "emulator/aws/event_stream.h"
#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

// What SDKs allow in a header: aws-eventstream of the AWS SDK for Ruby, errors.rb.
constexpr std::size_t kMaxHeaderBytes = 32'767;

std::optional<std::string> check_header(std::string_view what, const std::string& text) {
  if (text.size() <= kMaxHeaderBytes) return std::nullopt;
  return std::string(what) + " has " + std::to_string(text.size()) + " bytes; it is a header of " +
         "the frame, which holds " + std::to_string(kMaxHeaderBytes);
}

// A plan without headers goes on with a stream whose headers are out: its frames tell.
bool is_event_stream(const std::vector<rpc::Step>& steps) {
  bool frames = false;
  for (const rpc::Step& step : steps) {
    const auto* head = std::get_if<rpc::Head>(&step.action);
    if (head != nullptr) return head->headers.get("content-type") == aws::kEventStreamType;
    frames = frames || label_of(step) != nullptr;
  }
  return frames;
}

// The frame stands behind what went out before the place, and the body ends with it. False where
// the reply never comes there, or is no event stream.
bool end_with_frame(const std::string& type, std::string frame, const Where& where,
                    std::vector<rpc::Step>& steps) {
  const std::optional<Place> place = locate_in_body(where, steps);
  if (!place || !is_event_stream(steps)) return false;
  end_in_order(*place, steps);
  rpc::FrameLabel label{0, type, 0, 0};
  for (const rpc::Step& step : steps) {
    if (const rpc::FrameLabel* before = label_of(step)) {
      label.index = before->index + 1;
      label.tokens = before->tokens;
      label.generated = std::max(label.generated, before->generated);
    }
  }
  steps.insert(steps.end() - 1, {place->due, rpc::Bytes{std::move(frame), std::move(label)}});
  return true;
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
  bool spares_headers() const override { return true; }

  std::optional<std::string> check(const Json& argument) const override {
    const Json object = normal(argument);
    const std::string type = text_member(object, "name");
    if (type.empty()) {
      return "exception takes a name such as `throttlingException`, or {name: …, message: …}";
    }
    const Json* message = find(object, "message");
    if (message != nullptr && !message->is_string()) return "the message of an exception is text";
    return check_header("the name of an exception", type);
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
    const std::string type = text_member(fault.argument, "type");
    std::string frame = aws::encode_exception(type, to_text(fault.argument.at("payload")));
    return end_with_frame(type, std::move(frame), fault.where, steps);
  }

 private:
  static Json normal(const Json& argument) {
    if (argument.is_string()) return Json{{"name", argument}};
    return argument.is_object() ? argument : Json::object();
  }
};

// Of `:message-type` error: how a stream says what its operation does not model
// (https://smithy.io/2.0/aws/amazon-eventstream.html). It has no payload.
class ErrorFrame : public Kind {
 public:
  std::string_view name() const override { return "error_frame"; }
  std::string_view description() const override {
    return "A frame of `:message-type` error, which is none of the operation's exceptions, is sent "
           "inside the stream, and the body ends.";
  }
  std::string_view argument() const override { return "an error's code, or {code, message}"; }
  bool touches_frames() const override { return true; }
  bool spares_headers() const override { return true; }

  std::optional<std::string> check(const Json& argument) const override {
    const Json object = normal(argument);
    const std::string code = text_member(object, "code");
    const Json* message = find(object, "message");
    const std::size_t known = message == nullptr ? 1 : 2;
    const bool texts = !code.empty() && (message == nullptr || message->is_string());
    if (!texts || object.size() != known) {
      return "error_frame takes a code such as `InternalFailure`, or {code: …, message: …}";
    }
    const auto long_code = check_header("the code of error_frame", code);
    if (long_code) return long_code;
    return check_header("the message of error_frame", text_member(object, "message"));
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const Json argument = normal(fault.argument);
    const std::string code = text_member(argument, "code");
    const aws::EventStreamMessage message{{{":message-type", std::string("error")},
                                           {":error-code", code},
                                           {":error-message", text_member(argument, "message")}},
                                          ""};
    return end_with_frame(code, encode(message), fault.where, steps);
  }

 private:
  static Json normal(const Json& argument) {
    if (argument.is_string()) return Json{{"code", argument}};
    return argument.is_object() ? argument : Json::object();
  }
};

}  // namespace

const Kind& error_frame() {
  static const ErrorFrame kKind;
  return kKind;
}

const Kind& exception() {
  static const ExceptionFrame kKind;
  return kKind;
}

}  // namespace bedlam::fault
