#include <algorithm>

#include "emulator/states/language/jsonata/evaluator.h"

namespace bedlam::states::jsonata {
namespace {

constexpr std::uint32_t kSmallFrame = 4;

}  // namespace

Frame* Evaluator::new_frame(Frame* parent, std::uint32_t capacity) {
  if (capacity <= kSmallFrame && free_frames_ != nullptr) {
    Frame* frame = free_frames_;
    free_frames_ = frame->parent;
    frame->parent = parent;
    return frame;
  }
  capacity = std::max(capacity, kSmallFrame);
  Frame* frame = arena_.make<Frame>();
  frame->parent = parent;
  frame->bindings = arena_.allocate_array<Binding>(capacity);
  frame->capacity = static_cast<std::uint16_t>(capacity);
  return frame;
}

void Evaluator::release(Frame* frame) {
  if (frame->captured || frame->borrowed || frame->capacity != kSmallFrame) return;
  frame->size = 0;
  frame->parent = free_frames_;
  free_frames_ = frame;
}

void Evaluator::release_until(Frame* frame, Frame* end) {
  while (frame != end && frame != nullptr && !frame->captured) {
    Frame* parent = frame->parent;
    release(frame);
    frame = parent;
  }
}

void Evaluator::capture(Frame* frame) {
  for (; frame != nullptr && !frame->captured; frame = frame->parent) frame->captured = true;
}

void Evaluator::set_variable(Frame* frame, const Name* name, Value value) {
  for (std::uint32_t i = 0; i < frame->size; ++i) {
    if (*frame->bindings[i].name == *name && !frame->borrowed) {
      frame->bindings[i].value = value;
      return;
    }
  }
  if (frame->borrowed || frame->size == frame->capacity) {
    const std::uint32_t capacity = std::max<std::uint32_t>(kSmallFrame * 2, frame->size * 2U);
    Binding* larger = arena_.allocate_array<Binding>(capacity);
    std::copy_n(frame->bindings, frame->size, larger);
    frame->bindings = larger;
    frame->capacity = static_cast<std::uint16_t>(capacity);
    if (frame->borrowed) {
      frame->borrowed = false;
      return set_variable(frame, name, value);
    }
  }
  frame->bindings[frame->size++] = {name, value};
}

Value Evaluator::find_variable(const Name& name, Frame* frame) {
  for (const Frame* scope = frame; scope != nullptr; scope = scope->parent) {
    for (std::uint32_t i = 0; i < scope->size; ++i) {
      if (*scope->bindings[i].name == name) return scope->bindings[i].value;
    }
  }
  const Builtin* builtin =
      environment_.dialect == Dialect::kPlain ? name.plain : name.step_functions;
  return builtin == nullptr ? Value() : builtin_function(*builtin);
}

Value Evaluator::builtin_function(const Builtin& builtin) {
  for (const auto& [known, function] : builtin_functions_) {
    if (known == &builtin) return Value(function);
  }
  Function* function = arena_.make<Function>(Function::Kind::kBuiltin);
  function->builtin = &builtin;
  function->signature = signature_of(builtin);
  function->arity = builtin.arity;
  builtin_functions_.emplace_back(&builtin, function);
  return Value(function);
}

Frame* Evaluator::root_frame(const Json* input, const Json* bindings) {
  const std::size_t count = bindings != nullptr && bindings->is_object() ? bindings->size() : 0;
  Frame* frame =
      new_frame(nullptr, static_cast<std::uint32_t>(std::min<std::size_t>(count + 1, 64)));
  frame->captured = true;  // nobody gives it back
  const bool may_evaluate = environment_.dialect == Dialect::kPlain;
  if (count > 0) {
    for (const auto& [name, value] : bindings->items()) {
      const auto known = program_.names_by_text.find(name);
      const Name* key = known == program_.names_by_text.end() ? nullptr : known->second;
      if (key == nullptr && may_evaluate) {
        key = &names_.emplace_back(Name{name, std::hash<std::string_view>{}(name)});
      }
      if (key != nullptr) set_variable(frame, key, from_json(arena_, value));
    }
  }
  if (const auto root = program_.names_by_text.find("$");
      root != program_.names_by_text.end() && input != nullptr) {
    set_variable(frame, root->second, from_json(arena_, *input));
  }
  return frame;
}

}  // namespace bedlam::states::jsonata
