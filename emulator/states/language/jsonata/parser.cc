#include "emulator/states/language/jsonata/parser.h"

#include <algorithm>
#include <array>

#include "emulator/states/language/jsonata/lexer.h"
#include "emulator/states/language/jsonata/stack_guard.h"

namespace bedlam::states::jsonata {
namespace {

struct InfixOperator {
  std::string_view text;
  int power;
  Op op;
};

constexpr std::array kInfixOperators{
    InfixOperator{".", 75, Op::kDot},        InfixOperator{"[", 80, Op::kFilter},
    InfixOperator{"{", 70, Op::kGroup},      InfixOperator{"(", 80, Op::kNone},
    InfixOperator{"@", 80, Op::kFocus},      InfixOperator{"#", 80, Op::kIndex},
    InfixOperator{"?", 20, Op::kNone},       InfixOperator{"+", 50, Op::kAdd},
    InfixOperator{"-", 50, Op::kSubtract},   InfixOperator{"*", 60, Op::kMultiply},
    InfixOperator{"/", 60, Op::kDivide},     InfixOperator{"%", 60, Op::kModulo},
    InfixOperator{"=", 40, Op::kEqual},      InfixOperator{"<", 40, Op::kLess},
    InfixOperator{">", 40, Op::kGreater},    InfixOperator{"^", 40, Op::kSort},
    InfixOperator{":=", 10, Op::kBind},      InfixOperator{"!=", 40, Op::kNotEqual},
    InfixOperator{"<=", 40, Op::kLessEqual}, InfixOperator{">=", 40, Op::kGreaterEqual},
    InfixOperator{"~>", 40, Op::kApply},     InfixOperator{"?:", 40, Op::kNone},
    InfixOperator{"\?\?", 40, Op::kNone},    InfixOperator{"and", 30, Op::kAnd},
    InfixOperator{"or", 25, Op::kOr},        InfixOperator{"in", 40, Op::kIn},
    InfixOperator{"&", 50, Op::kConcat},
};
constexpr int kBindPower = 10, kUnaryPower = 70, kVariablePower = 80;

const InfixOperator* find_infix(std::string_view text) {
  const auto* found =
      std::find_if(kInfixOperators.begin(), kInfixOperators.end(),
                   [text](const InfixOperator& known) { return known.text == text; });
  return found == kInfixOperators.end() ? nullptr : found;
}

class Parser {
 public:
  explicit Parser(Program& program) : program_(program), lexer_(program.text) {}

  std::optional<Fault> run() {
    Node* root = advance() ? expression(0) : nullptr;
    if (root != nullptr && token_.type != TokenType::kEnd) {
      fail("S0201", position(), token_.text);
    }
    program_.root = root;
    return std::move(fault_);
  }

 private:
  // Every function below returns nullptr (or false) once fault_ is set.
  Node* fail(std::string_view code, std::size_t where, std::string_view token) {
    if (fault_) return nullptr;
    fault_.emplace();
    fault_->code = code;
    fault_->at(where).named(std::string(token));
    return nullptr;
  }

  bool at(std::string_view op) const {
    return token_.type == TokenType::kOperator && token_.text == op;
  }
  std::uint32_t position() const { return static_cast<std::uint32_t>(token_.position); }

  bool advance(bool operator_expected = false) {
    auto next = lexer_.next(operator_expected);
    if (!next.ok()) {
      if (!fault_) fault_ = std::move(next).error();
      return false;
    }
    token_ = *std::move(next);
    if (at("!") || at("~")) return fail("S0204", position(), token_.text) != nullptr;
    return true;
  }

  bool expect(std::string_view op, bool operator_expected = false) {
    if (at(op)) return advance(operator_expected);
    const bool end = token_.type == TokenType::kEnd;
    fail(end ? "S0203" : "S0202", position(), end ? "(end)" : token_.text);
    if (fault_) fault_->with("value", op);
    return false;
  }

