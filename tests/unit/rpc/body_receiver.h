// A receiver that keeps a reply's body.
#pragma once

#include <string>

#include "emulator/rpc/playback.h"

namespace bedlam::rpc {

struct BodyReceiver final : Receiver {
  std::string body;

  void on_head(const Head& /*head*/) override {}
  void on_body(const Bytes& bytes) override { body += bytes.data; }
  void on_end() override {}
  void on_reset() override {}
  void on_close() override {}
  void on_half_close() override {}
  void on_stall() override {}
  void on_garbage(const Garbage& /*garbage*/) override {}
};

}  // namespace bedlam::rpc
