#include <algorithm>
#include <map>
#include <optional>

#include "emulator/states/language/jsonata/regex.h"
#include "emulator/states/language/jsonata/unicode.h"

namespace bedlam::states::jsonata {
namespace {

constexpr int kMaxGroupNesting = 250;
constexpr std::size_t kMaxInstructions = 100'000;

using RegexOp = Regex::Op;

void add_digits(Regex::Class& set) {
  set.add('0', '9');
}
void add_word(Regex::Class& set) {
  add_digits(set);
  set.add('a', 'z');
  set.add('A', 'Z');
  set.add('_', '_');
}
void add_space(Regex::Class& set) {
  set.add('\t', '\r');
  for (const char32_t c : {0x20, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF}) {
    set.add(c, c);
  }
  set.add(0x2000, 0x200A);
}
void add_line_ends(Regex::Class& set) {
  for (const char32_t c : {0x0A, 0x0D, 0x2028, 0x2029}) set.add(c, c);
}

// What `set` does not contain.
void add_complement(Regex::Class& target, const Regex::Class& set) {
  for (char32_t c = 0; c < 128; ++c) {
    if (!set.ascii[c]) target.add(c, c);
  }
  auto ranges = set.ranges;
  std::sort(ranges.begin(), ranges.end());
  char32_t next = 128;
  for (const auto& [from, to] : ranges) {
    if (from > next) target.add(next, from - 1);
    next = std::max(next, static_cast<char32_t>(to + 1));
  }
  target.add(next, 0x10FFFF);
}

class Compiler {
 public:
  Compiler(std::string_view pattern, Regex::Code& code) : pattern_(pattern), code_(code) {}

  std::optional<std::string> run(std::size_t& groups) {
    count_groups();
    emit({RegexOp::kSave, false, 0});
    disjunction(false, 0);
    if (!error_ && position_ < pattern_.size()) error_ = "Unmatched ')'";
    emit({RegexOp::kSave, false, 1});
    emit({RegexOp::kAccept});
    if (!error_ && code_.instructions.size() > kMaxInstructions) {
      error_ = "Regular expression too large";
    }
    groups = total_groups_;
    return error_;
  }

 private:
  using Instructions = std::vector<Regex::Instruction>;

  char peek(std::size_t ahead = 0) const {
    return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : '\0';
  }
  bool at_end() const { return position_ >= pattern_.size(); }
  bool take(std::string_view text) {
    if (!pattern_.substr(position_).starts_with(text)) return false;
    position_ += text.size();
    return true;
  }
  void fail(std::string text) {
    if (!error_) error_ = std::move(text);
    position_ = pattern_.size();
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(code_.instructions.size()); }
  std::uint32_t emit(Regex::Instruction instruction) {
    code_.instructions.push_back(instruction);
    return here() - 1;
  }

  // Groups are numbered before they are compiled: a reference may stand before its group.
  void count_groups() {
    bool in_class = false;
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      const char c = pattern_[i];
      if (c == '\\') ++i;
      if (c == '[') in_class = true;
      if (c == ']') in_class = false;
      if (c != '(' || in_class) continue;
      if (!pattern_.substr(i).starts_with("(?")) {
        ++total_groups_;
      } else if (pattern_.substr(i).starts_with("(?<") && i + 3 < pattern_.size() &&
                 pattern_[i + 3] != '=' && pattern_[i + 3] != '!') {
        ++total_groups_;
        const std::size_t end = pattern_.find('>', i);
        if (end != std::string_view::npos) {
          names_[std::string(pattern_.substr(i + 3, end - i - 3))] = total_groups_;
        }
      }
    }
  }

  // Moves the code from `start` behind one more instruction before it.
  void insert(std::uint32_t start, Regex::Instruction instruction) {
    for (Regex::Instruction* i = code_.instructions.data() + start;
         i != code_.instructions.data() + here(); ++i) {
      shift(*i, start);
    }
    code_.instructions.insert(code_.instructions.begin() + start, instruction);
  }
  static void shift(Regex::Instruction& instruction, std::uint32_t start) {
    const RegexOp op = instruction.op;
    if ((op == RegexOp::kSplit || op == RegexOp::kJump || op == RegexOp::kLook) &&
        instruction.a >= start) {
      ++instruction.a;
    }
    if ((op == RegexOp::kLoop || op == RegexOp::kLoopNext) && instruction.b >= start)
      ++instruction.b;
  }

