#include "emulator/states/language/intrinsic/call.h"

#include <variant>
#include <vector>

#include "emulator/base/diagnostic.h"
#include "emulator/states/language/intrinsic/catalog.h"
#include "emulator/states/language/path.h"
#include "emulator/states/language/path_syntax.h"

namespace bedlam::states::intrinsic {

struct Call::Node {
  using Argument = std::variant<Json, Path, std::unique_ptr<Node>>;
  const Function* function = nullptr;
  std::vector<Argument> arguments;

  class Parser;
  Result<Json, Failure> evaluate(const Scope& scope, const std::string& expression) const;
};

class Call::Node::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool parse(Node& node) {
    skip_spaces();
    if (!call(node, 1)) return false;
    skip_spaces();
    return at_ == text_.size() || fail("nothing may follow the closing ')'");
  }

  std::string error;

 private:
  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != text_.npos) ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool fail(const std::string& what) {
    const std::string place =
        at_ >= text_.size() ? "the end" : "character " + std::to_string(at_ + 1);
    error = "The call " + std::string(text_) + " is wrong at " + place + ": " + what;
    return false;
  }

  bool call(Node& node, int depth) {
    if (depth > kMaxNesting) {
      return fail("intrinsic functions may be nested " + std::to_string(kMaxNesting) + " deep");
    }
    const std::string_view rest = text_.substr(at_);
    const std::string_view name = rest.substr(0, rest.find_first_of(" \t\n\r(),'"));
    node.function = find_function(name);
    if (node.function == nullptr) {
      return fail("there is no intrinsic function '" + std::string(name) + "'" +
                  did_you_mean(name, function_names()));
    }
    at_ += name.size();
    if (!take('(')) return fail("'(' is expected");
    if (!take(')')) {
      do {
        if (!argument(node, depth)) return false;
      } while (take(','));
      if (!take(')')) return fail("',' or ')' is expected");
    }
    return counted(node);
  }

  bool counted(const Node& node) {
    const Function& called = *node.function;
    const std::size_t given = node.arguments.size();
    if (given >= called.min_arguments && given <= called.max_arguments) return true;
    std::string wanted = std::to_string(called.min_arguments);
    if (called.max_arguments == kAnyNumber) {
      wanted = "at least " + wanted;
    } else if (called.max_arguments != called.min_arguments) {
      wanted += " to " + std::to_string(called.max_arguments);
    }
    return fail(std::string(called.name) + " takes " + wanted + " arguments, not " +
                std::to_string(given));
  }

  bool argument(Node& node, int depth) {
    skip_spaces();
    if (at_ == text_.size()) return fail("an argument is expected");
    const char c = text_[at_];
    if (c == '$') return path(node);
    if (c == '\'') {
      const bool is_template = node.function->name == "States.Format" && node.arguments.empty();
      return quoted(node, is_template);
    }
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("States.")) {
      auto nested = std::make_unique<Node>();
      if (!call(*nested, depth + 1)) return false;
      node.arguments.emplace_back(std::move(nested));
      return true;
    }
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t\n\r(),'"));
    auto value = parse_json(word);
    if (!value || !value->is_primitive() || value->is_string()) {
      return fail(
          "an argument is a path, a number, true, false, null, a text in single quotes or "
          "another call");
    }
    at_ += word.size();
    node.arguments.emplace_back(*std::move(value));
    return true;
  }

  bool path(Node& node) {
    const std::size_t begin = at_;
    auto syntax = parse_path(text_, at_, PathPlace::kArgument);
    if (!syntax) {
      error = std::move(syntax).error();
      return false;
    }
    auto path = Path::parse(text_.substr(begin, at_ - begin));
    if (!path) {
      error = std::move(path).error();
      return false;
    }
    node.arguments.emplace_back(*std::move(path));
    return true;
  }

  // `keep_escapes`: the template of States.Format, where \{ and {} mean different things.
  bool quoted(Node& node, bool keep_escapes) {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '\''; ++at_) {
      if (text_[at_] == '\\') {
        const bool good = at_ + 1 < text_.size() &&
                          std::string_view("'{}\\").find(text_[at_ + 1]) != std::string_view::npos;
        if (!good) return fail("'\\' may only stand before ', {, } and \\");
        if (keep_escapes) value += '\\';
        ++at_;
      }
      value += text_[at_];
    }
    if (at_ >= text_.size()) return fail("the closing ' is missing");
    ++at_;
    node.arguments.emplace_back(Json(std::move(value)));
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

namespace {

std::string failed_function(const std::string& expression, const std::string& what) {
  return "The function '" + expression + "' had the following error: " + what;
}

// AWS names a path into the context object without its first `$`, and prints the input all the
// same.
Failure missing_argument(const std::string& expression, const Path& path, const PathMiss& miss,
                         const Scope& scope) {
  const std::string what = miss.reason.starts_with("Filter: ")
                               ? miss.reason
                               : "The JsonPath argument for the field '" +
                                     path.text().substr(path.of_context() ? 1 : 0) +
                                     "' could not be found in the input '" + to_text(scope.input) +
                                     "'";
  return {"States.Runtime", failed_function(expression, what)};
}

}  // namespace

Result<Json, Failure> Call::Node::evaluate(const Scope& scope,
                                           const std::string& expression) const {
  Arguments values;
  for (const Argument& argument : arguments) {
    if (const auto* literal = std::get_if<Json>(&argument)) {
      values.borrow(*literal);
    } else if (const auto* path = std::get_if<Path>(&argument)) {
      if (const Json* found = path->find(scope)) {
        values.borrow(*found);
        continue;
      }
      auto selected = path->evaluate(scope);
      if (!selected) return missing_argument(expression, *path, selected.error(), scope);
      values.own(*std::move(selected));
    } else {
      auto result = std::get<std::unique_ptr<Node>>(argument)->evaluate(scope, expression);
      if (!result) return result;
      values.own(*std::move(result));
    }
  }
  auto result = function->body(values, scope.random);
  if (result) return *std::move(result);
  return Failure{std::string(kFailure),
                 failed_function(expression, "Invalid arguments in " + std::string(function->name) +
                                                 ": " + result.error().what)};
}

Result<Call, std::string> Call::parse(std::string_view text) {
  auto node = std::make_shared<Node>();
  Node::Parser parser(text);
  if (!parser.parse(*node)) return std::move(parser.error);
  Call call;
  call.text_ = text;
  call.root_ = std::move(node);
  return call;
}

Result<Json, Failure> Call::evaluate(const Scope& scope) const {
  return root_->evaluate(scope, text_);
}

}  // namespace bedlam::states::intrinsic
