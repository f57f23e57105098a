// The values of an evaluation. A Value is two words, copied as bits; what it points to lives in the
// evaluation's Arena. Arrays and objects that stand for a part of the input are read from its Json
// only where an expression looks at them.
#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/base/json.h"
#include "emulator/states/language/jsonata/arena.h"

namespace bedlam::states::jsonata {

struct Array;
struct Object;
struct Function;
struct Tuple;

// UTF-8. Half of a surrogate pair, which a string literal can hold, stands as three bytes as
// UTF-8 would encode it if it could.
struct String {
  const char* data;
  std::uint32_t size;
  mutable std::int32_t code_points = -1;  // -1: not counted yet
  std::uint32_t* room = nullptr;  // {used, capacity} of a buffer that an append may go on in

  std::string_view view() const { return {data, size}; }
};

enum class Tag : std::uint8_t {
  kUndefined,
  kNull,
  kBoolean,
  kNumber,
  kString,
  kArray,
  kObject,
  kFunction,
  kTuple,    // an item of a tuple stream: never seen by an author
  kFailure,  // evaluation has failed; the evaluator holds the error
};

class Value {
 public:
  Value() : number_(0), tag_(Tag::kUndefined) {}
  Value(double number) : number_(number), tag_(Tag::kNumber) {}
  Value(const String* string) : string_(string), tag_(Tag::kString) {}
  Value(Array* array) : array_(array), tag_(Tag::kArray) {}
  Value(Object* object) : object_(object), tag_(Tag::kObject) {}
  Value(Function* function) : function_(function), tag_(Tag::kFunction) {}
  Value(Tuple* tuple) : tuple_(tuple), tag_(Tag::kTuple) {}
  static Value null() { return Value(Tag::kNull); }
  static Value failure() { return Value(Tag::kFailure); }
  static Value boolean(bool truth) {
    Value value(Tag::kBoolean);
    value.boolean_ = truth;
    return value;
  }

  Tag tag() const { return tag_; }
  bool is_undefined() const { return tag_ == Tag::kUndefined; }
  bool is_defined() const { return tag_ != Tag::kUndefined; }
  bool failed() const { return tag_ == Tag::kFailure; }
  bool is_null() const { return tag_ == Tag::kNull; }
  bool is_boolean() const { return tag_ == Tag::kBoolean; }
  bool is_number() const { return tag_ == Tag::kNumber; }
  bool is_string() const { return tag_ == Tag::kString; }
  bool is_array() const { return tag_ == Tag::kArray; }
  bool is_object() const { return tag_ == Tag::kObject; }
  bool is_function() const { return tag_ == Tag::kFunction; }

  bool boolean() const { return boolean_; }
  double number() const { return number_; }
  const String& string() const { return *string_; }
  std::string_view text() const { return string_->view(); }
  Array& array() const { return *array_; }
  Object& object() const { return *object_; }
  Function& function() const { return *function_; }
  Tuple& tuple() const { return *tuple_; }

 private:
  explicit Value(Tag tag) : number_(0), tag_(tag) {}

  union {
    double number_;
    bool boolean_;
    const String* string_;
    Array* array_;
    Object* object_;
    Function* function_;
    Tuple* tuple_;
  };
  Tag tag_;
};

struct Array {
  // An array is read through at() and size; items is null while the array is still only a range or
  // a part of the input.
  Value* items = nullptr;
  std::uint32_t size = 0;
  std::uint32_t* room = nullptr;  // {used, capacity} of the buffer of items, shared by appends
  const Json* source = nullptr;   // the part of the input that this still equals
  double first = 0;               // of a range: first, first + 1, ...
  // What the language knows of an array beside its items.
  bool is_range = false;
  bool sequence = false;        // results of a path or function: a sequence of one is that one
  bool keep_singleton = false;  // `[]`: not even then
  bool outer_wrapper = false;   // holds the input, an array, as one context value
  bool constructed = false;     // `[...]` in a path: not flattened into the result
  bool tuple_stream = false;    // holds tuples

  Value at(Arena& arena, std::uint32_t index) {
    if (items != nullptr) return items[index];
    if (is_range) return Value(first + index);
    return load(arena)[index];
  }
  // All items, as memory.
  Value* all(Arena& arena) { return items != nullptr || size == 0 ? items : load(arena); }
  void push(Arena& arena, Value value) {
    if (room == nullptr || room[0] != size || room[0] == room[1]) grow(arena, 1);
    items[size++] = value;
    room[0] = size;
  }
  void append(Arena& arena, Array& other);
  void reserve(Arena& arena, std::uint32_t extra);

 private:
  Value* load(Arena& arena);
  void grow(Arena& arena, std::uint32_t extra);
};

struct Member {
  const String* name;
  Value value;
};

// Members in the order in which they were first written.
struct Object {
  Member* members = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;
  const Json* source = nullptr;    // the part of the input that this still equals
  std::uint32_t* index = nullptr;  // open addressing, 0 free, else 1 + position
  std::uint32_t index_mask = 0;

  Member* all(Arena& arena) { return members != nullptr || size == 0 ? members : load(arena); }
  // Undefined where there is no such member.
  Value get(Arena& arena, std::string_view name);
  bool has(Arena& arena, std::string_view name) { return position(arena, name) >= 0; }
  void set(Arena& arena, const String* name, Value value);
  void erase(Arena& arena, std::string_view name);

 private:
  Member* load(Arena& arena);
  std::int64_t position(Arena& arena, std::string_view name);
  void build_index(Arena& arena);
};

String* make_string(Arena& arena, std::string_view text);   // copies the text
String* refer_string(Arena& arena, std::string_view text);  // the text outlives the arena
const String* concatenate(Arena& arena, const String& a, const String& b);
std::int32_t count_code_points(const String& string);
Array* make_array(Arena& arena);
Array* make_sequence(Arena& arena);
Array* make_sequence(Arena& arena, Value only);

// The input as a value; `json` outlives the arena.
Value from_json(Arena& arena, const Json& json);

// Order of strings by UTF-16 code units, as JavaScript compares them.
int compare_text(std::string_view a, std::string_view b);

}  // namespace bedlam::states::jsonata
