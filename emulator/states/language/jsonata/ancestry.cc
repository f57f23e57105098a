#include "emulator/states/language/jsonata/ancestry.h"

namespace bedlam::states::jsonata {

std::string_view type_name(const Node& node) {
  switch (node.type) {
    case Type::kBinary:
      return "binary";
    case Type::kPath:
      return "path";
    case Type::kUnaryMinus:
    case Type::kArray:
    case Type::kObject:
      return "unary";
    case Type::kName:
      return "name";
    case Type::kString:
      return "string";
    case Type::kNumber:
      return "number";
    case Type::kLiteral:
      return "value";
    case Type::kWildcard:
      return "wildcard";
    case Type::kDescendant:
      return "descendant";
    case Type::kParent:
      return "parent";
    case Type::kCondition:
      return "condition";
    case Type::kBlock:
      return "block";
    case Type::kBind:
      return "bind";
    case Type::kRegex:
      return "regex";
    case Type::kCall:
      return "function";
    case Type::kPartial:
      return "partial";
    case Type::kVariable:
      return "variable";
    case Type::kLambda:
      return "lambda";
    case Type::kApply:
      return "apply";
    case Type::kTransform:
      return "transform";
    case Type::kSort:
      return "sort";
    default:
      return "operator";
  }
}

void push_ancestry(Node* whole, const Node& part) {
  whole->seeking.insert(whole->seeking.end(), part.seeking.begin(), part.seeking.end());
  if (part.type == Type::kParent) whole->seeking.push_back(part.slot);
}

const Node* seek_parent(Node* node, ParentSlot* slot) {
  switch (node->type) {
    case Type::kName:
    case Type::kWildcard:
      if (--slot->level == 0) {
        if (node->ancestor != nullptr) slot->label = node->ancestor->label;
        node->ancestor = slot;
        node->tuple = true;
      }
      return nullptr;
    case Type::kParent:
      ++slot->level;
      return nullptr;
    case Type::kBlock:
      if (node->children.empty()) return nullptr;
      node->tuple = true;
      return seek_parent(node->children.back(), slot);
    case Type::kPath: {
      node->tuple = true;
      std::size_t left = node->children.size();
      do {
        if (const Node* lost = seek_parent(node->children[--left], slot)) return lost;
      } while (slot->level > 0 && left > 0);
      return nullptr;
    }
    default:
      return node;
  }
}

const Node* resolve_ancestry(Node* path) {
  const auto& steps = path->children;
  const Node* last = steps.back();
  std::vector<ParentSlot*> slots = last->seeking;
  if (last->type == Type::kParent) slots.push_back(last->slot);
  for (ParentSlot* slot : slots) {
    std::size_t left = steps.size() - 1;
    while (slot->level > 0) {
      if (left == 0) {
        path->seeking.push_back(slot);
        break;
      }
      Node* step = steps[--left];
      // Steps that bind the same focus one after the other count once.
      while (left > 0 && step->focus != nullptr && steps[left - 1]->focus != nullptr) {
        step = steps[--left];
      }
      if (const Node* lost = seek_parent(step, slot)) return lost;
    }
  }
  return nullptr;
}

}  // namespace bedlam::states::jsonata
