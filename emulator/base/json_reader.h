// Reads JSON text that is well formed, several times as fast as the library's parser. It makes no
// error messages: what it does not take, parse_json has the library read again, which says why.
#pragma once

#include <optional>
#include <string_view>

#include "emulator/base/json.h"

namespace bedlam {

// nullopt: not well formed, nested too deep, or with a number that needs a closer look.
std::optional<Json> read_json(std::string_view text);

// Of members with the same name the last value counts, at the first one's place.
void drop_repeated_names(Json::object_t& object);
// Grows it without copying what is below its members.
void make_room(Json::object_t& object);

}  // namespace bedlam
