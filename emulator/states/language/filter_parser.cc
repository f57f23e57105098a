// The grammar of filters, `?(@.price < 10 && @.name =~ /a.*/)`: what Jayway's JsonPath and AWS have
// in common.
#include <array>

#include "emulator/states/language/path_syntax.h"

namespace bedlam::states {
namespace {

struct Operator {
  std::string_view text;
  Filter::Comparison comparison;
};

// Longer ones first, so that `<=` is not read as `<`.
constexpr std::array kComparisons{
    Operator{"==", Filter::Comparison::kEqual},
    Operator{"!=", Filter::Comparison::kUnequal},
    Operator{"<=", Filter::Comparison::kLessOrEqual},
    Operator{">=", Filter::Comparison::kGreaterOrEqual},
    Operator{"<", Filter::Comparison::kLess},
    Operator{">", Filter::Comparison::kGreater},
};

class FilterParser {
 public:
  FilterParser(std::string_view text, std::size_t at, int depth)
      : text_(text), at_(at), depth_(depth) {}

  Result<Filter, std::string> parse() {
    Filter filter;
    if (!any_of(filter) || !closing()) return error_;
    return filter;
  }

  std::size_t position() const { return at_; }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != text_.npos) ++at_;
  }
  bool take(std::string_view token) {
    skip_spaces();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  bool closing() { return take(")") || fail("')' is expected"); }
  bool fail(const std::string& what) {
    const std::string place =
        at_ == text_.size() ? "the end" : "character " + std::to_string(at_ + 1);
    error_ = "The filter in '" + std::string(text_) + "' is wrong at " + place + ": " + what;
    return false;
  }

  bool any_of(Filter& filter) {
    if (!all_of(filter)) return false;
    while (take("||")) {
      if (!join(filter, Filter::Kind::kOr) || !all_of(filter.operands.emplace_back())) return false;
    }
    return true;
  }

  bool all_of(Filter& filter) {
    if (!single(filter)) return false;
    while (take("&&")) {
      if (!join(filter, Filter::Kind::kAnd) || !single(filter.operands.emplace_back()))
        return false;
    }
    return true;
  }

  // Makes `filter` a `kind` whose first operand is what it was; one that it grew here already
  // stays.
  bool join(Filter& filter, Filter::Kind kind) {
    if (filter.kind == kind && !filter.operands.empty()) return true;
    Filter first = std::move(filter);
    filter = Filter{};
    filter.kind = kind;
    filter.operands.push_back(std::move(first));
    return true;
  }

  bool single(Filter& filter) {
    if (text_.substr(at_, 2) != "!=" && take("!")) {
      if (++depth_ > kMaxFilterDepth) return fail("it is nested too deeply");
      filter.kind = Filter::Kind::kNot;
      const bool good = single(filter.operands.emplace_back());
      --depth_;
      return good;
    }
    if (take("(")) {
      if (++depth_ > kMaxFilterDepth) return fail("it is nested too deeply");
      const bool good = any_of(filter) && closing();
      --depth_;
      if (!good) return false;
      // A group is one operand: `(a || b) || c` must not melt into its neighbours.
      Filter group = std::move(filter);
      filter = Filter{};
      filter.kind = Filter::Kind::kAnd;
      filter.operands.push_back(std::move(group));
      return true;
    }
    return comparison(filter);
  }

  bool comparison(Filter& filter) {
    if (!operand(filter.left)) return false;
    for (const Operator& op : kComparisons) {
      if (!take(op.text)) continue;
      filter.kind = Filter::Kind::kCompare;
      filter.comparison = op.comparison;
      return operand(filter.right);
    }
    if (take("=~")) return regular_expression(filter);
    filter.kind = Filter::Kind::kExists;
    return filter.left.path.has_value() || fail("==, !=, <, <=, >, >= or =~ is expected");
  }

  bool operand(Operand& operand) {
    skip_spaces();
    if (at_ == text_.size()) return fail("a path or a value is expected");
    const char c = text_[at_];
    if (c == '@' || c == '$') {
      auto path = parse_path(text_, at_, PathPlace::kFilter, depth_);
      if (!path) {
        error_ = std::move(path).error();
        return false;
      }
      operand.path = *std::move(path);
      return true;
    }
    if (c == '\'' || c == '"') {
      auto text = parse_quoted(text_, at_);
      if (!text) return fail("the closing quote is missing");
      operand.literal = *std::move(text);
      return true;
    }
    return bare_literal(operand);
  }

  // Numbers, true, false, null; any other word is a text, as workflows in the wild write it.
  bool bare_literal(Operand& operand) {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view(" \t\n\r)(=!<>&|~,[]'\"").find(text_[at_]) == std::string_view::npos) {
      ++at_;
    }
    const std::string word(text_.substr(begin, at_ - begin));
    if (word.empty()) return fail("a path or a value is expected");
    auto value = parse_json(word);
    operand.literal = value && value->is_primitive() ? *std::move(value) : Json(word);
    return true;
  }

  bool regular_expression(Filter& filter) {
    if (!take("/")) return fail("a regular expression between '/' is expected");
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '/') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) {
      at_ = text_.size();
      return fail("the closing '/' is missing");
    }
    const std::string_view source = text_.substr(begin, at_ - begin);
    const std::size_t flags = ++at_;
    while (at_ < text_.size() && text_[at_] >= 'a' && text_[at_] <= 'z') ++at_;
    auto pattern = compile_pattern(source, text_.substr(flags, at_ - flags));
    if (!pattern) return fail(pattern.error());
    filter.kind = Filter::Kind::kMatch;
    filter.pattern = *std::move(pattern);
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  int depth_;
  std::string error_;
};

}  // namespace

Result<Filter, std::string> parse_filter(std::string_view text, std::size_t& at, int depth) {
  FilterParser parser(text, at, depth);
  auto filter = parser.parse();
  at = parser.position();
  return filter;
}

}  // namespace bedlam::states
