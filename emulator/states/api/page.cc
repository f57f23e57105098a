#include "emulator/states/api/page.h"

#include <charconv>

#include "emulator/base/base64.h"
#include "emulator/states/api/errors.h"
#include "emulator/states/api/request.h"

namespace bedlam::states {

Result<Page, aws::Error> Page::of(const Json& request, std::string list, const Random& secret,
                                  Instant now) {
  Page page(std::move(list), secret, now);
  const std::int64_t size = number_or(request, "maxResults", 0);
  page.size_ = static_cast<std::size_t>(size == 0 ? kDefaultPageSize : size);
  const std::string* token = find_text(request, "nextToken");
  if (token == nullptr) return page;

  // <seal> <nanoseconds of issue> <place>
  const std::string text = base64_decode(*token).value_or("");
  const std::size_t first = text.find(' ');
  const std::size_t second = first == std::string::npos ? first : text.find(' ', first + 1);
  if (second == std::string::npos) return errors::invalid_token();
  if (text.substr(0, first) != page.seal(text.substr(first + 1))) return errors::invalid_token();
  std::int64_t issued = 0;
  std::from_chars(text.data() + first + 1, text.data() + second, issued);
  if (now.time_since_epoch() - Duration(issued) > kTokenLifetime) return errors::invalid_token();
  page.after_ = text.substr(second + 1);
  return page;
}

std::uint64_t Page::after_number(std::uint64_t first) const {
  std::uint64_t number = first;
  if (after_) std::from_chars(after_->data(), after_->data() + after_->size(), number);
  return number;
}

std::string Page::token(const std::string& place) const {
  const std::string text = std::to_string(now_.time_since_epoch().count()) + " " + place;
  return base64_encode(seal(text) + " " + text);
}

std::string Page::seal(const std::string& text) const {
  return secret_.derive(list_ + "\n" + text).uuid();
}

}  // namespace bedlam::states
