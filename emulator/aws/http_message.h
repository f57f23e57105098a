// An HTTP request as an edge hands it over: parsed, complete, nothing decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
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

// Header fields in the order received; lookups ignore case (RFC 9110 section 5.1). All of them are
// in one text: a message has a dozen, and a string for each name and value would cost more than the
// rest of it.
class Headers {
 public:
  // What is seen of a field; until the next field is added.
  using Field = std::pair<std::string_view, std::string_view>;  // name, value
  class Iterator;

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  void add(std::string_view name, std::string_view value);
  void add_first(std::string_view name, std::string_view value);
  // The first value of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name, std::string_view otherwise = {}) const {
    return find(name).value_or(otherwise);
  }

  Iterator begin() const;
  Iterator end() const;
  std::size_t size() const { return places_.size(); }

 private:
  struct Place {
    std::uint32_t at, name_size, value_size;  // the value follows its name
  };
  Place append(std::string_view name, std::string_view value);

  std::string text_;
  std::vector<Place> places_;
};

class Headers::Iterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = Field;
  Iterator() = default;

  Field operator*() const {
    const char* name = text_ + place_->at;
    return {{name, place_->name_size}, {name + place_->name_size, place_->value_size}};
  }
  Iterator& operator++() {
    ++place_;
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    ++place_;
    return before;
  }
  bool operator==(const Iterator& other) const { return place_ == other.place_; }

 private:
  friend class Headers;
  Iterator(const char* text, const Place* place) : text_(text), place_(place) {}

  const char* text_ = nullptr;
  const Place* place_ = nullptr;
};

inline Headers::Iterator Headers::begin() const {
  return {text_.data(), places_.data()};
}
inline Headers::Iterator Headers::end() const {
  return {text_.data(), places_.data() + places_.size()};
}

struct HttpRequest {
  std::string method;
  std::string target;  // as sent: path and query, percent-encoding untouched
  Headers headers;
  std::string body;

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

// Takes the last segment off a raw path. It is decoded by itself: a `%2F` stays inside its segment,
// as model ids and ARNs need (facts: clients do not agree on what they encode). What a base URL has
// of a path before a service's own is left over in the end.
inline std::string_view take_last_segment(std::string_view& path) {
  const auto* slash = static_cast<const char*>(memrchr(path.data(), '/', path.size()));
  const std::size_t before = slash == nullptr ? 0 : static_cast<std::size_t>(slash - path.data());
  const std::string_view segment = path.substr(slash == nullptr ? 0 : before + 1);
  path = path.substr(0, before);
  return segment;
}
std::string percent_decode(std::string_view text);

}  // namespace bedlam::aws
