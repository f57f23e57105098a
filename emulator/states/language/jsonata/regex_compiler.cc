#include <algorithm>
#include <map>
#include <optional>

#include "emulator/states/language/jsonata/regex_reader.h"
#include "emulator/states/language/jsonata/unicode.h"

namespace bedlam::states::jsonata {
namespace {

constexpr int kMaxGroupNesting = 250;
constexpr std::size_t kMaxInstructions = 100'000;

using RegexOp = Regex::Op;

class Compiler : private RegexReader {
 public:
  Compiler(std::string_view pattern, Regex::Code& code)
      : RegexReader(pattern, code.ignore_case), code_(code) {}

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
      emit_class(character_class(), backward);
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

  Regex::Code& code_;
  std::uint32_t next_group_ = 0, total_groups_ = 0;
  std::map<std::string, std::uint32_t> names_;
};

}  // namespace

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
