// What a Map Run starts: ItemSelector on each item, then ItemBatcher on what came of it (developer
// guide, "ItemBatcher (Map)").
#pragma once

#include <vector>

#include "emulator/states/state/map.h"
#include "emulator/states/state/result_export.h"

namespace bedlam::states {

// The children with their inputs; none of them is started. `input`: of the Map.
Result<std::vector<ChildResult>, Failure> children_of(Strand& strand, const Map& map,
                                                      const Payload& input,
                                                      const std::vector<MapItem>& items);

}  // namespace bedlam::states
