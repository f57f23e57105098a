// Amazon Nova Sonic: speech in, speech out, through InvokeModelWithBidirectionalStream alone
// (speech/speech_session.h).
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/family.h"

namespace bedlam::bedrock {
namespace {

class NovaSonic : public Family {
 public:
  bool serves(std::string_view model) const override {
    return model.starts_with("amazon.nova-sonic-") || model.starts_with("amazon.nova-2-sonic-");
  }
  bool speaks() const override { return true; }

  Json request(const std::string& /*prompt*/, int /*max_tokens*/,
               std::string_view /*model*/) const override {
    return Json::object();  // it takes none
  }
  Result<Conversation, aws::Error> read(const Json& /*body*/,
                                        std::string_view /*model*/) const override {
    return errors::operation_not_allowed();
  }
};

}  // namespace

const Family& nova_sonic() {
  static const NovaSonic kFamily;
  return kFamily;
}

}  // namespace bedlam::bedrock
