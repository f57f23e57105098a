// An HTTP request as an edge hands it over: parsed, complete, nothing decoded.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bedlam::aws {

// Of ASCII letters. Most texts that are held against each other differ in their lengths already.
bool same_but_for_case(std::string_view a, std::string_view b);  // of one length
inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_but_for_case(a, b);
}

// Header fields in the order received; lookups ignore case (RFC 9110 section 5.1).
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    fields_.reserve(std::max(kUsual, fields.size()));
    for (const auto& [name, value] : fields) fields_.emplace_back(name, value);
  }

  void add(std::string name, std::string value) {
    if (fields_.empty()) fields_.reserve(kUsual);
    fields_.emplace_back(std::move(name), std::move(value));
  }
  void add_first(std::string name, std::string value) {
    fields_.emplace(fields_.begin(), std::move(name), std::move(value));
  }
  // The first value of that name, or nullptr.
  const std::string* find(std::string_view name) const;
  std::string_view get(std::string_view name, std::string_view otherwise = {}) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  static constexpr std::size_t kUsual = 8;  // saves the growing, which moves all of them

  std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
  std::string method;
  std::string target;  // as sent: path and query, percent-encoding untouched
  Headers headers;
  std::string body;

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

// Splits the raw path at `/`, then decodes each segment once: `%2F` stays inside its segment, as
// model ids and ARNs need (facts: clients do not agree on what they encode). "/a/b" → {"a", "b"}.
std::vector<std::string> path_segments(std::string_view raw_path);
std::string percent_decode(std::string_view text);

}  // namespace bedlam::aws
