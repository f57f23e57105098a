#include "emulator/base/base64.h"
#include "emulator/base/utf8.h"
#include "emulator/states/language/digest.h"
#include "emulator/states/language/intrinsic/functions.h"

namespace bedlam::states::intrinsic {
namespace {

bool too_long(std::string_view text) {
  return characters_in(text) > kMaxEncodedCharacters;
}

Misuse refused_length() {
  return {"the string has more than " + std::to_string(kMaxEncodedCharacters) + " characters"};
}

}  // namespace

Result<Json, Misuse> base64_encode_text(const Arguments& arguments, Random&) {
  if (!arguments[0].is_string()) return Misuse{"the argument must be a string"};
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (too_long(text)) return refused_length();
  return Json(base64_encode(text));
}

Result<Json, Misuse> base64_decode_text(const Arguments& arguments, Random&) {
  if (!arguments[0].is_string()) return Misuse{"the argument must be a string"};
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (too_long(text)) return refused_length();
  auto bytes = base64_decode(text);
  if (!bytes) return Misuse{"the string is not Base64"};
  return Json(*std::move(bytes));
}

// Anything but a string is hashed as its JSON text.
Result<Json, Misuse> hash(const Arguments& arguments, Random&) {
  const std::string data =
      arguments[0].is_string() ? arguments[0].get<std::string>() : to_text(arguments[0]);
  if (too_long(data)) return refused_length();
  const std::string name = arguments[1].is_string() ? arguments[1].get<std::string>() : "";
  if (auto digest = hexadecimal_digest(name, data)) return Json(*std::move(digest));
  return Misuse{"the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512"};
}

}  // namespace bedlam::states::intrinsic
