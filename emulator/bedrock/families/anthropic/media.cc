// The pictures of a Messages body. Sentences: public threads of Anthropic's API and of Bedrock
// (vertexai-cf-workers 16 and aws-sdk-js-v3 6785 on bytes, dify 11177 and claude-code 24630 on
// pixels, cline 1844 on their number, llxprt-code 2130 on a wrong type; read 2026-11-23).
#include "emulator/bedrock/families/anthropic/media.h"

#include <algorithm>

#include "emulator/base/base64.h"
#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/families/schema.h"

namespace bedlam::bedrock {
namespace {

std::string too_wide(const std::string& at, std::string_view of, std::uint32_t limit) {
  return at + ".base64.data: At least one of the image dimensions exceed max allowed size" +
         std::string(of) + ": " + std::to_string(limit) + " pixels";
}

std::string of_other_type(const std::string& at, const std::string& said, std::string_view found,
                          ClaudeGeneration generation) {
  if (generation <= ClaudeGeneration::kClaude37) {
    return at + ".base64.data: Image does not match the provided media type " + said;
  }
  return at + ".base64: The image was specified using the " + said +
         " media type, but the image appears to be a image/" + std::string(found) + " image";
}

}  // namespace

Objection MessagesMedia::check_image(const Json& source, const std::string& at) {
  ++images_;
  const std::string media_type = text_or(source, "media_type", "");
  const bool allowed = media_type == "image/jpeg" || media_type == "image/png" ||
                       media_type == "image/gif" || media_type == "image/webp";
  if (!allowed) {
    return at +
           ".base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or "
           "'image/webp'";
  }
  const Json* data = find(source, "data");
  if (data == nullptr || !data->is_string()) return at + ".base64.data: Field required";
  const auto& base64 = data->get_ref<const std::string&>();
  if (base64.size() > kMaxImageBase64) {
    return at + ".base64: image exceeds 5 MB maximum: " + std::to_string(base64.size()) +
           " bytes > " + std::to_string(kMaxImageBase64) + " bytes";
  }
  if (!base64_size(base64)) return at + ".base64: invalid base64 data";
  const std::string header = image_header(base64);
  const std::string_view format = image_format(header);
  if (format.empty()) return "Could not process image";
  if (media_type != "image/" + std::string(format)) {
    return of_other_type(at, media_type, format, generation_);
  }
  const std::optional<ImageSize> size = image_size(header);
  const std::uint32_t side = size ? std::max(size->width, size->height) : 0;
  if (side > kMaxImageSide) return too_wide(at, "", kMaxImageSide);
  if (side > kMaxImageSideOfMany && large_at_.empty()) large_at_ = at;
  return std::nullopt;
}

Objection MessagesMedia::check_whole() const {
  if (images_ + documents_ > kMaxClaudeMedia) {
    return "too many images and documents: " + std::to_string(images_) + " + " +
           std::to_string(documents_) + " > " + std::to_string(kMaxClaudeMedia);
  }
  if (images_ <= kManyImages || large_at_.empty()) return std::nullopt;
  return too_wide(large_at_, " for many-image requests", kMaxImageSideOfMany);
}

}  // namespace bedlam::bedrock