  int binding_power() const {
    if (token_.type != TokenType::kOperator) return 0;
    const InfixOperator* infix = find_infix(token_.text);
    return infix == nullptr ? 0 : infix->power;
  }

  Node* make(Type type, const Token& token) {
    Node* node = program_.make(type);
    node->position = static_cast<std::uint32_t>(token.position);
    node->token = program_.intern(token.text)->text;
    return node;
  }

  Node* expression(int power) {
    if (++nesting_ > kMaxNesting || !stack_.has_room()) {
      if (!fault_) fault_ = too_deep();
      return nullptr;
    }
    Token token = token_;
    Node* left = advance(true) ? prefix(token) : nullptr;
    while (left != nullptr && power < binding_power()) {
      token = token_;
      left = advance() ? infix(token, left) : nullptr;
    }
    --nesting_;
    return left;
  }

  Node* prefix(const Token& token) {
    switch (token.type) {
      case TokenType::kOperator:
        return prefix_operator(token);
      case TokenType::kName:
        return named(make(Type::kName, token), token.text);
      case TokenType::kVariable:
        return named(make(Type::kVariable, token), token.text);
      case TokenType::kRegex:
        return regex(token);
      case TokenType::kEnd:
        return make(Type::kEnd, token);
      default:
        return literal(token);
    }
  }

  Node* named(Node* node, std::string_view text) {
    node->name = program_.intern(text);
    return node;
  }

  Node* literal(const Token& token) {
    if (token.type == TokenType::kNumber) {
      Node* node = make(Type::kNumber, token);
      node->value = Value(token.number);
      return node;
    }
    if (token.type == TokenType::kString) {
      Node* node = named(make(Type::kString, token), token.text);
      node->value = Value(&node->name->string);
      return node;
    }
    Node* node = make(Type::kLiteral, token);
    node->value = token.text == "null" ? Value::null() : Value::boolean(token.text == "true");
    return node;
  }

  Node* regex(const Token& token) {
    auto compiled = Regex::compile(token.text, token.ignore_case, token.multiline);
    if (!compiled.ok()) {
      // The reference leaves this to JavaScript's own error, which has no code.
      fail("S0302", token.position, token.text);
      fault_->message = "Invalid regular expression: /" + token.text + "/: " + compiled.error();
      return nullptr;
    }
    Node* node = make(Type::kRegex, token);
    node->regex = &program_.regexes.emplace_back(*std::move(compiled));
    return node;
  }

  Node* prefix_operator(const Token& token) {
    const std::string& op = token.text;
    if (op == "and" || op == "or" || op == "in") return make(Type::kOperator, token);
    if (op == "*") return make(Type::kWildcard, token);
    if (op == "**") return make(Type::kDescendant, token);
    if (op == "%") return make(Type::kParent, token);
    if (op == "(") return block(make(Type::kBlock, token));
    if (op == "[") return array(make(Type::kArray, token));
    if (op == "{") return members(make(Type::kObject, token));
    if (op == "|") return transform(make(Type::kTransform, token));
    if (op != "-") return fail("S0211", token.position, op);
    Node* node = make(Type::kUnaryMinus, token);
    node->lhs = expression(kUnaryPower);
    return node->lhs == nullptr ? nullptr : node;
  }

  Node* block(Node* node) {
    while (!at(")")) {
      Node* part = expression(0);
      if (part == nullptr) return nullptr;
      node->children.push_back(part);
      if (!at(";")) break;
      if (!advance()) return nullptr;
    }
    return expect(")", true) ? node : nullptr;
  }

  Node* array(Node* node) {
    while (!at("]")) {
      Node* item = expression(0);
      if (item != nullptr && at("..")) item = range(item);
      if (item == nullptr) return nullptr;
      node->children.push_back(item);
      if (!at(",")) break;
      if (!advance()) return nullptr;
      if (at("]")) return fail("S0211", position(), "]");
    }
    return expect("]", true) ? node : nullptr;
  }

