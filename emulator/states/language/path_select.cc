#include "emulator/states/language/path_select.h"

#include <algorithm>

namespace bedlam::states {
namespace {

const Json* element(const Json& value, std::int64_t index) {
  if (!value.is_array()) return nullptr;
  const auto size = static_cast<std::int64_t>(value.size());
  const std::int64_t place = index < 0 ? index + size : index;
  if (place < 0 || place >= size) return nullptr;
  return &value[static_cast<std::size_t>(place)];
}

}  // namespace

const Json* root_of(const PathSyntax& path, const Scope& scope, const Json* item) {
  switch (path.root) {
    case PathSyntax::Root::kInput:
      return &scope.input;
    case PathSyntax::Root::kContext:
      return &scope.context;
    case PathSyntax::Root::kVariable:
      return scope.variables == nullptr ? nullptr : find(*scope.variables, path.variable);
    case PathSyntax::Root::kItem:
      break;
  }
  return item;
}

const Json* single_step(const Segment& segment, const Json& value) {
  if (segment.kind == Segment::Kind::kName) return find(value, segment.names.front());
  return element(value, segment.indexes.front());
}

const Json* follow(const PathSyntax& path, std::size_t count, const Json& root) {
  const Json* value = &root;
  for (std::size_t i = 0; i < count && value != nullptr; ++i) {
    value = single_step(path.segments[i], *value);
  }
  return value;
}

void Selector::select(const PathSyntax& path, std::size_t step, const Json& value) {
  if (++visits_ > kMaxVisits) return;
  if (step == path.segments.size()) {
    found_.push_back(&value);
  } else if (path.segments[step].deep) {
    descend(path, step, value);
  } else {
    apply(path, step, value);
  }
}

// `..`: the step here, then below every child. A filter takes the objects themselves, because each
// of them comes by on its own.
void Selector::descend(const PathSyntax& path, std::size_t step, const Json& value) {
  if (!value.is_structured() || ++visits_ > kMaxVisits) return;
  const Segment& segment = path.segments[step];
  if (segment.kind != Segment::Kind::kFilter) {
    apply(path, step, value);
  } else if (value.is_object() && accepts(*segment.filter, value)) {
    select(path, step + 1, value);
  }
  for (const Json& child : value) descend(path, step, child);
}

void Selector::apply(const PathSyntax& path, std::size_t step, const Json& value) {
  const Segment& segment = path.segments[step];
  switch (segment.kind) {
    case Segment::Kind::kName:
    case Segment::Kind::kIndex:
      if (const Json* child = single_step(segment, value)) select(path, step + 1, *child);
      break;
    case Segment::Kind::kNames:
      take_names(path, step, value);
      break;
    case Segment::Kind::kIndexes:
      for (const std::int64_t index : segment.indexes) {
        if (const Json* child = element(value, index)) select(path, step + 1, *child);
      }
      break;
    case Segment::Kind::kSlice:
      if (value.is_array()) take_slice(path, step, value);
      break;
    case Segment::Kind::kWildcard:
      if (!value.is_structured()) break;
      for (const Json& child : value) select(path, step + 1, child);
      break;
    case Segment::Kind::kFilter:
      take_filtered(path, step, value);
      break;
  }
}

// RFC 9535 section 2.3.4.2: bounds may be negative or missing, the step may be negative.
void Selector::take_slice(const PathSyntax& path, std::size_t step, const Json& array) {
  const Segment& segment = path.segments[step];
  const auto size = static_cast<std::int64_t>(array.size());
  const bool forward = segment.step > 0;
  const auto bound = [&](std::optional<std::int64_t> given, std::int64_t missing) {
    if (!given) return missing;
    const std::int64_t place = *given < 0 ? *given + size : *given;
    return forward ? std::clamp<std::int64_t>(place, 0, size)
                   : std::clamp<std::int64_t>(place, -1, size - 1);
  };
  const std::int64_t from = bound(segment.from, forward ? 0 : size - 1);
  const std::int64_t to = bound(segment.to, forward ? size : -1);
  // A stride beyond the array selects one element; cut, it cannot overflow the sum.
  const std::int64_t stride = std::clamp(segment.step, -size - 1, size + 1);
  for (std::int64_t i = from; forward ? i < to : i > to; i += stride) {
    select(path, step + 1, array[static_cast<std::size_t>(i)]);
  }
}

// As in Jayway: at the end of a path ['a','b'] is one object of both, before it each on its own.
void Selector::take_names(const PathSyntax& path, std::size_t step, const Json& object) {
  const Segment& segment = path.segments[step];
  if (!object.is_object()) return;
  if (step + 1 < path.segments.size()) {
    for (const std::string& name : segment.names) {
      if (const Json* child = find(object, name)) select(path, step + 1, *child);
    }
    return;
  }
  Json merged = Json::object();
  for (const std::string& name : segment.names) {
    if (const Json* child = find(object, name)) merged[name] = *child;
  }
  found_.push_back(&built_.emplace_back(std::move(merged)));
}

// `@` matches objects and arrays, not scalars (developer guide, "Paths").
void Selector::take_filtered(const PathSyntax& path, std::size_t step, const Json& value) {
  const Filter& filter = *path.segments[step].filter;
  if (value.is_object()) {
    if (accepts(filter, value)) select(path, step + 1, value);
  } else if (value.is_array()) {
    for (const Json& item : value) {
      if (item.is_structured() && accepts(filter, item)) select(path, step + 1, item);
    }
  }
}

Json Selector::to_array() const {
  Json array = Json::array();
  for (const Json* value : found_) array.push_back(*value);
  return array;
}

}  // namespace bedlam::states