  void disjunction(bool backward, int depth) {
    if (depth > kMaxGroupNesting) return fail("Regular expression too large");
    const std::uint32_t start = here();
    alternative(backward, depth);
    std::vector<std::uint32_t> jumps;
    std::uint32_t branch = start;
    while (!error_ && take("|")) {
      insert(branch, {RegexOp::kSplit});
      for (std::uint32_t& jump : jumps) jump += jump >= branch ? 1 : 0;
      jumps.push_back(emit({RegexOp::kJump}));
      code_.instructions[branch].a = here();
      branch = here();
      alternative(backward, depth);
    }
    for (const std::uint32_t jump : jumps) code_.instructions[jump].a = here();
  }

  void alternative(bool backward, int depth) {
    const std::uint32_t start = here();
    while (!error_ && !at_end() && peek() != '|' && peek() != ')') {
      const std::uint32_t term = here();
      const std::uint32_t groups_before = next_group_;
      const bool repeatable = atom(backward, depth);
      if (error_) return;
      quantifier(term, groups_before, repeatable);
      if (backward && term > start) rotate(start, term);
    }
  }

  // Within a lookbehind the terms of a sequence are matched from the last to the first.
  void rotate(std::uint32_t start, std::uint32_t term) {
    const std::uint32_t end = here(), before = term - start, added = end - term;
    const auto move = [&](std::uint32_t target) {
      if (target >= start && target <= term && target != term) return target + added;
      return target;
    };
    for (std::uint32_t i = start; i < end; ++i) {
      Regex::Instruction& instruction = code_.instructions[i];
      const bool first = i < term;
      const auto adjust = [&](std::uint32_t& target) {
        target = first ? (target == term ? term + added : move(target)) : target - before;
      };
      const RegexOp op = instruction.op;
      if (op == RegexOp::kSplit || op == RegexOp::kJump || op == RegexOp::kLook)
        adjust(instruction.a);
      if (op == RegexOp::kLoop || op == RegexOp::kLoopNext) adjust(instruction.b);
    }
    const auto begin = code_.instructions.begin();
    std::rotate(begin + start, begin + term, begin + end);
  }

  // False where the atom is an assertion that no quantifier may follow.
  bool atom(bool backward, int depth) {
    if (take("^")) {
      emit({RegexOp::kLineStart});
      return false;
    }
    if (take("$")) {
      emit({RegexOp::kLineEnd});
      return false;
    }
    if (take("(")) return group(backward, depth);
    if (take("[")) {
      set(backward);
      return true;
    }
    if (take(".")) {
      Regex::Class any;
      add_line_ends(any);
      any.negated = true;
      emit_class(std::move(any), backward);
      return true;
    }
    if (peek() == '*' || peek() == '+' || peek() == '?' || is_quantifier()) {
      fail("Nothing to repeat");
      return false;
    }
    if (take("\\")) return escape(backward);
    emit_character(next_code_point(pattern_, position_), backward);
    return true;
  }

  void emit_class(Regex::Class set, bool backward) {
    code_.classes.push_back(std::move(set));
    const auto index = static_cast<std::uint32_t>(code_.classes.size() - 1);
    emit({RegexOp::kClass, backward, index});
  }
  void emit_character(char32_t c, bool backward) {
    emit({RegexOp::kCharacter, backward, code_.ignore_case ? fold_for_regex(c) : c});
  }

  bool group(bool backward, int depth) {
    const bool lookbehind = pattern_.substr(position_).starts_with("?<=") ||
                            pattern_.substr(position_).starts_with("?<!");
    if (lookbehind || pattern_.substr(position_).starts_with("?=") ||
        pattern_.substr(position_).starts_with("?!")) {
      position_ += lookbehind ? 2 : 1;
      return look(lookbehind, take("!") || !take("="), depth);
    }
    if (take("?:")) {
      disjunction(backward, depth + 1);
      if (!error_ && !take(")")) fail("Unterminated group");
      return true;
    }
    if (take("?<")) {
      const std::size_t end = pattern_.find('>', position_);
      if (end == std::string_view::npos || end == position_) {
        fail("Invalid capture group name");
        return true;
      }
      position_ = end + 1;
    } else if (peek() == '?') {
      fail("Invalid group");
      return true;
    }
    const std::uint32_t number = ++next_group_;
    emit({RegexOp::kSave, backward, number * 2 + (backward ? 1 : 0)});
    disjunction(backward, depth + 1);
    if (!error_ && !take(")")) fail("Unterminated group");
    emit({RegexOp::kSave, backward, number * 2 + (backward ? 0 : 1)});
    return true;
  }

  bool look(bool behind, bool negative, int depth) {
    const std::uint32_t start = emit({RegexOp::kLook, false, 0, negative ? 1U : 0U});
    disjunction(behind, depth + 1);
    if (!error_ && !take(")")) fail("Unterminated group");
    emit({RegexOp::kAccept});
    code_.instructions[start].a = here();
    return !behind;
  }

