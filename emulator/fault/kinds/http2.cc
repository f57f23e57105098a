// rst_stream, goaway: what only HTTP/2 has, with a code of RFC 9113 section 7. A client of HTTP/1.1
// sees a reset.
#include <algorithm>
#include <array>

#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

// By value.
constexpr std::array<std::string_view, 14> kCodes{
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
};

using Make = rpc::Action (*)(std::uint32_t code);

class Http2Ending : public Kind {
 public:
  Http2Ending(std::string_view name, std::string_view description, std::string_view otherwise,
              Make make)
      : name_(name), description_(description), otherwise_(otherwise), make_(make) {}

  std::string_view name() const override { return name_; }
  std::string_view description() const override { return description_; }
  std::string_view argument() const override {
    return "true, or the name of an HTTP/2 error code: REFUSED_STREAM";
  }

  std::optional<std::string> check(const Json& argument) const override {
    if (!check_flag(argument, name_)) return std::nullopt;
    if (argument.is_string() && find(argument.get<std::string>()) != kCodes.end()) {
      return std::nullopt;
    }
    std::string names;
    for (const std::string_view code : kCodes)
      names += (names.empty() ? "" : ", ") + std::string(code);
    return std::string(name_) + " takes `true` or an HTTP/2 error code: " + names;
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate(fault.where, steps);
    if (!place) return false;
    std::string name(otherwise_);
    if (fault.argument.is_string()) name = fault.argument.get<std::string>();
    end_with(make_(static_cast<std::uint32_t>(find(name) - kCodes.begin())), *place, steps);
    return true;
  }

 private:
  static const std::string_view* find(std::string_view name) {
    return std::find(kCodes.begin(), kCodes.end(), name);
  }

  std::string_view name_, description_, otherwise_;
  Make make_;
};

}  // namespace

const Kind& rst_stream() {
  static const Http2Ending kKind(
      "rst_stream", "The HTTP/2 stream is reset (RST_STREAM), the connection goes on.",
      "INTERNAL_ERROR", [](std::uint32_t code) -> rpc::Action { return rpc::ResetStream{code}; });
  return kKind;
}

const Kind& goaway() {
  static const Http2Ending kKind(
      "goaway", "The HTTP/2 connection ends with a GOAWAY, and with it all its streams.",
      "NO_ERROR", [](std::uint32_t code) -> rpc::Action { return rpc::GoAway{code}; });
  return kKind;
}

}  // namespace bedlam::fault