  Node* range(Node* from) {
    Node* node = make(Type::kBinary, token_);
    node->op = Op::kRange;
    node->lhs = from;
    if (!advance()) return nullptr;
    node->rhs = expression(0);
    return node->rhs == nullptr ? nullptr : node;
  }

  // The members of an object constructor or of a group.
  Node* members(Node* node) {
    while (!at("}")) {
      Node* name = expression(0);
      Node* value = name != nullptr && expect(":") ? expression(0) : nullptr;
      if (value == nullptr) return nullptr;
      node->pairs.emplace_back(name, value);
      if (!at(",")) break;
      if (!advance()) return nullptr;
      if (at("}")) return fail("S0211", position(), "}");
    }
    return expect("}", true) ? node : nullptr;
  }

  Node* transform(Node* node) {
    node->lhs = expression(0);
    if (node->lhs == nullptr || !expect("|")) return nullptr;
    node->rhs = expression(0);
    if (node->rhs == nullptr) return nullptr;
    if (at(",")) {
      if (!advance()) return nullptr;
      node->third = expression(0);
      if (node->third == nullptr) return nullptr;
    }
    return expect("|") ? node : nullptr;
  }

  Node* infix(const Token& token, Node* left) {
    const std::string& text = token.text;
    if (text == "(") return call(make(Type::kCall, token), left);
    if (text == "?") return condition(make(Type::kCondition, token), left);
    if (text == "?:" || text == "\?\?") return fallback(token, left);
    if (text == "[" && at("]")) return keep_array(left);
    Node* node = make(Type::kBinary, token);
    const InfixOperator& known = *find_infix(text);
    node->op = known.op;
    node->lhs = left;
    switch (known.op) {
      case Op::kFilter:
        node->rhs = expression(0);
        return node->rhs != nullptr && expect("]", true) ? node : nullptr;
      case Op::kGroup:
        return members(node);
      case Op::kSort:
        return sort(node);
      case Op::kBind:
        return bind(node);
      case Op::kFocus:
      case Op::kIndex:
        node->rhs = expression(kVariablePower);
        if (node->rhs == nullptr) return nullptr;
        if (node->rhs->type != Type::kVariable) return fail("S0214", node->rhs->position, text);
        return node;
      default:
        node->rhs = expression(known.power);
        return node->rhs == nullptr ? nullptr : node;
    }
  }

  Node* keep_array(Node* left) {
    Node* step = left;
    while (step->type == Type::kBinary && step->op == Op::kFilter) step = step->lhs;
    step->keep_array = true;
    return advance() ? left : nullptr;
  }

  Node* sort(Node* node) {
    if (!expect("(")) return nullptr;
    while (true) {
      const bool descending = at(">");
      if ((descending || at("<")) && !advance()) return nullptr;
      Node* term = expression(0);
      if (term == nullptr) return nullptr;
      node->terms.push_back({term, descending});
      if (!at(",")) break;
      if (!advance()) return nullptr;
    }
    return expect(")") ? node : nullptr;
  }

  Node* bind(Node* node) {
    if (node->lhs->type != Type::kVariable) {
      return fail("S0212", node->lhs->position, node->lhs->token);
    }
    node->rhs = expression(kBindPower - 1);
    return node->rhs == nullptr ? nullptr : node;
  }

  Node* condition(Node* node, Node* left) {
    node->lhs = left;
    node->rhs = expression(0);
    if (node->rhs == nullptr) return nullptr;
    if (at(":")) {
      if (!advance()) return nullptr;
      node->third = expression(0);
      if (node->third == nullptr) return nullptr;
    }
    return node;
  }

  // `a ?: b` is `a ? a : b`, `a ?? b` is `$exists(a) ? a : b`.
  Node* fallback(const Token& token, Node* left) {
    Node* node = make(Type::kCondition, token);
    node->lhs = clone(left);
    if (fault_) return nullptr;
    if (token.text != "?:") {
      Node* call = make(Type::kCall, token);
      call->lhs = make(Type::kVariable, token);
      call->lhs->name = program_.intern("exists");
      call->lhs->token = call->lhs->name->text;
      call->children.push_back(node->lhs);
      node->lhs = call;
    }
    node->rhs = left;
    node->third = expression(0);
    return node->third == nullptr ? nullptr : node;
  }

