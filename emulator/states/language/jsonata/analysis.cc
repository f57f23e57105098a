// What the grammar does not say: `a.b[c]` is a path of two steps of which the second has a
// predicate; `%` means the context of an earlier step; a call at the end of a function's body can
// take that function's place.
#include "emulator/states/language/jsonata/ancestry.h"
#include "emulator/states/language/jsonata/parser.h"
#include "emulator/states/language/jsonata/stack_guard.h"

namespace bedlam::states::jsonata {
namespace {

class Analysis {
 public:
  explicit Analysis(Program& program) : program_(program) {}

  std::optional<Fault> run() {
    Node* root = process(program_.root);
    if (root != nullptr && (root->type == Type::kParent || !root->seeking.empty())) {
      fail("S0217", *root).named(std::string(type_name(*root)));
    }
    program_.root = root;
    return std::move(fault_);
  }

 private:
  Fault& fail(std::string_view code, const Node& node) {
    if (!fault_) {
      fault_.emplace();
      fault_->code = code;
      fault_->at(node.position);
    }
    return *fault_;
  }

  // nullptr once fault_ is set.
  Node* process(Node* node) {
    if (++depth_ > kMaxTreeDepth || !stack_.has_room()) {
      if (!fault_) fault_ = too_deep();
      return nullptr;
    }
    const bool keep_array = node->keep_array;
    Node* result = dispatch(node);
    if (result != nullptr && keep_array) result->keep_array = true;
    --depth_;
    return fault_ ? nullptr : result;
  }

  // Processes in place, and hands on what the part still seeks.
  bool part(Node* whole, Node*& child) {
    child = process(child);
    if (child == nullptr) return false;
    push_ancestry(whole, *child);
    return true;
  }

  Node* dispatch(Node* node) {
    switch (node->type) {
      case Type::kBinary:
        return binary(node);
      case Type::kUnaryMinus:
        return minus(node);
      case Type::kArray:
        for (Node*& item : node->children) {
          if (!part(node, item)) return nullptr;
        }
        return node;
      case Type::kObject:
        for (auto& [name, value] : node->pairs) {
          if (!part(node, name) || !part(node, value)) return nullptr;
        }
        return node;
      case Type::kCall:
      case Type::kPartial:
        for (Node*& argument : node->children) {
          if (!part(node, argument)) return nullptr;
        }
        node->lhs = process(node->lhs);
        return node->lhs == nullptr ? nullptr : node;
      case Type::kLambda: {
        const bool outer_binds = std::exchange(binds_, false);
        Node* body = process(node->lhs);
        binds_ = outer_binds;
        if (body == nullptr) return nullptr;
        node->lhs = optimize_tail_call(body);
        return node;
      }
      case Type::kCondition:
        if (!part(node, node->lhs) || !part(node, node->rhs)) return nullptr;
        return node->third == nullptr || part(node, node->third) ? node : nullptr;
      case Type::kTransform:
        return transform(node);
      case Type::kBlock:
        return block(node);
      case Type::kOperator:
        node->type = Type::kName;
        node->name = program_.intern(node->token);
        return process(node);
      case Type::kName:
        return path_of(node);
      case Type::kParent:
        node->slot = &program_.slots.emplace_back();
        node->slot->label = program_.intern("!" + std::to_string(program_.slots.size()));
        return node;
      case Type::kEnd:
        fail("S0207", *node).named("(end)");
        return nullptr;
      default:
        return node;
    }
  }

  Node* path_of(Node* step) {
    Node* path = program_.make(Type::kPath);
    path->children.push_back(step);
    path->keep_singleton_array = step->keep_array && step->type == Type::kName;
    return path;
  }

  Node* minus(Node* node) {
    node->lhs = process(node->lhs);
    if (node->lhs == nullptr) return nullptr;
    if (node->lhs->type == Type::kNumber) {
      node->lhs->value = Value(-node->lhs->value.number());
      return node->lhs;
    }
    push_ancestry(node, *node->lhs);
    return node;
  }