  bool is_quantifier() const {
    if (peek() != '{') return false;
    std::size_t i = 1;
    while (peek(i) >= '0' && peek(i) <= '9') ++i;
    if (i == 1) return false;
    if (peek(i) == ',') {
      for (++i; peek(i) >= '0' && peek(i) <= '9';) ++i;
    }
    return peek(i) == '}';
  }

  std::uint32_t number() {
    std::uint64_t value = 0;
    for (; peek() >= '0' && peek() <= '9'; ++position_) {
      value = std::min<std::uint64_t>(value * 10 + static_cast<std::uint64_t>(peek() - '0'),
                                      kUnlimited - 1);
    }
    return static_cast<std::uint32_t>(value);
  }

  void quantifier(std::uint32_t start, std::uint32_t groups_before, bool repeatable) {
    Regex::Loop loop{0, kUnlimited, true, groups_before + 1, next_group_ + 1};
    if (is_quantifier()) {
      ++position_;
      loop.min = loop.max = number();
      if (take(",")) loop.max = peek() == '}' ? kUnlimited : number();
      take("}");
      if (loop.max < loop.min) return fail("numbers out of order in {} quantifier");
    } else if (take("+")) {
      loop.min = 1;
    } else if (take("?")) {
      loop.max = 1;
    } else if (!take("*")) {
      return;
    }
    if (!repeatable) return fail("Nothing to repeat");
    loop.greedy = !take("?");
    repeat(start, loop);
  }

  void repeat(std::uint32_t start, const Regex::Loop& loop) {
    code_.loops.push_back(loop);
    const auto index = static_cast<std::uint32_t>(code_.loops.size() - 1);
    const Regex::Instruction& only = code_.instructions[start];
    const bool simple = here() == start + 1 && !only.backward && loop.greedy &&
                        (only.op == RegexOp::kCharacter || only.op == RegexOp::kClass);
    if (simple) {
      insert(start, {RegexOp::kRun, false, index});
      return;
    }
    insert(start, {RegexOp::kLoopEnter, false, index});
    insert(start, {RegexOp::kLoop, false, index});
    insert(start, {RegexOp::kLoopStart, false, index});
    emit({RegexOp::kLoopNext, false, index, start + 1});
    code_.instructions[start + 1].b = here();
  }

  // Behind a backslash, outside a class.
  bool escape(bool backward) {
    if (at_end()) {
      fail("\\ at end of pattern");
      return false;
    }
    if (take("b")) {
      emit({RegexOp::kWordBoundary});
      return false;
    }
    if (take("B")) {
      emit({RegexOp::kNotWordBoundary});
      return false;
    }
    if (peek() >= '1' && peek() <= '9') {
      const std::size_t start = position_;
      const std::uint32_t group = number();
      if (group <= total_groups_) {
        emit({RegexOp::kBackReference, backward, group});
        return true;
      }
      position_ = start;
    }
    if (peek() == 'k' && !names_.empty()) return named_reference(backward);
    Regex::Class set;
    if (class_escape(set)) {
      emit_class(std::move(set), backward);
    } else {
      emit_character(character_escape(false), backward);
    }
    return true;
  }

  bool named_reference(bool backward) {
    const std::size_t end = pattern_.find('>', position_);
    const bool closed = peek(1) == '<' && end != std::string_view::npos;
    const auto found =
        closed ? names_.find(std::string(pattern_.substr(position_ + 2, end - position_ - 2)))
               : names_.end();
    if (found == names_.end()) {
      fail(closed ? "Invalid named capture referenced" : "Invalid named reference");
      return false;
    }
    position_ = end + 1;
    emit({RegexOp::kBackReference, backward, found->second});
    return true;
  }

  // \d \D \w \W \s \S, added to `set`.
  bool class_escape(Regex::Class& set) {
    const char kind = peek();
    void (*const add)(Regex::Class&) = kind == 'd' || kind == 'D'   ? add_digits
                                       : kind == 'w' || kind == 'W' ? add_word
                                       : kind == 's' || kind == 'S' ? add_space
                                                                    : nullptr;
    if (add == nullptr) return false;
    ++position_;
    if (kind >= 'a') {
      add(set);
    } else {
      Regex::Class inner;
      add(inner);
      add_complement(set, inner);
    }
    return true;
  }

