#include "emulator/states/language/jsonata/value.h"

#include <algorithm>
#include <cstring>

namespace bedlam::states::jsonata {
namespace {

constexpr std::uint32_t kLinearMembers = 8;     // fewer are searched one after the other
constexpr std::uint32_t kUnloadedMembers = 16;  // as many are searched in the Json itself

std::uint32_t hash_text(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return static_cast<std::uint32_t>(hash ^ (hash >> 32U));
}

}  // namespace

Value* Array::load(Arena& arena) {
  Value* loaded = arena.allocate_array<Value>(size);
  if (is_range) {
    for (std::uint32_t i = 0; i < size; ++i) loaded[i] = Value(first + i);
  } else {
    for (std::uint32_t i = 0; i < size; ++i) loaded[i] = from_json(arena, (*source)[i]);
  }
  items = loaded;
  return items;
}

void Array::grow(Arena& arena, std::uint32_t extra) {
  const Value* old = all(arena);
  const std::uint32_t capacity = std::max(size + extra, size < 4 ? 4 : size * 2);
  auto* buffer = static_cast<char*>(arena.allocate(8 + capacity * sizeof(Value)));
  auto* fresh = reinterpret_cast<Value*>(buffer + 8);
  if (size > 0) std::copy_n(old, size, fresh);
  room = reinterpret_cast<std::uint32_t*>(buffer);
  room[0] = size;
  room[1] = capacity;
  items = fresh;
  is_range = false;
  source = nullptr;
}

void Array::reserve(Arena& arena, std::uint32_t extra) {
  if (extra > 0 && (room == nullptr || room[0] != size || room[1] - room[0] < extra)) {
    grow(arena, extra);
  }
}

void Array::append(Arena& arena, Array& other) {
  if (other.size == 0) return;
  reserve(arena, other.size);
  const Value* added = other.all(arena);
  std::copy_n(added, other.size, items + size);
  size += other.size;
  room[0] = size;
}

Member* Object::load(Arena& arena) {
  Member* loaded = arena.allocate_array<Member>(size);
  Member* next = loaded;
  for (const auto& [name, value] : source->items()) {
    *next++ = {refer_string(arena, name), from_json(arena, value)};
  }
  capacity = size;
  members = loaded;
  return members;
}

void Object::build_index(Arena& arena) {
  std::uint32_t slots = 32;
  while (slots < size * 4) slots *= 2;
  index = arena.allocate_array<std::uint32_t>(slots);
  std::fill_n(index, slots, 0);
  index_mask = slots - 1;
  for (std::uint32_t i = 0; i < size; ++i) {
    std::uint32_t slot = hash_text(members[i].name->view()) & index_mask;
    while (index[slot] != 0) slot = (slot + 1) & index_mask;
    index[slot] = i + 1;
  }
}

std::int64_t Object::position(Arena& arena, std::string_view name) {
  all(arena);
  if (size <= kLinearMembers) {
    for (std::uint32_t i = 0; i < size; ++i) {
      if (members[i].name->view() == name) return i;
    }
    return -1;
  }
  if (index == nullptr) build_index(arena);
  for (std::uint32_t slot = hash_text(name) & index_mask; index[slot] != 0;
       slot = (slot + 1) & index_mask) {
    if (members[index[slot] - 1].name->view() == name) return index[slot] - 1;
  }
  return -1;
}

Value Object::get(Arena& arena, std::string_view name) {
  if (members == nullptr) {
    if (size == 0) return {};
    if (size <= kUnloadedMembers) {
      const Json* found = find(*source, name);
      return found == nullptr ? Value() : from_json(arena, *found);
    }
  }
  const std::int64_t at = position(arena, name);
  return at < 0 ? Value() : members[at].value;
}

void Object::set(Arena& arena, const String* name, Value value) {
  const std::int64_t at = position(arena, name->view());
  source = nullptr;
  if (at >= 0) {
    members[at].value = value;
    return;
  }
  if (size == capacity) {
    capacity = std::max<std::uint32_t>(4, capacity * 2);
    Member* grown = arena.allocate_array<Member>(capacity);
    if (size > 0) std::copy_n(members, size, grown);
    members = grown;
  }
  members[size++] = {name, value};
  if (index == nullptr) return;
  if (size * 2 > index_mask) {
    index = nullptr;  // built anew, larger, at the next look
    return;
  }
  std::uint32_t slot = hash_text(name->view()) & index_mask;
  while (index[slot] != 0) slot = (slot + 1) & index_mask;
  index[slot] = size;
}

void Object::erase(Arena& arena, std::string_view name) {
  const std::int64_t at = position(arena, name);
  if (at < 0) return;
  std::copy(members + at + 1, members + size, members + at);
  --size;
  index = nullptr;
  source = nullptr;
}

String* make_string(Arena& arena, std::string_view text) {
  return refer_string(arena, {arena.copy(text), text.size()});
}

String* refer_string(Arena& arena, std::string_view text) {
  return arena.make<String>(text.data(), static_cast<std::uint32_t>(text.size()));
}

const String* concatenate(Arena& arena, const String& a, const String& b) {
  if (a.size == 0) return &b;
  if (b.size == 0) return &a;
  constexpr std::uint32_t kWorthRoom = 64;
  const std::uint32_t size = a.size + b.size;
  if (a.room != nullptr && a.room[0] == a.size && a.room[1] >= size) {
    std::memcpy(const_cast<char*>(a.data) + a.size, b.data, b.size);
    a.room[0] = size;
    return arena.make<String>(a.data, size, -1, a.room);
  }
  const std::uint32_t capacity = size < kWorthRoom ? size : size * 2;
  auto* buffer = static_cast<char*>(arena.allocate(8 + capacity));
  auto* room = reinterpret_cast<std::uint32_t*>(buffer);
  room[0] = size;
  room[1] = capacity;
  std::memcpy(buffer + 8, a.data, a.size);
  std::memcpy(buffer + 8 + a.size, b.data, b.size);
  return arena.make<String>(buffer + 8, size, -1, capacity > size ? room : nullptr);
}

std::int32_t count_code_points(const String& string) {
  if (string.code_points < 0) {
    const auto starts = std::count_if(string.data, string.data + string.size,
                                      [](char c) { return (c & 0xC0) != 0x80; });
    string.code_points = static_cast<std::int32_t>(starts);
  }
  return string.code_points;
}

Array* make_array(Arena& arena) {
  return arena.make<Array>();
}

Array* make_sequence(Arena& arena) {
  Array* array = arena.make<Array>();
  array->sequence = true;
  return array;
}

Array* make_sequence(Arena& arena, Value only) {
  Array* array = make_sequence(arena);
  array->push(arena, only);
  return array;
}

Value from_json(Arena& arena, const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return Value::boolean(json.get<bool>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return Value(json.get<double>());
    case Json::value_t::string:
      return Value(refer_string(arena, json.get_ref<const std::string&>()));
    case Json::value_t::array: {
      Array* array = make_array(arena);
      array->size = static_cast<std::uint32_t>(json.size());
      array->source = &json;
      return Value(array);
    }
    case Json::value_t::object: {
      Object* object = arena.make<Object>();
      object->size = static_cast<std::uint32_t>(json.size());
      object->source = &json;
      return Value(object);
    }
    default:
      return Value::null();
  }
}

int compare_text(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) {
    return static_cast<int>(left != a.end()) - static_cast<int>(right != b.end());
  }
  // Beyond U+FFFF, UTF-16 uses the surrogates D800 to DFFF, which sort below U+E000 to U+FFFF.
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xF0 ? 0xED1 + (byte - 0xF0) : byte << 4;
  };
  return rank(*left) < rank(*right) ? -1 : 1;
}

}  // namespace bedlam::states::jsonata
