// garbage: bytes that are no HTTP, on the connection itself; nobody can read on after them, so the
// connection closes.
#include "emulator/fault/where.h"

namespace bedlam::fault {
namespace {

// No line end, no digits, no letters: neither a status line nor a chunk's size begins like this.
constexpr std::string_view kDefaultGarbage = "\x16\xfe\x03~!\x80\xff{%\x7f\x01$\x99#\xc3(";

class GarbageKind : public Kind {
 public:
  std::string_view name() const override { return "garbage"; }
  std::string_view description() const override {
    return "Bytes that are no HTTP are put on the connection, and it closes.";
  }
  std::string_view argument() const override { return "true, or the bytes as text"; }

  std::optional<std::string> check(const Json& argument) const override {
    const bool text = argument.is_string() && !argument.get<std::string>().empty();
    if (text || !check_flag(argument, name())) return std::nullopt;
    return "garbage takes `true` or the text to send";
  }

  bool apply(const Fault& fault, std::vector<rpc::Step>& steps) const override {
    const std::optional<Place> place = locate(fault.where, steps);
    if (!place) return false;
    std::string data(kDefaultGarbage);
    if (fault.argument.is_string()) data = fault.argument.get<std::string>();
    end_with(rpc::Garbage{std::move(data)}, *place, steps);
    steps.push_back({place->due, rpc::Close{}});
    return true;
  }
};

}  // namespace

const Kind& garbage() {
  static const GarbageKind kKind;
  return kKind;
}

}  // namespace bedlam::fault
