// What Converse and the models behind it ask of pictures and documents (API reference, Message;
// sentences quoted in public logs where docs/fidelity.md does not say otherwise).
#pragma once

#include <optional>
#include <set>
#include <string>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/bedrock/families/family.h"

namespace bedlam::bedrock {

std::optional<aws::Error> check_document_name(const Json& document);

// Goes through a request that the service model allows, message by message. What tools answered is
// not counted.
class ConverseMedia {
 public:
  explicit ConverseMedia(const ConverseTraits& traits) : traits_(traits) {}

  // A block of a message, `at` it: "messages.0.content.2".
  std::optional<aws::Error> check_image(const Json& image, const std::string& at);
  std::optional<aws::Error> check_document(const Json& document, const std::string& at);
  // A message, once its blocks are checked; the whole request, once its messages are.
  std::optional<aws::Error> check_message(const Json& content, bool from_user,
                                          std::size_t index) const;
  std::optional<aws::Error> check_whole() const;

 private:
  const ConverseTraits& traits_;
  int images_ = 0;
  std::set<std::string> documents_;
  std::string large_at_;  // the first picture that is too large to be one of many
};

}  // namespace bedlam::bedrock
