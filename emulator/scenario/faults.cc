// Faults: one place in a reply, and one kind from the catalogue.
#include "emulator/fault/fault.h"
#include "emulator/scenario/sections.h"
#include "emulator/scenario/values.h"

namespace bedlam::scenario {
namespace {

// A number, the word last, or the name of an event.
std::optional<fault::AtFrame> read_frame(const Node& node, Reader& reader) {
  Mistakes ignored("");
  const Json value = to_json(node, ignored);
  if (!value.is_string()) {
    const std::optional<int> number = read_integer(node, 0, "at_frame", reader.mistakes);
    if (!number) return std::nullopt;
    return fault::AtFrame{*number};
  }
  Choices words{"frame", "", choice("last").words};
  for (const std::string_view event : choice("event").words) words.words.push_back(event);
  std::optional<std::string> word = read_choice(node, words, "at_frame", reader.mistakes);
  if (!word) return std::nullopt;
  return fault::AtFrame{std::move(*word)};
}

// One mistake for all that say where.
void refuse_place(const Node& node, const fault::Kind& kind, Reader& reader) {
  std::string named;
  const Member* first = nullptr;
  for (const Member& member : node.members) {
    if (member.name == kind.name() || member.name == "before_headers") continue;
    if (first == nullptr) first = &member;
    named += (named.empty() ? "'" : " and '") + member.name + "'";
  }
  if (first == nullptr) return;
  reader.mistakes.add(first->position, "a fault " + std::string(kind.name()) + " has no place",
                      "leave " + named + " out: nothing is sent at all");
}

// Places where the kind would never strike, or would strike elsewhere.
void check_place(const Fields& fields, const fault::Fault& fault, Reader& reader) {
  const std::string name = "a fault " + std::string(fault.kind->name());
  if (!fault.kind->takes_byte() && fields.get("byte") != nullptr) {
    reader.mistakes.add(fields.key("byte"), name + " touches a frame as a whole",
                        "leave 'byte' out; cut stops at a byte");
  }
  if (fault.kind->spares_headers() && fields.get("before_headers") != nullptr) {
    reader.mistakes.add(fields.key("before_headers"), name + " strikes behind the headers",
                        "leave 'before_headers' out: the headers go out first");
  }
  const auto* at = std::get_if<fault::AtFrame>(&fault.where.point);
  const auto* event = at == nullptr ? nullptr : std::get_if<std::string>(&at->frame);
  if (event != nullptr && *event == "last" && fault.kind->name() == "swap") {
    reader.mistakes.add(fields.key("at_frame"), "nothing comes after the last frame",
                        "swap changes a frame with the one after it: name an earlier one");
  }
}

void read_place(const Fields& fields, fault::Where& where, Reader& reader) {
  if (const Node* node = fields.get("before_headers")) {
    read_true(*node, "before_headers", reader.mistakes);
  }
  if (const Node* node = fields.get("after")) {
    if (const auto time = read_duration(*node, "after", reader.mistakes)) {
      where.point = fault::AfterTime{*time};
    }
  }
  if (const Node* node = fields.get("after_tokens")) {
    if (const auto tokens = read_integer(*node, 1, "after_tokens", reader.mistakes)) {
      where.point = fault::AfterTokens{*tokens};
    }
  }
  if (const Node* node = fields.get("after_frames")) {
    if (const auto frames = read_integer(*node, 0, "after_frames", reader.mistakes)) {
      where.point = fault::AfterFrames{*frames};
    }
  }
  if (const Node* node = fields.get("at_frame")) {
    if (auto frame = read_frame(*node, reader)) where.point = std::move(*frame);
  }
  if (const Node* node = fields.get("byte")) {
    if (const auto byte = read_integer(*node, 0, "byte", reader.mistakes)) {
      where.byte = static_cast<std::size_t>(*byte);
    }
  }
}

}  // namespace

std::optional<fault::Fault> read_fault(const Node& node, Reader& reader) {
  const Fields fields(node, object("fault"), reader.mistakes);
  fault::Fault fault;
  if (!fields.ok()) return std::nullopt;
  read_place(fields, fault.where, reader);
  for (const Member& member : node.members) {
    const fault::Kind* kind = fault::find_kind(member.name);
    if (kind == nullptr) continue;
    fault.kind = kind;
    fault.argument = to_json(*member.value, reader.mistakes);
    if (kind->has_place()) {
      check_place(fields, fault, reader);
    } else {
      refuse_place(node, *kind, reader);
    }
    if (const std::optional<std::string> mistake = kind->check(fault.argument)) {
      reader.mistakes.add(member.value->position, *mistake,
                          std::string(kind->name()) + ": " + std::string(kind->argument()));
    }
  }
  if (fault.kind == nullptr) return std::nullopt;
  return fault;
}

bool strikes_streams_only(const fault::Fault& fault) {
  if (fault.kind->touches_frames()) return true;
  const auto& point = fault.where.point;
  const auto* frames = std::get_if<fault::AfterFrames>(&point);
  return std::holds_alternative<fault::AfterTokens>(point) ||
         std::holds_alternative<fault::AtFrame>(point) || (frames != nullptr && frames->frames > 0);
}

}  // namespace bedlam::scenario
