#include "emulator/states/machine/payload.h"

namespace bedlam::states {
namespace {

// Bytes of the compact text, given up as soon as they pass the limit.
class Measure {
 public:
  bool exceeds(const Json& json) {
    add(json);
    return bytes_ > kMaxPayloadBytes;
  }

 private:
  void add(const Json& json) {
    if (bytes_ > kMaxPayloadBytes) return;
    if (json.is_object()) {
      bytes_ += 2 + (json.empty() ? 0 : json.size() - 1);
      for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
        add_text(name);
        ++bytes_;  // the colon
        add(value);
      }
    } else if (json.is_array()) {
      bytes_ += 2 + (json.empty() ? 0 : json.size() - 1);
      for (const Json& element : json) add(element);
    } else if (json.is_string()) {
      add_text(json.get_ref<const std::string&>());
    } else {
      bytes_ += to_text(json).size();
    }
  }

  void add_text(const std::string& text) {
    bytes_ += 2 + text.size();
    for (const char c : text) {
      if (c == '"' || c == '\\' || c == '\n' || c == '\t' || c == '\r') ++bytes_;
    }
  }

  std::size_t bytes_ = 0;
};

}  // namespace

Payload make_payload(Json json, std::string sent) {
  return std::make_shared<const PayloadValue>(PayloadValue{std::move(json), std::move(sent)});
}

std::string text_of(const PayloadValue& payload) {
  return payload.sent.empty() ? to_text(payload.json) : payload.sent;
}

bool is_too_large(const Json& json) {
  return Measure().exceeds(json);
}

}  // namespace bedlam::states