  Node* transform(Node* node) {
    node->name = program_.intern("clone");
    node->lhs = process(node->lhs);
    node->rhs = node->lhs == nullptr ? nullptr : process(node->rhs);
    if (node->rhs == nullptr) return nullptr;
    if (node->third == nullptr) return node;
    node->third = process(node->third);
    return node->third == nullptr ? nullptr : node;
  }

  Node* block(Node* node) {
    const bool outer_binds = std::exchange(binds_, false);
    const bool processed = block_parts(node);
    node->own_frame = std::exchange(binds_, outer_binds);
    return processed ? node : nullptr;
  }

  bool block_parts(Node* node) {
    for (Node*& child : node->children) {
      if (!part(node, child)) return false;
      const bool path = child->type == Type::kPath;
      if (child->construct_array || (path && child->children[0]->construct_array)) {
        node->construct_array = true;
      }
    }
    return true;
  }

  Node* binary(Node* node) {
    switch (node->op) {
      case Op::kDot:
        return dot(node);
      case Op::kFilter:
        return filter(node);
      case Op::kGroup:
        return group(node);
      case Op::kSort:
        return sort(node);
      case Op::kFocus:
        return focus(node);
      case Op::kIndex:
        return index(node);
      case Op::kBind:
        node->type = Type::kBind;
        binds_ = true;
        return part(node, node->rhs) ? node : nullptr;
      case Op::kApply:
        node->type = Type::kApply;
        node->lhs = process(node->lhs);
        node->rhs = node->lhs == nullptr ? nullptr : process(node->rhs);
        if (node->rhs == nullptr) return nullptr;
        node->keep_array = node->lhs->keep_array || node->rhs->keep_array;
        return node;
      default:
        return part(node, node->lhs) && part(node, node->rhs) ? node : nullptr;
    }
  }

  Node* dot(Node* node) {
    Node* left = process(node->lhs);
    if (left == nullptr) return nullptr;
    Node* path = left;
    if (left->type != Type::kPath) {
      path = program_.make(Type::kPath);
      path->children.push_back(left);
      if (left->type == Type::kParent) path->seeking = {left->slot};
    }
    Node* rest = process(node->rhs);
    if (rest == nullptr) return nullptr;
    if (rest->type == Type::kPath) {
      path->children.insert(path->children.end(), rest->children.begin(), rest->children.end());
    } else {
      if (!rest->predicates.empty()) rest->stages = std::exchange(rest->predicates, {});
      path->children.push_back(rest);
    }
    return finish_steps(path) && resolve(path) ? path : nullptr;
  }

  bool finish_steps(Node* path) {
    for (Node* step : path->children) {
      if (step->type == Type::kNumber || step->type == Type::kLiteral) {
        fail("S0213", *step).with("value", literal_json(step->value));
        return false;
      }
      if (step->type == Type::kString) step->type = Type::kName;
      if (step->keep_array) path->keep_singleton_array = true;
    }
    for (Node* step : {path->children.front(), path->children.back()}) {
      if (step->type == Type::kArray) step->construct_array = true;
    }
    return true;
  }

  static Json literal_json(Value value) {
    if (value.is_number()) return value.number();
    return value.is_boolean() ? Json(value.boolean()) : Json(nullptr);
  }

  static Node* last_step(Node* node) {
    return node->type == Type::kPath ? node->children.back() : node;
  }

  Node* filter(Node* node) {
    Node* result = process(node->lhs);
    if (result == nullptr) return nullptr;
    Node* step = last_step(result);
    if (step->group != nullptr) {
      fail("S0209", *node);
      return nullptr;
    }
    Node* predicate = process(node->rhs);
    if (predicate == nullptr) return nullptr;
    for (ParentSlot* slot : predicate->seeking) {
      if (slot->level == 1) {
        if (!seek(step, slot)) return nullptr;
      } else {
        --slot->level;
      }
    }
    if (!predicate->seeking.empty()) push_ancestry(step, *predicate);
    auto& stages = result->type == Type::kPath ? step->stages : step->predicates;
    stages.push_back({predicate, nullptr});
    return result;
  }

