// Pages of long lists: what `maxResults` and `nextToken` mean (model: "Using an expired pagination
// token will return an HTTP 400 InvalidToken error", tokens live for 24 hours).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/aws/error.h"
#include "emulator/base/json.h"
#include "emulator/base/random.h"
#include "emulator/base/result.h"
#include "emulator/clock/scheduler.h"

namespace bedlam::states {

inline constexpr std::int64_t kDefaultPageSize = 100;  // model, "maxResults": the default is 100
inline constexpr std::chrono::hours kTokenLifetime{24};

// One request for a page. A token is opaque, names the place behind the last item, and holds only
// for the list it came from: the same operation, resource and filters.
class Page {
 public:
  // `list` names the list with its filters. The error is InvalidToken.
  static Result<Page, aws::Error> of(const Json& request, std::string list, const Random& secret,
                                     Instant now);

  std::size_t size() const { return size_; }
  // Where the page before ended; nullopt for the first page.
  const std::optional<std::string>& after() const { return after_; }
  // The same where places are numbers; `first` for the first page.
  std::uint64_t after_number(std::uint64_t first) const;
  // The token for what follows `place`.
  std::string token(const std::string& place) const;

 private:
  Page(std::string list, Random secret, Instant now)
      : list_(std::move(list)), secret_(secret), now_(now) {}
  std::string seal(const std::string& text) const;

  std::string list_;
  Random secret_;
  Instant now_;
  std::size_t size_ = kDefaultPageSize;
  std::optional<std::string> after_;
};

}  // namespace bedlam::states
