// A receiver that writes down what it hears and when, and may do something about it.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/rpc/playback.h"

namespace bedlam::rpc {

class Recorder : public Receiver {
 public:
  explicit Recorder(const Scheduler& scheduler) : scheduler_(scheduler) {}

  // "head 200", "body abc", "end", …
  std::vector<std::string> heard;
  std::vector<Duration> times;
  std::function<void(const std::string&)> on_hearing;

  void on_head(const Head& head) override { hear("head " + std::to_string(head.status)); }
  void on_body(const Bytes& bytes) override { hear("body " + bytes.data); }
  void on_end() override { hear("end"); }
  void on_reset() override { hear("reset"); }
  void on_close() override { hear("close"); }
  void on_half_close() override { hear("half_close"); }
  void on_stall() override { hear("stall"); }
  void on_garbage(const Garbage& garbage) override { hear("garbage " + garbage.data); }
  bool gone() const override { return is_gone; }
  bool congested() const override { return is_congested; }
  void on_pause() override { ++pauses; }
  void when_there_is_room(std::function<void()> then) override { room = std::move(then); }
  int pauses = 0;
  std::function<void()> room;
  bool is_gone = false, is_congested = false;

 private:
  void hear(std::string what) {
    heard.push_back(what);
    times.push_back(scheduler_.now().time_since_epoch());
    if (on_hearing) on_hearing(what);
  }

  const Scheduler& scheduler_;
};

}  // namespace bedlam::rpc
