#include <algorithm>

#include "emulator/states/language/jsonata/regex.h"
#include "emulator/states/language/jsonata/unicode.h"

namespace bedlam::states::jsonata {
namespace {

using RegexOp = Regex::Op;

constexpr std::size_t kMaxStack = 4'000'000;

bool is_line_end(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

bool is_word(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Machine {
 public:
  Machine(const Regex::Code& code, std::string_view text, std::vector<Regex::Span>& spans,
          std::uint64_t& steps)
      : code_(code), text_(text), spans_(spans), steps_(steps), loops_(code.loops.size()) {}

  Regex::Outcome run(std::uint32_t pc, std::size_t& position) {
    const std::size_t base = stack_.size();
    position_ = position;
    while (true) {
      if (steps_ == 0 || stack_.size() > kMaxStack) return Regex::Outcome::kTooLong;
      --steps_;
      const Regex::Instruction& instruction = code_.instructions[pc];
      if (instruction.op == RegexOp::kAccept) {
        position = position_;
        forget(base);
        return Regex::Outcome::kMatch;
      }
      if (step(instruction, pc)) continue;
      if (too_long_) return Regex::Outcome::kTooLong;
      if (!backtrack(base, pc)) return Regex::Outcome::kNoMatch;
    }
  }

 private:
  struct LoopState {
    std::uint32_t count = 0;
    std::size_t start = 0;
  };
  enum class Kind : std::uint8_t { kBranch, kRun, kSpan, kLoop };
  struct Entry {
    Kind kind;
    std::uint32_t pc;  // kBranch, kRun: where to go on; else which span or loop
    std::size_t a, b;  // kBranch: position; kRun: least and next position; else the old value
  };

  // Keeps what undoes captures: an outer failure needs it.
  void forget(std::size_t base) {
    const auto branches = [](const Entry& entry) {
      return entry.kind == Kind::kBranch || entry.kind == Kind::kRun;
    };
    stack_.erase(
        std::remove_if(stack_.begin() + static_cast<std::ptrdiff_t>(base), stack_.end(), branches),
        stack_.end());
  }

  bool backtrack(std::size_t base, std::uint32_t& pc) {
    while (stack_.size() > base) {
      Entry& entry = stack_.back();
      switch (entry.kind) {
        case Kind::kSpan:
          spans_[entry.pc] = {entry.a, entry.b};
          break;
        case Kind::kLoop:
          loops_[entry.pc] = {static_cast<std::uint32_t>(entry.a), entry.b};
          break;
        case Kind::kBranch:
          pc = entry.pc;
          position_ = entry.a;
          stack_.pop_back();
          return true;
        case Kind::kRun:
          pc = entry.pc;
          previous_code_point(text_, entry.b);
          position_ = entry.b;
          if (entry.b <= entry.a) stack_.pop_back();
          return true;
      }
      stack_.pop_back();
    }
    return false;
  }

  void branch(std::uint32_t pc) { stack_.push_back({Kind::kBranch, pc, position_, 0}); }

  void set_span(std::uint32_t index, Regex::Span span) {
    stack_.push_back({Kind::kSpan, index, spans_[index].start, spans_[index].end});
    spans_[index] = span;
  }

  void set_loop(std::uint32_t index, LoopState state) {
    stack_.push_back({Kind::kLoop, index, loops_[index].count, loops_[index].start});
    loops_[index] = state;
  }

  // False: this way does not match. Otherwise `pc` has moved on.
  bool step(const Regex::Instruction& instruction, std::uint32_t& pc) {
    switch (instruction.op) {
      case RegexOp::kCharacter:
      case RegexOp::kClass:
        if (!take_one(instruction)) return false;
        break;
      case RegexOp::kSplit:
        branch(instruction.a);
        break;
      case RegexOp::kJump:
        pc = instruction.a;
        return true;
      case RegexOp::kSave:
        save(instruction.a);
        break;
      case RegexOp::kLineStart:
        if (!at_line_start()) return false;
        break;
      case RegexOp::kLineEnd:
        if (!at_line_end()) return false;
        break;
      case RegexOp::kWordBoundary:
      case RegexOp::kNotWordBoundary:
        if (at_word_boundary() != (instruction.op == RegexOp::kWordBoundary)) return false;
        break;
      case RegexOp::kBackReference:
        if (!take_again(instruction)) return false;
        break;
      case RegexOp::kLook:
        if (!look(instruction, pc + 1)) return false;
        pc = instruction.a;
        return true;
      case RegexOp::kRun:
        run_of(code_.loops[instruction.a], pc);
        return run_matched_;
      case RegexOp::kLoopStart:
        set_loop(instruction.a, {});
        break;
      case RegexOp::kLoop:
        return loop(instruction, pc);
      case RegexOp::kLoopEnter:
        enter(instruction.a);
        break;
      case RegexOp::kLoopNext: {
        const LoopState& state = loops_[instruction.a];
        // A round beyond the required ones must consume something.
        if (state.start == position_ && state.count > code_.loops[instruction.a].min) return false;
        pc = instruction.b;
        return true;
      }
      default:
        return false;
    }
    ++pc;
    return true;
  }

  void save(std::uint32_t boundary) {
    Regex::Span span = spans_[boundary / 2];
    (boundary % 2 == 0 ? span.start : span.end) = position_;
    set_span(boundary / 2, span);
  }

  bool loop(const Regex::Instruction& instruction, std::uint32_t& pc) {
    const Regex::Loop& limits = code_.loops[instruction.a];
    const std::uint32_t count = loops_[instruction.a].count;
    if (count < limits.min) {
      ++pc;
    } else if (count >= limits.max) {
      pc = instruction.b;
    } else if (limits.greedy) {
      branch(instruction.b);
      ++pc;
    } else {
      branch(pc + 1);
      pc = instruction.b;
    }
    return true;
  }

  void enter(std::uint32_t index) {
    set_loop(index, {loops_[index].count + 1, position_});
    const Regex::Loop& loop = code_.loops[index];
    for (std::uint32_t group = loop.first_group; group < loop.end_group; ++group) {
      if (spans_[group].start != Regex::kUnset) set_span(group, {});
    }
  }

  // As many of one character or class as there are; backtracking gives back one at a time.
  void run_of(const Regex::Loop& limits, std::uint32_t& pc) {
    const Regex::Instruction& one = code_.instructions[pc + 1];
    std::uint32_t count = 0;
    std::size_t least = position_;
    while (count < limits.max && take_one(one)) {
      if (++count == limits.min) least = position_;
    }
    steps_ -= std::min<std::uint64_t>(steps_, count / 8);
    run_matched_ = count >= limits.min;
    pc += 2;
    if (run_matched_ && position_ > least) {
      stack_.push_back({Kind::kRun, pc, least, position_});
    }
  }

  bool take_one(const Regex::Instruction& instruction) {
    std::size_t next = position_;
    if (instruction.backward ? next == 0 : next >= text_.size()) return false;
    char32_t c =
        instruction.backward ? previous_code_point(text_, next) : next_code_point(text_, next);
    if (instruction.op == RegexOp::kClass) {
      if (!code_.classes[instruction.a].contains(c)) return false;
    } else {
      if (code_.ignore_case) c = fold_for_regex(c);
      if (c != instruction.a) return false;
    }
    position_ = next;
    return true;
  }

  bool take_again(const Regex::Instruction& instruction) {
    const Regex::Span span = spans_[instruction.a];
    if (span.start == Regex::kUnset || span.end == Regex::kUnset) return true;
    const std::string_view said = text_.substr(span.start, span.end - span.start);
    std::size_t from = instruction.backward ? said.size() : 0, next = position_;
    while (instruction.backward ? from > 0 : from < said.size()) {
      if (instruction.backward ? next == 0 : next >= text_.size()) return false;
      const auto read = instruction.backward ? previous_code_point : next_code_point;
      char32_t a = read(said, from), b = read(text_, next);
      if (code_.ignore_case) a = fold_for_regex(a), b = fold_for_regex(b);
      if (a != b) return false;
    }
    position_ = next;
    return true;
  }

  bool look(const Regex::Instruction& instruction, std::uint32_t body) {
    const std::size_t start = position_, base = stack_.size();
    std::size_t end = start;
    const Regex::Outcome outcome = run(body, end);
    position_ = start;
    too_long_ = outcome == Regex::Outcome::kTooLong;
    if (too_long_) return false;
    const bool negative = instruction.b == 1;
    const bool matched = outcome == Regex::Outcome::kMatch;
    if (negative && matched) {
      std::uint32_t ignored = 0;
      backtrack(base, ignored);  // unsets what the body has captured
    }
    return matched != negative;
  }

  bool at_line_start() const {
    if (position_ == 0) return true;
    std::size_t before = position_;
    return code_.multiline && is_line_end(previous_code_point(text_, before));
  }

  bool at_line_end() const {
    if (position_ == text_.size()) return true;
    std::size_t behind = position_;
    return code_.multiline && is_line_end(next_code_point(text_, behind));
  }

  bool at_word_boundary() const {
    std::size_t before = position_, behind = position_;
    const bool left = position_ > 0 && is_word(previous_code_point(text_, before));
    const bool right = position_ < text_.size() && is_word(next_code_point(text_, behind));
    return left != right;
  }

  const Regex::Code& code_;
  std::string_view text_;
  std::vector<Regex::Span>& spans_;
  std::uint64_t& steps_;
  std::vector<LoopState> loops_;
  std::vector<Entry> stack_;
  std::size_t position_ = 0;
  bool run_matched_ = false;
  bool too_long_ = false;
};

// The characters of which one must start a match, where the expression begins with one.
const Regex::Instruction* first_of(const Regex::Code& code) {
  const Regex::Instruction* first = &code.instructions[1];
  if (first->op == RegexOp::kRun && code.loops[first->a].min > 0) ++first;
  return first->op == RegexOp::kCharacter || first->op == RegexOp::kClass ? first : nullptr;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(position++);
  if (lead < 0xC0) return lead;
  const int following = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  char32_t c = lead & (0x3FU >> static_cast<unsigned>(following));
  for (int i = 0; i < following && position < text.size() && (byte(position) & 0xC0U) == 0x80;
       ++i) {
    c = (c << 6U) | (byte(position++) & 0x3FU);
  }
  return c;
}

char32_t previous_code_point(std::string_view text, std::size_t& position) {
  --position;
  while (position > 0 && (static_cast<unsigned char>(text[position]) & 0xC0U) == 0x80) --position;
  std::size_t start = position;
  return next_code_point(text, start);
}

Regex::Outcome Regex::search(std::string_view text, std::size_t from, std::uint64_t& steps,
                             std::vector<Span>& spans) const {
  const Instruction* first = first_of(code_);
  spans.assign(groups_ + 1, Span{});
  Machine machine(code_, text, spans, steps);
  for (std::size_t start = from; start <= text.size();) {
    bool possible = true;
    if (first != nullptr) {
      std::size_t behind = start;
      if (start == text.size()) return Outcome::kNoMatch;
      const char32_t c = next_code_point(text, behind);
      possible = first->op == RegexOp::kClass ? code_.classes[first->a].contains(c)
                 : code_.ignore_case          ? fold_for_regex(c) == first->a
                                              : c == first->a;
    }
    if (possible) {
      std::size_t position = start;
      const Outcome outcome = machine.run(0, position);
      if (outcome != Outcome::kNoMatch) return outcome;
    }
    if (start == text.size()) break;
    next_code_point(text, start);
  }
  return Outcome::kNoMatch;
}

}  // namespace bedlam::states::jsonata
