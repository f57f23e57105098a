// The input shapes of a service model with their constraints, as data, and the sentences in which
// AWS refuses what does not satisfy them: "2 validation errors detected: Value '' at 'a.1.member.b'
// failed to satisfy constraint: Member must …; Value …".
//
// The table is a text with one shape a line, in the words of the service model; a line that starts
// with a space continues the one before:
//
//   Messages list Message 1..10
//   Message structure role:Role! content:Text       "!": the member is required
//   Block union text:Text image:Image
//   Role enum user assistant
//   Text string 1..64 sensitive ~[a-z]+             "~": a pattern, up to the end of the line
//
// and further map KEY VALUE, integer, float, blob (base64), boolean, timestamp, any. A sensitive
// shape's values, and those inside it, are not repeated in the sentences.
//
// In public logs of Bedrock (litellm 24668, maki 38, continue 2296, read 2026-11): the sentences
// for length, pattern and null, the pattern before the length, values of lists, members counted
// from 1, and their order, which is that of a Java hash map. Unverified: the sentences for members
// of lists and maps.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/base/json.h"
#include "emulator/base/regex.h"

namespace bedlam::aws {

// What was found wrong.
struct Verdict {
  std::vector<std::string> violations;  // each "Value … Member must …"
  // Where the first value of a wrong JSON type stands; nothing is checked behind it.
  std::optional<std::string> wrong_type;
  // Unions of which no member is set, or several, with those they know: a service refuses them in
  // words of its own, or makes do without. `at` is "a.1.member.b".
  struct WrongUnion {
    std::string at;
    std::string_view shape;  // its name
    std::vector<std::string_view> members;
    bool several = false;  // are set; else none
  };
  std::vector<WrongUnion> wrong_unions;

  bool ok() const { return violations.empty() && !wrong_type; }
  // "2 validation errors detected: …; …"
  std::string message() const;
};

class Shapes {
 public:
  // A table that cannot be read is a bug: std::logic_error.
  explicit Shapes(std::string_view table);

  // Members that the shape does not have are not looked at; null counts as absent.
  Verdict check(const Json& value, std::string_view shape) const;

 private:
  enum class Type {
    kStructure,
    kUnion,
    kList,
    kMap,
    kString,
    kEnum,
    kInteger,
    kFloat,
    kBlob,
    kBoolean,
    kTimestamp,
    kAny
  };
  // Compiled when first asked for: all of a model's at once would double the time of a start.
  class Pattern {
   public:
    explicit Pattern(std::string_view text) : text_(text) {}
    std::string_view text() const { return text_; }
    bool matches(const std::string& value);

   private:
    std::string_view text_;
    std::once_flag compiled_;
    std::optional<Regex> regex_;
  };
  struct Member {
    std::string_view name, shape;
    bool required = false;
    std::size_t place = 0;  // among the others in the service model
  };
  struct Shape {
    Type type = Type::kAny;
    std::vector<Member> members;  // of a structure or a union, in the order of the sentences
    std::string_view key, item;   // of a map; of a list or a map
    std::vector<std::string_view> words;
    std::optional<double> low, high;
    bool sensitive = false;
    std::unique_ptr<Pattern> pattern;
  };
  class Check;

  void read_line(const std::string& line);
  void read_limits(Shape& shape, std::string_view word) const;
  const Shape& find(std::string_view name) const;

  std::deque<std::string> lines_;  // what the views look into
  std::map<std::string_view, Shape> shapes_;
};

// "Value null at", "Value 'x' at", "Value at" (no value: it is sensitive).
std::string violation(const std::optional<std::string>& value, std::string_view at,
                      std::string_view must);

}  // namespace bedlam::aws
