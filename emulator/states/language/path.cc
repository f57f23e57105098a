#include "emulator/states/language/path.h"

#include "emulator/states/language/java_text.h"
#include "emulator/states/language/path_select.h"
#include "emulator/states/language/path_syntax.h"

namespace bedlam::states {
namespace {

// Jayway's spelling of one step, `['name']` or `[0]`.
std::string fragment(const Segment& segment) {
  if (segment.kind == Segment::Kind::kName) return "['" + segment.names.front() + "']";
  return "[" + std::to_string(segment.indexes.front()) + "]";
}

std::string fragments(const PathSyntax& path, std::size_t from, std::size_t to) {
  std::string text;
  for (std::size_t i = from; i < to; ++i) text += fragment(path.segments[i]);
  return text;
}

// Jayway's reason why the definite step `at` finds nothing in `value`.
std::string reason(const PathSyntax& path, std::size_t at, const Json& value) {
  const Segment& segment = path.segments[at];
  const std::size_t end = path.segments.size();
  const std::string before = "$" + fragments(path, 0, at);
  if (segment.kind == Segment::Kind::kIndex) {
    if (value.is_null()) return "The path " + before + " is null";
    if (value.is_array()) return "No results for path: $" + fragments(path, 0, end);
    return "Filter: " + fragments(path, at, end) +
           " can only be applied to arrays. Current context is: " + java_text(value);
  }
  if (!value.is_object()) {
    return "Expected to find an object with property " + fragment(segment) + " in path " + before +
           " but found '" + java_class(value) +
           "'. This is not a json object according to the JsonProvider: "
           "'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.";
  }
  if (at + 1 == end) return "No results for path: $" + fragments(path, 0, end);
  return "Missing property in path " + before + fragment(segment);
}

// The place for the value in `target`, nullptr where there can be none. Looks first and creates
// afterwards, so that a failure changes nothing.
Json* make_place(const PathSyntax& path, Json& target) {
  Json* value = &target;
  std::size_t at = 0;
  for (; at < path.segments.size(); ++at) {
    const Json* next = single_step(path.segments[at], *value);
    if (next == nullptr) break;
    value = const_cast<Json*>(next);  // a part of `target`, which is not const
  }
  if (at == path.segments.size()) return value;
  if (!value->is_object()) return nullptr;
  for (std::size_t i = at; i < path.segments.size(); ++i) {
    if (path.segments[i].kind != Segment::Kind::kName) return nullptr;
  }
  for (; at < path.segments.size(); ++at) {
    if (value->is_null()) *value = Json::object();
    value = &(*value)[path.segments[at].names.front()];
  }
  return value;
}

}  // namespace

struct Path::Parsed {
  PathSyntax syntax;
  bool definite = false;
  bool reference = false;
};

Result<Path, std::string> Path::parse(std::string_view text) {
  std::size_t at = 0;
  auto syntax = parse_path(text, at, PathPlace::kAlone);
  if (!syntax) return std::move(syntax).error();
  Parsed parsed{*std::move(syntax)};
  parsed.definite = parsed.syntax.is_definite();
  parsed.reference = parsed.definite;
  for (const Segment& segment : parsed.syntax.segments) {
    const bool from_end = segment.kind == Segment::Kind::kIndex && segment.indexes.front() < 0;
    if (from_end) parsed.reference = false;
  }
  Path path;
  path.text_ = text;
  path.parsed_ = std::make_shared<const Parsed>(std::move(parsed));
  return path;
}

bool Path::of_context() const {
  return parsed_->syntax.root == PathSyntax::Root::kContext;
}
bool Path::is_whole() const {
  return parsed_->syntax.root == PathSyntax::Root::kInput && parsed_->syntax.segments.empty();
}
bool Path::is_reference() const {
  return parsed_->reference;
}
bool Path::is_definite() const {
  return parsed_->definite;
}
const std::string& Path::variable() const {
  return parsed_->syntax.variable;
}

const Json* Path::find(const Scope& scope) const {
  const PathSyntax& path = parsed_->syntax;
  const Json* root = root_of(path, scope);
  if (root == nullptr || !parsed_->definite) return nullptr;
  return follow(path, path.segments.size(), *root);
}

Result<Json, PathMiss> Path::evaluate(const Scope& scope) const {
  const PathSyntax& path = parsed_->syntax;
  if (parsed_->definite) {
    if (const Json* value = find(scope)) return *value;
    return miss(scope);
  }
  const Json* root = root_of(path, scope);
  if (root == nullptr) return miss(scope);
  Selector selector(*root, scope);
  selector.select(path, 0, *root);
  if (selector.gave_up()) {
    return PathMiss{"The path visits more than " + std::to_string(kMaxVisits) + " values"};
  }
  // ['a','b'] at the end of a definite path is one object, not an array of one.
  const bool one_object = path.segments.back().kind == Segment::Kind::kNames;
  for (std::size_t i = 0; i + 1 < path.segments.size(); ++i) {
    if (!path.segments[i].is_single()) return selector.to_array();
  }
  if (!one_object || path.segments.back().deep) return selector.to_array();
  return selector.found().empty() ? Json::object() : *selector.found().front();
}

PathMiss Path::miss(const Scope& scope) const {
  const PathSyntax& path = parsed_->syntax;
  const Json* value = root_of(path, scope);
  if (value == nullptr) return {"The variable '$" + path.variable + "' has no value"};
  for (std::size_t at = 0; at < path.segments.size(); ++at) {
    const Json* next =
        path.segments[at].is_single() ? single_step(path.segments[at], *value) : nullptr;
    if (next == nullptr) return {reason(path, at, *value)};
    value = next;
  }
  return {};
}

bool Path::is_outside_array(const Scope& scope) const {
  const PathSyntax& path = parsed_->syntax;
  const Json* root = root_of(path, scope);
  if (root == nullptr || !parsed_->definite || path.segments.empty()) return false;
  if (path.segments.back().kind != Segment::Kind::kIndex) return false;
  const Json* array = follow(path, path.segments.size() - 1, *root);
  return array != nullptr && array->is_array() &&
         single_step(path.segments.back(), *array) == nullptr;
}

bool Path::assign(Json& target, Json value) const {
  if (!parsed_->reference || parsed_->syntax.root != PathSyntax::Root::kInput) return false;
  Json* place = make_place(parsed_->syntax, target);
  if (place == nullptr) return false;
  *place = std::move(value);
  return true;
}

}  // namespace bedlam::states