  Node* group(Node* node) {
    Node* result = process(node->lhs);
    if (result == nullptr) return nullptr;
    if (result->group != nullptr) {
      fail("S0210", *node);
      return nullptr;
    }
    Group& fresh = program_.groups.emplace_back();
    fresh.position = node->position;
    for (const auto& pair : node->pairs) {
      Node* name = process(pair.first);
      Node* value = name == nullptr ? nullptr : process(pair.second);
      if (value == nullptr) return nullptr;
      fresh.pairs.emplace_back(name, value);
    }
    result->group = &fresh;
    return result;
  }

  Node* sort(Node* node) {
    Node* result = process(node->lhs);
    if (result == nullptr) return nullptr;
    if (result->type != Type::kPath) {
      Node* path = program_.make(Type::kPath);
      path->children.push_back(result);
      result = path;
    }
    Node* step = program_.make(Type::kSort);
    step->position = node->position;
    for (SortTerm term : node->terms) {
      if (!part(step, term.expression)) return nullptr;
      step->terms.push_back(term);
    }
    result->children.push_back(step);
    return resolve(result) ? result : nullptr;
  }

  Node* focus(Node* node) {
    Node* result = process(node->lhs);
    if (result == nullptr) return nullptr;
    Node* step = last_step(result);
    if (!step->stages.empty() || !step->predicates.empty() || step->type == Type::kSort) {
      fail(step->type == Type::kSort && step->stages.empty() ? "S0216" : "S0215", *node);
      return nullptr;
    }
    if (node->keep_array) step->keep_array = true;
    step->focus = node->rhs->name;
    step->tuple = true;
    return result;
  }

  Node* index(Node* node) {
    Node* result = process(node->lhs);
    if (result == nullptr) return nullptr;
    Node* step = last_step(result);
    if (result->type != Type::kPath) {
      Node* path = program_.make(Type::kPath);
      path->children.push_back(step);
      step->stages = std::exchange(step->predicates, {});
      result = path;
    }
    if (step->stages.empty()) {
      step->index = node->rhs->name;
    } else {
      step->stages.push_back({nullptr, node->rhs->name});
    }
    step->tuple = true;
    return result;
  }

  static Node* thunk_of(Program& program, Node* call) {
    Node* thunk = program.make(Type::kLambda);
    thunk->thunk = true;
    thunk->position = call->position;
    thunk->lhs = call;
    return thunk;
  }

  Node* optimize_tail_call(Node* node) {
    if (node->type == Type::kCall && node->predicates.empty() && node->group == nullptr) {
      return thunk_of(program_, node);
    }
    if (node->type == Type::kCondition) {
      node->rhs = optimize_tail_call(node->rhs);
      if (node->third != nullptr) node->third = optimize_tail_call(node->third);
    } else if (node->type == Type::kBlock && !node->children.empty()) {
      node->children.back() = optimize_tail_call(node->children.back());
    }
    return node;
  }

  bool resolve(Node* path) {
    const Node* lost = resolve_ancestry(path);
    if (lost != nullptr) fail("S0217", *lost).named(std::string(type_name(*lost)));
    return lost == nullptr;
  }

  bool seek(Node* node, ParentSlot* slot) {
    const Node* lost = seek_parent(node, slot);
    if (lost != nullptr) fail("S0217", *lost).named(std::string(type_name(*lost)));
    return lost == nullptr;
  }

  Program& program_;
  std::optional<Fault> fault_;
  StackGuard stack_;
  int depth_ = 0;
  bool binds_ = false;  // the block being processed binds a variable
};

}  // namespace

std::optional<Fault> analyse(Program& program) {
  return Analysis(program).run();
}

}  // namespace bedlam::states::jsonata