  // The analysis changes nodes in place, so no two places may share one. A copy that is too deep or
  // too large is an error, and incomplete.
  Node* clone(const Node* node, int depth = 0) {
    if (node == nullptr) return nullptr;
    Node* copy = program_.make(node->type);
    if (depth > kMaxTreeDepth || !stack_.has_room() || program_.nodes.size() > kMaxNodes) {
      if (!fault_) fault_ = too_deep();
      return copy;
    }
    *copy = *node;
    copy->lhs = clone(node->lhs, depth + 1);
    copy->rhs = clone(node->rhs, depth + 1);
    copy->third = clone(node->third, depth + 1);
    for (Node*& child : copy->children) child = clone(child, depth + 1);
    for (auto& [name, value] : copy->pairs) {
      name = clone(name, depth + 1);
      value = clone(value, depth + 1);
    }
    for (SortTerm& term : copy->terms) term.expression = clone(term.expression, depth + 1);
    return copy;
  }

  Node* call(Node* node, Node* procedure) {
    node->lhs = procedure;
    while (!at(")") || !node->children.empty()) {
      if (at("?")) {
        node->type = Type::kPartial;
        node->children.push_back(make(Type::kPlaceholder, token_));
        if (!advance()) return nullptr;
      } else {
        Node* argument = expression(0);
        if (argument == nullptr) return nullptr;
        node->children.push_back(argument);
      }
      if (!at(",")) break;
      if (!advance()) return nullptr;
    }
    if (!expect(")", true)) return nullptr;
    const bool definition = procedure->type == Type::kName &&
                            (procedure->name->text == "function" || procedure->name->text == "λ");
    return definition ? lambda(node) : node;
  }

  Node* lambda(Node* node) {
    node->type = Type::kLambda;
    for (std::size_t i = 0; i < node->children.size(); ++i) {
      const Node* parameter = node->children[i];
      if (parameter->type == Type::kVariable) continue;
      fail("S0208", parameter->position, parameter->token);
      fault_->with("value", i + 1);
      return nullptr;
    }
    if (at("<") && !signature(node)) return nullptr;
    if (!expect("{")) return nullptr;
    node->lhs = expression(0);
    return node->lhs != nullptr && expect("}") ? node : nullptr;
  }

  bool signature(Node* node) {
    const std::size_t start = token_.position;
    std::string text = "<";
    for (int depth = 1; depth > 0 && !at("{") && token_.type != TokenType::kEnd;) {
      if (!advance()) return false;
      if (at(">")) --depth;
      if (at("<")) ++depth;
      text += token_.text;
    }
    if (!expect(">")) return false;
    auto parsed = Signature::parse(text);
    if (!parsed.ok()) {
      fault_ = std::move(parsed).error();
      fault_->position += start;
      return false;
    }
    node->signature = &program_.signatures.emplace_back(*std::move(parsed));
    return true;
  }

  Program& program_;
  Lexer lexer_;
  Token token_;
  std::optional<Fault> fault_;
  StackGuard stack_;
  int nesting_ = 0;
};

}  // namespace

Fault too_deep() {
  Fault fault;
  fault.code = "U1001";
  fault.message = kStackMessage;
  return fault;
}

const Name* Program::intern(std::string_view name) {
  const auto known = names_by_text.find(name);
  if (known != names_by_text.end()) return known->second;
  Name& fresh = names.emplace_back();
  fresh.text = name;
  fresh.hash = std::hash<std::string_view>{}(name);
  fresh.string = {fresh.text.data(), static_cast<std::uint32_t>(fresh.text.size())};
  names_by_text.emplace(fresh.text, &fresh);
  return &fresh;
}

std::optional<Fault> parse(Program& program) {
  return Parser(program).run();
}

}  // namespace bedlam::states::jsonata