  char32_t character_escape(bool in_class) {
    static constexpr std::string_view kNames = "fnrtv", kMeanings = "\f\n\r\t\v";
    const std::size_t known = at_end() ? kNames.npos : kNames.find(peek());
    if (known != kNames.npos) {
      ++position_;
      return static_cast<char32_t>(kMeanings[known]);
    }
    if (take("x")) return hexadecimal(2, 'x');
    if (take("u")) return utf16();
    if (peek() == 'c') return control(in_class);
    if (peek() >= '0' && peek() <= '7') return octal();
    return next_code_point(pattern_, position_);
  }

  char32_t control(bool in_class) {
    const char letter = peek(1);
    const bool alpha = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    const bool more = in_class && ((letter >= '0' && letter <= '9') || letter == '_');
    if (!alpha && !more) return '\\';  // stands for itself, and the `c` behind it too
    position_ += 2;
    return static_cast<char32_t>(letter) % 32;
  }

  char32_t octal() {
    char32_t value = 0;
    for (int i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i) {
      const char32_t next = value * 8 + static_cast<char32_t>(peek() - '0');
      if (next > 255) break;
      value = next;
      ++position_;
    }
    return value;
  }

  // The code point that `digits` digits give, or `otherwise` where they are not there.
  char32_t hexadecimal(std::size_t digits, char32_t otherwise) {
    char32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = peek(i);
      const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(at_end() ? '!' : c);
      if (digit == std::string_view::npos || c == '\0') return otherwise;
      value = value * 16 + static_cast<char32_t>(digit > 15 ? digit - 6 : digit);
    }
    position_ += digits;
    return value;
  }

  char32_t utf16() {
    const char32_t high = hexadecimal(4, 'u');
    if (high < 0xD800 || high > 0xDBFF || !pattern_.substr(position_).starts_with("\\u")) {
      return high;
    }
    position_ += 2;
    const char32_t low = hexadecimal(4, 0);
    if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00);
    position_ -= low == 0 ? 2 : 6;
    return high;
  }

  // One member of a class: a code point, or nullopt where it was a class of its own.
  std::optional<char32_t> member(Regex::Class& set) {
    if (!take("\\")) return next_code_point(pattern_, position_);
    if (at_end()) {
      fail("\\ at end of pattern");
      return std::nullopt;
    }
    if (class_escape(set)) return std::nullopt;
    if (take("b")) return '\b';
    return character_escape(true);
  }

  void set(bool backward) {
    Regex::Class set;
    set.negated = take("^");
    while (!error_ && !take("]")) {
      if (at_end()) return fail("Unterminated character class");
      const auto from = member(set);
      if (error_) return;
      if (peek() != '-' || peek(1) == ']' || position_ + 1 >= pattern_.size()) {
        if (from) add_folded(set, *from, *from);
        continue;
      }
      ++position_;
      const auto to = member(set);
      if (error_) return;
      if (from && to) {
        if (*to < *from) return fail("Range out of order in character class");
        add_folded(set, *from, *to);
      } else {
        set.add('-', '-');
        if (from) add_folded(set, *from, *from);
        if (to) add_folded(set, *to, *to);
      }
    }
    emit_class(std::move(set), backward);
  }

  void add_folded(Regex::Class& set, char32_t from, char32_t to) {
    set.add(from, to);
    if (!code_.ignore_case) return;
    for (char32_t c = from; c <= to && c - from < 0x3000; ++c) {
      for (const char32_t variant : {simple_upper(c), simple_lower(c)}) {
        if (variant != c) set.add(variant, variant);
      }
    }
  }

  std::string_view pattern_;
  Regex::Code& code_;
  std::size_t position_ = 0;
  std::uint32_t next_group_ = 0, total_groups_ = 0;
  std::map<std::string, std::uint32_t> names_;
  std::optional<std::string> error_;
};

}  // namespace

bool Regex::Class::contains(char32_t c) const {
  if (c < 128) return ascii[c] != negated;
  const bool found = std::any_of(ranges.begin(), ranges.end(), [c](const auto& range) {
    return c >= range.first && c <= range.second;
  });
  return found != negated;
}

void Regex::Class::add(char32_t from, char32_t to) {
  for (char32_t c = from; c <= to && c < 128; ++c) ascii.set(c);
  if (to >= 128) ranges.emplace_back(std::max<char32_t>(from, 128), to);
}

Result<Regex, std::string> Regex::compile(std::string_view pattern, bool ignore_case,
                                          bool multiline) {
  Regex regex;
  regex.pattern_ = pattern;
  regex.code_.ignore_case = ignore_case;
  regex.code_.multiline = multiline;
  if (auto error = Compiler(pattern, regex.code_).run(regex.groups_)) return *std::move(error);
  return regex;
}

}  // namespace bedlam::states::jsonata
