// The grammar of paths. Its errors are sentences for an author and count characters from 1.
#include <charconv>

#include "emulator/states/language/path_syntax.h"

namespace bedlam::states {
namespace {

bool is_path_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_path_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_path_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

class PathParser {
 public:
  PathParser(std::string_view text, std::size_t at, PathPlace place, int depth)
      : text_(text), at_(at), place_(place), depth_(depth) {}

  Result<PathSyntax, std::string> parse() {
    PathSyntax path;
    if (!root(path)) return error_;
    while (!done() && (peek() == '.' || peek() == '[')) {
      if (path.segments.size() == kMaxPathSegments) {
        return "The path has more than " + std::to_string(kMaxPathSegments) + " steps";
      }
      Segment segment;
      if (!step(segment)) return error_;
      path.segments.push_back(std::move(segment));
    }
    if (place_ == PathPlace::kAlone && !done()) {
      fail("'.' or '[' is expected");
      return error_;
    }
    return path;
  }

  std::size_t position() const { return at_; }

 private:
  bool done() const { return at_ == text_.size(); }
  char peek() const { return text_[at_]; }
  bool take(char c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (!done() && is_path_blank(peek())) ++at_;
  }
  bool fail(const std::string& what) {
    const std::string place = done() ? "the end" : "character " + std::to_string(at_ + 1);
    error_ = "The path '" + std::string(text_) + "' is wrong at " + place + ": " + what;
    return false;
  }

  bool root(PathSyntax& path) {
    if (place_ == PathPlace::kFilter && take('@')) {
      path.root = PathSyntax::Root::kItem;
      return true;
    }
    if (!take('$')) return fail("a path starts with '$'");
    if (take('$')) {
      path.root = PathSyntax::Root::kContext;
    } else if (!done() && is_path_letter(peek())) {
      path.root = PathSyntax::Root::kVariable;
      const std::size_t begin = at_;
      while (!done() && (is_path_letter(peek()) || is_path_digit(peek()))) ++at_;
      path.variable = text_.substr(begin, at_ - begin);
    }
    return true;
  }

  bool step(Segment& segment) {
    if (!take('.')) return brackets(segment);
    segment.deep = take('.');
    if (done()) return fail("a name, '*' or '[' is expected");
    if (peek() == '[') return brackets(segment);
    if (take('*')) {
      segment.kind = Segment::Kind::kWildcard;
      return true;
    }
    return dotted_name(segment);
  }

  bool ends_name(char c) const {
    if (c == '.' || c == '[' || is_path_blank(c)) return true;
    if (place_ == PathPlace::kArgument) return c == ',' || c == ')';
    if (place_ == PathPlace::kFilter) {
      return std::string_view(")=!<>&|~,]").find(c) != std::string_view::npos;
    }
    return false;
  }

  bool dotted_name(Segment& segment) {
    std::string name;
    while (!done() && !ends_name(peek())) {
      const char c = peek();
      if (c == '(') {
        return fail(
            "functions are not supported in paths; States.ArrayLength and the other "
            "intrinsic functions do that");
      }
      if (c == ')' || c == ']') return fail(std::string("'") + c + "' has nothing to close");
      if (c == '\\' && at_ + 1 == text_.size()) return fail("'\\' escapes nothing");
      if (c == '\\') ++at_;
      name += text_[at_++];
    }
    if (place_ == PathPlace::kAlone && !done() && is_path_blank(peek())) {
      return fail("a name with a space is written in brackets, ['my name']");
    }
    if (name.empty()) return fail("a name is expected");
    segment.names.push_back(std::move(name));
    return true;
  }

  bool brackets(Segment& segment) {
    ++at_;
    skip_spaces();
    if (done()) return fail("']' is missing");
    bool good = false;
    const char c = peek();
    if (c == '\'' || c == '"') {
      good = quoted_names(segment);
    } else if (take('*')) {
      segment.kind = Segment::Kind::kWildcard;
      good = true;
    } else if (take('?')) {
      good = filter(segment);
    } else if (is_path_digit(c) || c == '-' || c == ':') {
      good = indexes(segment);
    } else {
      return fail("brackets hold a quoted name, an index, a slice, '*' or a filter '?(...)'");
    }
    if (!good) return false;
    skip_spaces();
    return take(']') || fail("']' is expected");
  }

  bool quoted_names(Segment& segment) {
    do {
      skip_spaces();
      if (done() || (peek() != '\'' && peek() != '"')) return fail("a quoted name is expected");
      auto name = parse_quoted(text_, at_);
      if (!name) return fail("the closing quote is missing");
      segment.names.push_back(*std::move(name));
      skip_spaces();
    } while (take(','));
    if (segment.names.size() > 1) segment.kind = Segment::Kind::kNames;
    return true;
  }

  bool integer(std::optional<std::int64_t>& value) {
    skip_spaces();
    std::int64_t number = 0;
    const char* begin = text_.data() + at_;
    const auto [end, status] = std::from_chars(begin, text_.data() + text_.size(), number);
    if (status == std::errc::result_out_of_range) return fail("the index is too large");
    if (status == std::errc()) {
      at_ += static_cast<std::size_t>(end - begin);
      value = number;
    }
    skip_spaces();
    return true;
  }

  bool indexes(Segment& segment) {
    std::optional<std::int64_t> first;
    if (!integer(first)) return false;
    if (take(':')) return slice(segment, first);
    if (!first) return fail("an index is expected");
    segment.kind = Segment::Kind::kIndex;
    segment.indexes.push_back(*first);
    while (take(',')) {
      std::optional<std::int64_t> next;
      if (!integer(next)) return false;
      if (!next) return fail("an index is expected");
      segment.kind = Segment::Kind::kIndexes;
      segment.indexes.push_back(*next);
    }
    return true;
  }

  bool slice(Segment& segment, std::optional<std::int64_t> from) {
    segment.kind = Segment::Kind::kSlice;
    segment.from = from;
    if (!integer(segment.to)) return false;
    if (!take(':')) return true;
    std::optional<std::int64_t> step;
    if (!integer(step)) return false;
    segment.step = step.value_or(1);
    return segment.step != 0 || fail("the step of a slice must not be 0");
  }

  bool filter(Segment& segment) {
    skip_spaces();
    if (!take('(')) return fail("'(' is expected");
    if (depth_ >= kMaxFilterDepth) return fail("filters are nested too deeply");
    auto parsed = parse_filter(text_, at_, depth_ + 1);
    if (!parsed) {
      error_ = std::move(parsed).error();
      return false;
    }
    segment.kind = Segment::Kind::kFilter;
    segment.filter = std::make_shared<const Filter>(*std::move(parsed));
    return true;
  }

  std::string_view text_;
  std::size_t at_;
  PathPlace place_;
  int depth_;
  std::string error_;
};

}  // namespace

bool PathSyntax::is_definite() const {
  for (const Segment& segment : segments) {
    if (!segment.is_single()) return false;
  }
  return true;
}

Result<PathSyntax, std::string> parse_path(std::string_view text, std::size_t& at, PathPlace place,
                                           int depth) {
  PathParser parser(text, at, place, depth);
  auto path = parser.parse();
  at = parser.position();
  return path;
}

std::optional<std::string> parse_quoted(std::string_view text, std::size_t& at) {
  const char quote = text[at++];
  std::string value;
  while (at < text.size() && text[at] != quote) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    value += text[at++];
  }
  if (at == text.size()) return std::nullopt;
  ++at;
  return value;
}

}  // namespace bedlam::states
