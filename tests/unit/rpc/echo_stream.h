// A request's body, told back as it comes.
#pragma once

#include <memory>
#include <string>

#include "emulator/rpc/service.h"

namespace bedlam::rpc {

class EchoStream final : public InputStream {
 public:
  explicit EchoStream(MoreOfReply more) : more_(std::move(more)) {}

  // A 200 that goes on with what comes.
  static std::shared_ptr<InputStream> open(MoreOfReply more) {
    more({{{Duration{}, Head{}}}, {}});
    return std::make_shared<EchoStream>(std::move(more));
  }

  std::string on_input(std::string_view bytes) override {
    more_({{{Duration{}, Bytes{std::string(bytes), std::nullopt}}}, {}});
    return std::string(bytes);
  }
  void on_input_end() override { more_({{{Duration{}, End{}}}, {}}); }

 private:
  MoreOfReply more_;
};

}  // namespace bedlam::rpc
