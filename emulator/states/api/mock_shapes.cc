#include "emulator/states/api/mock_shapes.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "emulator/states/api/errors.h"
#include "emulator/states/integration/integration.h"

namespace bedlam::states {
namespace {

struct MockShape {
  std::string kind;
  std::vector<std::string> words;
};

// The table by name; names of operations contain a colon.
class MockShapes {
 public:
  MockShapes() {
    std::istringstream table{std::string(kMockShapeTable)};
    std::string line;
    std::string whole;
    while (std::getline(table, line)) {
      if (!line.empty() && line.front() == ' ') {
        whole += line;
      } else {
        add(whole);
        whole = line;
      }
    }
    add(whole);
  }

  const MockShape* find(std::string_view name) const {
    const auto found = shapes_.find(name);
    return found == shapes_.end() ? nullptr : &found->second;
  }

 private:
  void add(const std::string& line) {
    std::istringstream words(line);
    std::string name;
    MockShape shape;
    if (!(words >> name >> shape.kind)) return;
    for (std::string word; words >> word;) shape.words.push_back(word);
    shapes_.emplace(name, std::move(shape));
  }

  std::map<std::string, MockShape, std::less<>> shapes_;
};

const MockShapes& mock_shapes() {
  static const MockShapes kShapes;
  return kShapes;
}

// "1..64", either side open; nothing where there is no limit.
std::optional<double> limit_of(const MockShape& shape, bool upper) {
  if (shape.words.empty()) return std::nullopt;
  const std::string& range = shape.words.front();
  const std::size_t dots = range.find("..");
  const std::string part = upper ? range.substr(dots + 2) : range.substr(0, dots);
  double value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
  if (part.empty() || error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  return value;
}

class MockCheck {
 public:
  explicit MockCheck(bool strict) : strict_(strict) {}

  std::optional<aws::Error> check(const std::string& field, const Json& value,
                                  const std::string& type) const {
    const MockShape* const named = mock_shapes().find(type);
    const MockShape shape = named == nullptr ? MockShape{type, {}} : *named;
    if (shape.kind == "structure") return structure(field, value, shape);
    if (shape.kind == "list" || shape.kind == "map") return elements(field, value, shape);
    if (shape.kind == "string" || shape.kind == "enum") return text(field, value, shape);
    if (shape.kind == "number") return number(field, value, shape);
    if (shape.kind == "boolean" && !value.is_boolean()) {
      return errors::mock_field(field, "must be a boolean");
    }
    return std::nullopt;
  }

 private:
  std::optional<aws::Error> structure(const std::string& field, const Json& value,
                                      const MockShape& shape) const {
    if (!value.is_object()) return errors::mock_field(field, "must be an object");
    for (const std::string& word : shape.words) {
      const std::size_t colon = word.find(':');
      const bool required = word[colon - 1] == '!';
      const std::string name = word.substr(0, colon - (required ? 1 : 0));
      const Json* const member = find(value, name);
      if (member == nullptr) {
        if (required && strict_) return errors::mock_field_missing(name);
        continue;
      }
      if (auto refused = check(name, *member, word.substr(colon + 1))) return refused;
    }
    return std::nullopt;
  }

  std::optional<aws::Error> elements(const std::string& field, const Json& value,
                                     const MockShape& shape) const {
    const bool is_list = shape.kind == "list";
    if (is_list ? !value.is_array() : !value.is_object()) {
      return errors::mock_field(field, is_list ? "must be an array" : "must be an object");
    }
    for (const Json& element : value) {
      if (auto refused = check(field, element, shape.words.front())) return refused;
    }
    return std::nullopt;
  }

  static std::optional<aws::Error> text(const std::string& field, const Json& value,
                                        const MockShape& shape) {
    if (!value.is_string()) return errors::mock_field(field, "must be a string");
    const std::string& given = value.get_ref<const std::string&>();
    if (shape.kind == "enum") {
      const auto& words = shape.words;
      if (std::find(words.begin(), words.end(), given) != words.end()) return std::nullopt;
      return errors::mock_field(field, "is not an expected value");
    }
    const auto length = static_cast<double>(given.size());
    if (const auto low = limit_of(shape, false); low && length < *low) {
      return errors::mock_field(field, "is smaller than the minimum length");
    }
    if (const auto high = limit_of(shape, true); high && length > *high) {
      return errors::mock_field(field, "exceeds the maximum length");
    }
    return std::nullopt;
  }

  static std::optional<aws::Error> number(const std::string& field, const Json& value,
                                          const MockShape& shape) {
    if (!value.is_number()) return errors::mock_field(field, "must be a number");
    const auto given = value.get<double>();
    if (const auto low = limit_of(shape, false); low && given < *low) {
      return errors::mock_field(field, "is less than the minimum value");
    }
    if (const auto high = limit_of(shape, true); high && given > *high) {
      return errors::mock_field(field, "exceeds the maximum value");
    }
    return std::nullopt;
  }

  bool strict_;
};

// "lambda:invoke" of a resource, whichever integration it is of; a job that is waited for answers
// what the call says that looks at it. "" where the answer is the caller's own.
std::string operation_of(std::string_view resource) {
  std::string name(integration_name(resource));
  constexpr std::string_view kSdk = "aws-sdk:";
  if (name.starts_with(kSdk)) name.erase(0, kSdk.size());
  if (name.ends_with(".waitForTaskToken")) return {};
  if (name.starts_with("states:startExecution.sync")) return "sfn:describeExecution";
  if (name.find(".sync") != std::string::npos) return {};
  if (name.starts_with("states:")) name.replace(0, 6, "sfn");
  return name;
}

}  // namespace

std::optional<aws::Error> check_mock_shape(std::string_view resource, const Json& result,
                                           std::string_view mode) {
  if (mode == "NONE") return std::nullopt;
  const MockShape* const operation = mock_shapes().find(operation_of(resource));
  if (operation == nullptr) return std::nullopt;
  if (!result.is_object()) return errors::mock_is_no_object();
  return MockCheck(mode == "STRICT").check("", result, operation->words.front());
}

}  // namespace bedlam::states
