// What an expression reads from outside itself: a walk over its tree that knows where there is a
// context item and where there is none.
#include <algorithm>

#include "emulator/states/language/jsonata/ast.h"
#include "emulator/states/language/jsonata/jsonata.h"

namespace bedlam::states::jsonata {
namespace {

class ReferenceWalk {
 public:
  // `in_context`: a name has something to be a field of.
  void visit(const Node* node, bool in_context) {
    if (node == nullptr) return;
    note(*node, in_context);
    if (node->type == Type::kPath) {
      for (std::size_t i = 0; i < node->children.size(); ++i) {
        visit(node->children[i], in_context || i > 0);
      }
    } else {
      for (const Node* child : node->children) visit(child, in_context);
    }
    const bool inside = node->type == Type::kTransform;
    visit(node->lhs, in_context || inside);
    visit(node->rhs, in_context || inside);
    visit(node->third, in_context || inside);
    visit_pairs(node->pairs, in_context);
    if (node->group != nullptr) visit_pairs(node->group->pairs, true);
    for (const SortTerm& term : node->terms) visit(term.expression, true);
    for (const Stage& stage : node->predicates) visit_stage(stage);
    for (const Stage& stage : node->stages) visit_stage(stage);
  }

  References references() && {
    References found;
    std::set_difference(read_.begin(), read_.end(), bound_.begin(), bound_.end(),
                        std::inserter(found.variables, found.variables.end()));
    found.top_level_names = std::move(names_);
    return found;
  }

 private:
  void note(const Node& node, bool in_context) {
    if (node.focus != nullptr) bound_.insert(node.focus->text);
    if (node.index != nullptr) bound_.insert(node.index->text);
    if (node.type == Type::kBind && node.lhs != nullptr) bind(*node.lhs);
    if (node.type == Type::kLambda) {
      for (const Node* parameter : node.children) bind(*parameter);
    }
    if (node.name == nullptr) return;
    const std::string& name = node.name->text;
    if (node.type == Type::kName && !in_context) {
      if (std::find(names_.begin(), names_.end(), name) == names_.end()) names_.push_back(name);
    }
    const bool reads = node.type == Type::kVariable && !name.empty() && name != "$" &&
                       name != "states" && node.name->step_functions == nullptr;
    if (reads) read_.insert(name);
  }

  void bind(const Node& variable) {
    if (variable.name != nullptr) bound_.insert(variable.name->text);
  }

  void visit_stage(const Stage& stage) {
    if (stage.index != nullptr) bound_.insert(stage.index->text);
    visit(stage.filter, true);
  }

  void visit_pairs(const std::vector<std::pair<Node*, Node*>>& pairs, bool in_context) {
    for (const auto& [key, value] : pairs) {
      visit(key, in_context);
      visit(value, in_context);
    }
  }

  std::set<std::string> read_, bound_;
  std::vector<std::string> names_;
};

}  // namespace

References references_of(const Expression& expression) {
  ReferenceWalk walk;
  walk.visit(expression.program_->root, false);
  return std::move(walk).references();
}

}  // namespace bedlam::states::jsonata
