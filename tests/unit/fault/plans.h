// Hand-made plans and a way to write them down, for the tests of faults.
#pragma once

#include <string>
#include <vector>

#include "emulator/fault/fault.h"

namespace bedlam::fault::test {

using namespace std::chrono_literals;

// Four frames, as of a stream that says "ab" in two tokens; head with the first frame.
inline std::vector<rpc::Step> stream_plan() {
  const auto frame = [](Duration due, std::string data, int index, std::string event, int tokens) {
    return rpc::Step{due,
                     rpc::Bytes{std::move(data), rpc::FrameLabel{index, std::move(event), tokens}}};
  };
  return {{100ms, rpc::Head{200, {{"Content-Type", "application/vnd.amazon.eventstream"}}}},
          frame(100ms, "<start>", 0, "messageStart", 0),
          frame(100ms, "<a>", 1, "contentBlockDelta", 1),
          frame(150ms, "<b>", 2, "contentBlockDelta", 2),
          frame(150ms, "<stop>", 3, "messageStop", 2),
          {150ms, rpc::End{}}};
}

inline std::vector<rpc::Step> plain_plan() {
  return rpc::plain_reply(200, {{"Content-Type", "application/json"}}, R"({"message":"Hi"})", 80ms)
      .steps;
}

struct Show {
  std::string operator()(const rpc::Head& head) const {
    std::string text = "head " + std::to_string(head.status);
    if (const auto length = head.headers.find("content-length")) text.append(" ").append(*length);
    return text;
  }
  std::string operator()(const rpc::Bytes& bytes) const {
    if (!bytes.frame) return "bytes " + bytes.data;
    return "frame " + std::to_string(bytes.frame->index) + "/" +
           std::to_string(bytes.frame->tokens) + " " + bytes.data;
  }
  std::string operator()(const rpc::End& /*end*/) const { return "end"; }
  std::string operator()(const rpc::Reset& /*reset*/) const { return "reset"; }
  std::string operator()(const rpc::Close& /*close*/) const { return "close"; }
  std::string operator()(const rpc::HalfClose& /*half_close*/) const { return "half_close"; }
  std::string operator()(const rpc::Stall& /*stall*/) const { return "stall"; }
  std::string operator()(const rpc::Garbage& garbage) const { return "garbage " + garbage.data; }
  std::string operator()(const rpc::ResetStream& reset) const {
    return "reset_stream " + std::to_string(reset.code);
  }
  std::string operator()(const rpc::GoAway& go_away) const {
    return "go_away " + std::to_string(go_away.code);
  }
  std::string operator()(const rpc::Endless& endless) const {
    return "endless " + (*this)(endless.piece) + " every " + std::to_string(endless.pause / 1ms) +
           "ms";
  }
};

// One line a step: "100ms frame 1/1 <a>" is index 1 with one token sent.
inline std::string show(const std::vector<rpc::Step>& steps) {
  std::string text;
  for (const rpc::Step& step : steps) {
    text += std::to_string(step.due / 1ms) + "ms " + std::visit(Show{}, step.action) + "\n";
  }
  return text;
}

inline Fault fault_of(std::string_view kind, Where where, Json argument = true) {
  return {std::move(where), find_kind(kind), std::move(argument)};
}

// The plan after the fault.
inline std::string struck(std::vector<rpc::Step> plan, std::string_view kind, Where where,
                          Json argument = true) {
  rpc::Reply reply{std::move(plan), {}};
  apply(fault_of(kind, std::move(where), std::move(argument)), reply);
  return show(reply.steps);
}

}  // namespace bedlam::fault::test
