// Where `%` leads: each parent operator has a slot, and the slot looks for the step whose context
// it means, from the inside of a path outwards.
#pragma once

#include <string_view>

#include "emulator/states/language/jsonata/ast.h"

namespace bedlam::states::jsonata {

// The kinds of nodes as error S0217 names them.
std::string_view type_name(const Node& node);

// What the part still seeks, the whole seeks too.
void push_ancestry(Node* whole, const Node& part);
// Looks for the step that the slot means, one step further out. Not nullptr: the node that has no
// parent.
const Node* seek_parent(Node* node, ParentSlot* slot);
// The same for all slots of a path's last step.
const Node* resolve_ancestry(Node* path);

}  // namespace bedlam::states::jsonata
