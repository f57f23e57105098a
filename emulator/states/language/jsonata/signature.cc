#include "emulator/states/language/jsonata/signature.h"

#include <algorithm>

#include "emulator/states/language/jsonata/errors.h"

namespace bedlam::states::jsonata {
namespace {

constexpr std::string_view kKinds = "asnblfom";  // m: missing

std::uint16_t bit(char kind) {
  const std::size_t index = kKinds.find(kind);
  return index == kKinds.npos ? 0 : static_cast<std::uint16_t>(1U << index);
}

std::uint16_t bits(std::string_view kinds) {
  std::uint16_t all = 0;
  for (const char kind : kinds) all |= bit(kind);
  return all;
}

char kind_of(Value value) {
  switch (value.tag()) {
    case Tag::kString:
      return 's';
    case Tag::kNumber:
      return 'n';
    case Tag::kBoolean:
      return 'b';
    case Tag::kNull:
      return 'l';
    case Tag::kArray:
      return 'a';
    case Tag::kObject:
      return 'o';
    case Tag::kFunction:
      return 'f';
    default:
      return 'm';
  }
}

std::size_t closing(std::string_view text, std::size_t start, char open, char close) {
  int depth = 1;
  std::size_t position = start;
  while (position < text.size()) {
    ++position;
    const char c = position < text.size() ? text[position] : '\0';
    if (c == open) ++depth;
    if (c == close && --depth == 0) break;
  }
  return position;
}

Fault misuse(std::string_view code, std::size_t argument) {
  Fault fault;
  fault.code = code;
  fault.with("index", argument + 1);
  return fault;
}

std::string_view plural(std::string_view type) {
  if (type == "a") return "arrays";
  if (type == "b") return "booleans";
  if (type == "f") return "functions";
  if (type == "n") return "numbers";
  if (type == "o") return "objects";
  return "strings";
}

}  // namespace

Result<Signature, Fault> Signature::parse(std::string_view text) {
  Signature signature;
  auto& parameters = signature.parameters_;
  Parameter dummy;
  for (std::size_t position = 1; position < text.size() && text[position] != ':'; ++position) {
    const char symbol = text[position];
    Parameter& previous = parameters.empty() ? dummy : parameters.back();
    const auto add = [&](std::uint16_t accepts, char type) {
      parameters.push_back({accepts, false, false, false, type});
    };
    if (std::string_view("snblo").find(symbol) != std::string_view::npos) {
      add(bit(symbol) | bit('m'), symbol);
    } else if (symbol == 'a' || symbol == 'x') {
      add(bits("asnblfom"), symbol);
    } else if (symbol == 'f') {
      add(bit('f'), symbol);
    } else if (symbol == 'j') {
      add(bits("asnblom"), symbol);
    } else if (symbol == '-') {
      previous.context = previous.optional = true;
    } else if (symbol == '?') {
      previous.optional = true;
    } else if (symbol == '+') {
      previous.repeated = true;
    } else if (symbol == '(') {
      const std::size_t end = closing(text, position, '(', ')');
      const std::string_view choice = text.substr(position + 1, end - position - 1);
      Fault fault;
      fault.code = "S0402";
      if (choice.find('<') != choice.npos) return fault.at(position).with("value", choice);
      add(bits(choice) | bit('m'), '(');
      position = end;
    } else if (symbol == '<') {
      if (previous.type != 'a' && previous.type != 'f') {
        Fault fault;
        fault.code = "S0401";
        return fault.at(position).with("value", std::string(1, previous.type));
      }
      const std::size_t end = closing(text, position, '<', '>');
      previous.subtype = text.substr(position + 1, end - position - 1);
      previous.has_subtype = true;
      position = end;
    }
  }
  return signature;
}

bool Signature::match(std::string_view kinds, std::size_t parameter, std::size_t count,
                      std::size_t from, bool whole, std::uint8_t* taken) const {
  if (parameter == count) return !whole || from == kinds.size();
  const Parameter& expected = parameters_[parameter];
  std::size_t most = 0;
  const std::size_t limit = expected.repeated ? kinds.size() - from : 1;
  while (most < limit && from + most < kinds.size() &&
         (expected.accepts & bit(kinds[from + most]))) {
    ++most;
  }
  const std::size_t least = expected.optional ? 0 : 1;
  for (std::size_t length = most + 1; length-- > least;) {
    taken[parameter] = static_cast<std::uint8_t>(std::min<std::size_t>(length, 255));
    if (match(kinds, parameter + 1, count, from + length, whole, taken)) return true;
  }
  return false;
}

Fault Signature::mismatch(std::string_view kinds) const {
  std::vector<std::uint8_t> taken(parameters_.size() + 1);
  std::size_t good = 0;
  for (std::size_t count = 1; count <= parameters_.size(); ++count) {
    if (!match(kinds, 0, count, 0, false, taken.data())) break;
    good = 0;
    for (std::size_t i = 0; i < count; ++i) good += taken[i];
  }
  return misuse("T0410", good);
}

std::optional<Fault> Signature::validate(Arena& arena, const Arguments& arguments, Value context,
                                         Arguments& validated) const {
  char kinds[16];
  std::string many_kinds;
  const bool few = arguments.size() <= sizeof kinds;
  if (!few) many_kinds.resize(arguments.size());
  char* const text = few ? kinds : many_kinds.data();
  std::transform(arguments.begin(), arguments.end(), text, kind_of);
  const std::string_view supplied(text, arguments.size());
  std::uint8_t taken_few[16];
  std::vector<std::uint8_t> taken_many;
  if (parameters_.size() >= sizeof taken_few) taken_many.resize(parameters_.size());
  std::uint8_t* const taken = taken_many.empty() ? taken_few : taken_many.data();
  if (!match(supplied, 0, parameters_.size(), 0, true, taken)) {
    return mismatch(supplied);
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& expected = parameters_[i];
    if (taken[i] == 0) {
      if (!expected.context) {
        validated.push_back(arguments.at(next++));
      } else if (expected.accepts & bit(kind_of(context))) {
        validated.push_back(context);
      } else {
        return misuse("T0411", next);
      }
      continue;
    }
    for (std::size_t n = 0; n < taken[i]; ++n, ++next) {
      Value value = arguments.at(next);
      const char kind = supplied[next];
      if (expected.type == 'a' && kind != 'm') {
        bool right = true;
        if (expected.has_subtype && kind != 'a') {
          right = taken[i] == 1 && expected.subtype == std::string_view(&kind, 1);
        } else if (expected.has_subtype && value.array().size > 0) {
          Array& array = value.array();
          const char wanted = expected.subtype.empty() ? '\0' : expected.subtype[0];
          for (std::uint32_t k = 0; k < array.size && right; ++k) {
            right = array.is_range ? wanted == 'n' : kind_of(array.at(arena, k)) == wanted;
            if (array.is_range) break;
          }
        }
        if (!right) return misuse("T0412", next).with("type", plural(expected.subtype));
        if (kind != 'a') {
          Array* wrapped = make_array(arena);
          wrapped->push(arena, value);
          value = Value(wrapped);
        }
      }
      validated.push_back(value);
    }
  }
  return std::nullopt;
}

}  // namespace bedlam::states::jsonata
