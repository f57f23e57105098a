#include "emulator/bedrock/operations/converse_media.h"

#include <algorithm>

#include "emulator/bedrock/conversation/tokens.h"
#include "emulator/bedrock/errors.h"
#include "emulator/bedrock/operations/converse_tools.h"

namespace bedlam::bedrock {
namespace {

constexpr std::size_t kMaxDocuments = 5;              // API reference, Message
constexpr std::size_t kMaxDocumentBytes = 4'718'592;  // the same: 4.5 MB

const Json* bytes_of(const Json& media) {
  return given(*given(media, "source"), "bytes");  // else an S3 location, which is not read
}

// Of base64 that the service model allowed.
std::size_t decoded_size(const std::string& base64) {
  const std::size_t end = base64.find_last_not_of('=');
  return end == std::string::npos ? 0 : (end + 1) * 3 / 4;
}

bool has(const Json& content, std::string_view member) {
  return std::any_of(content.begin(), content.end(),
                     [&](const Json& block) { return given(block, member) != nullptr; });
}

}  // namespace

// Letters and digits are ASCII's, white space is a single space; an underscore is taken too
// (generative-ai-use-cases 1671 and vercel/ai 20366, tried on AWS in 2026).
std::optional<aws::Error> check_document_name(const Json& document) {
  const auto& name = given(document, "name")->get_ref<const std::string&>();
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -()[]_";
  const bool allowed = name.find_first_not_of(kAllowed) == std::string::npos;
  if (!allowed || name.find("  ") != std::string::npos) return errors::document_name();
  return std::nullopt;
}

std::optional<aws::Error> ConverseMedia::check_image(const Json& image, const std::string& at) {
  ++images_;
  const auto& name = given(image, "format")->get_ref<const std::string&>();
  const Json* data = bytes_of(image);
  if (data == nullptr) return std::nullopt;
  const auto& base64 = data->get_ref<const std::string&>();
  if (base64.size() > kMaxImageBase64) {
    return errors::image_too_large(at, base64.size(), kMaxImageBase64);
  }
  // That it is base64 the service model made sure of.
  const std::string header = image_header(base64);
  const std::string_view format = image_format(header);
  if (format.empty()) return errors::from_model("Could not process image");
  if (format != name) return errors::image_of_other_type(at, name, format);
  const std::optional<ImageSize> size = image_size(header);
  const std::uint32_t side = size ? std::max(size->width, size->height) : 0;
  if (side > kMaxImageSide) return errors::image_too_wide(at, "", kMaxImageSide);
  if (side > kMaxImageSideOfMany && large_at_.empty()) large_at_ = at;
  return std::nullopt;
}

std::optional<aws::Error> ConverseMedia::check_document(const Json& document,
                                                        const std::string& at) {
  if (const auto refused = check_document_name(document)) return refused;
  if (!documents_.insert(given(document, "name")->get<std::string>()).second) {
    return errors::repeated_document();
  }
  if (documents_.size() > kMaxDocuments) return errors::too_many_documents(kMaxDocuments);
  // The API reference leaves PDF out for newer models.
  const Json* format = given(document, "format");
  const Json* data = bytes_of(document);
  if (data == nullptr || (format != nullptr && *format == "pdf")) return std::nullopt;
  const std::size_t bytes = decoded_size(data->get_ref<const std::string&>());
  if (bytes <= kMaxDocumentBytes) return std::nullopt;
  return errors::document_too_large(at, bytes, kMaxDocumentBytes);
}

std::optional<aws::Error> ConverseMedia::check_message(const Json& content, bool from_user,
                                                       std::size_t index) const {
  for (std::size_t i = 0; i < content.size() && !from_user; ++i) {
    for (const std::string_view name : {"image", "document"}) {
      if (given(content[i], name) != nullptr) return errors::not_by_the_user(name, index, i);
    }
  }
  if (has(content, "document") && !has(content, "text")) return errors::document_without_text();
  return std::nullopt;
}

std::optional<aws::Error> ConverseMedia::check_whole() const {
  if (traits_.max_images == 0) return std::nullopt;
  const auto documents = static_cast<int>(documents_.size());
  if (images_ + documents > traits_.max_images) {
    return errors::too_many_images(images_, documents, traits_.max_images);
  }
  if (images_ <= kManyImages || large_at_.empty()) return std::nullopt;
  return errors::image_too_wide(large_at_, " for many-image requests", kMaxImageSideOfMany);
}

}  // namespace bedlam::bedrock
